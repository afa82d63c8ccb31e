# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection options, checked before any request is sent."""

from __future__ import annotations

import ipaddress
import os
import re
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .._errors import Invalid

DEFAULT_URL = "https://api.nodana.io/v1"
SHORTEST_INTERVAL = 0.1
"""Seconds. The smallest ``request_interval`` for an API on another machine."""
BOUNDS_OF_REQUEST = (0.1, 3600.0)
"""Seconds. The smallest and the largest ``request_timeout``."""
_BOUNDS = {"request_timeout": BOUNDS_OF_REQUEST, "retry_timeout": (0.0, 86400.0), "request_interval": (0.0, 60.0)}
_DEFAULT_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, repr=False)  # no repr: it would show the key
class Connection:
    """The connection options of modules and plugins. Times are in seconds.

    ``request_timeout`` limits one request. ``retry_timeout`` limits a call with all its retries. ``request_interval``
    is the minimum time between two requests with the same key.
    """

    api_url: str
    api_key: str
    validate_certs: bool = True
    ca_path: str | None = None
    request_timeout: float = 30.0
    retry_timeout: float = 120.0
    request_interval: float = 1.0

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> Connection:
        """Check the options of a module or plugin and return the connection for apps. Raises Invalid."""
        for name, (least, most) in _BOUNDS.items():
            check_seconds(name, options[name], least, most)
        if options["ca_path"]:
            _check_authorities(options["ca_path"])
        connection = cls(
            api_url=checked_url(options["api_url"]),
            api_key=checked_key(options["api_key"]),
            validate_certs=options["validate_certs"],
            ca_path=options["ca_path"],
            request_timeout=options["request_timeout"],
            retry_timeout=options["retry_timeout"],
            request_interval=options["request_interval"],
        )
        if connection.request_interval < SHORTEST_INTERVAL and not connection.is_local:
            raise Invalid(
                f"request_interval must be at least {SHORTEST_INTERVAL:g} seconds for {connection.origin}",
                advice="The API accepts one request per second and bans keys that send more.",
            )
        return connection

    @classmethod
    def for_nodes(cls, options: dict[str, Any]) -> Connection:
        """Check the options of a module or plugin and return the connection for nodes. Raises Invalid."""
        check_origin(options["api_url"])
        return cls.from_options({**options, "api_key": (options["nodes_api_key"] or "").strip() or options["api_key"]})

    @property
    def origin(self) -> str:
        """Return the scheme, host and port of the API, for messages."""
        parts = urlsplit(self.api_url)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return f"{parts.scheme}://{host}:{parts.port or _DEFAULT_PORTS[parts.scheme]}"

    @property
    def is_local(self) -> bool:
        """Return whether the API is on this machine. No proxy is used then."""
        return is_loopback(urlsplit(self.api_url).hostname or "")


def check_seconds(name: str, value: float, least: float, most: float) -> None:
    """Check that an option is a number of seconds from ``least`` to ``most``. Raises Invalid."""
    if not least <= value <= most:
        raise Invalid(f"{name} must be a number of seconds from {least:g} to {most:g}")


def checked_key(key: str | None) -> str:
    """Return the key without surrounding spaces. Raises Invalid if it is missing or cannot be an API key."""
    key = (key or "").strip()
    if not key:
        raise Invalid("The API key is missing", advice="Set api_key or the environment variable NODANA_API_KEY.")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise Invalid(
            "The API key is not valid: it contains spaces, control characters or non-ASCII characters",
            advice="Copy it again from the account section of Nodana's website.",
        )
    return key


def checked_url(url: str | None) -> str:
    """Return the base URL in its canonical form, or the default URL for None.

    All spellings of one URL have the same canonical form. The names of the state files on this machine, and so the rate
    limit and the locks, depend on it.
    Raises Invalid if the key must not be sent to this URL.
    """
    url = DEFAULT_URL if url is None else url.strip()
    if not url:
        raise Invalid(
            "api_url is empty",
            advice=f"Set api_url, NODANA_API_URL or NODANA_API_BASE_URL. To use {DEFAULT_URL}, set none of them.",
        )
    try:
        parts = urlsplit(url)
        host, port = _canonical_host(parts.hostname or ""), parts.port
    except ValueError as error:
        raise Invalid("api_url is not a valid URL", advice=f"The default is {DEFAULT_URL}.") from error
    if "@" in parts.netloc or "?" in url or "#" in url:
        raise Invalid(
            "api_url must not contain a user name, password, query or fragment", advice=f"The default is {DEFAULT_URL}."
        )
    if parts.scheme not in _DEFAULT_PORTS or not host or not url.isprintable() or re.search(r"[ \\]|\][^:/]", url):
        raise Invalid("api_url must be an https URL", advice=f"The default is {DEFAULT_URL}.")
    if parts.scheme == "http" and not is_loopback(host):
        raise Invalid(
            f"api_url uses plain http, so the API key would be sent to {host} unencrypted",
            advice="Use https. Plain http is allowed only for addresses of this machine.",
        )
    netloc = f"[{host}]" if ":" in host else host
    if port not in (None, _DEFAULT_PORTS[parts.scheme]):
        netloc += f":{port}"
    return f"{parts.scheme}://{netloc}{parts.path.rstrip('/')}"


ORIGIN_VARIABLE = "NODANA_API_ORIGIN"


def origin_url() -> str | None:
    """Return the base URL of the API at the origin in NODANA_API_ORIGIN, or None if the variable is not set."""
    origin = os.environ.get(ORIGIN_VARIABLE)
    return None if origin is None else f"{origin.strip().rstrip('/')}/v1"


def check_origin(url: str | None) -> None:
    """Check NODANA_API_ORIGIN if ``url`` is from there. Raises Invalid if it is not an origin."""
    if url is None or url != origin_url():
        return
    try:
        has_path = bool(urlsplit(checked_url(os.environ[ORIGIN_VARIABLE])).path)
    except Invalid as error:
        error.message = error.message.replace("api_url", ORIGIN_VARIABLE)
        raise
    if has_path:
        example = DEFAULT_URL.rpartition("/")[0]
        raise Invalid(f"{ORIGIN_VARIABLE} must not contain a path", advice=f"An origin looks like {example}.")


def _canonical_host(host: str) -> str:
    """Return a host name in lower case, in ASCII and without a final dot, or an IP address in its shortest form.

    Raises ValueError if the text cannot be a host.
    """
    if not host.isascii():
        import idna  # comes with requests

        host = idna.encode(host, uts46=True).decode()  # as requests does
    host = host.lower()
    host = host[:-1] if host.endswith(".") else host
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        if host.startswith(".") or ".." in host or host.endswith("."):
            raise
        return host


def _check_authorities(path: str) -> None:
    """Check that ``ca_path`` can be loaded; otherwise every connection would fail. Raises Invalid."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(
            **{"capath" if os.path.isdir(path) else "cafile": path}
        )
    except FileNotFoundError as error:
        raise Invalid(f"ca_path {path} does not exist on the machine that sends the requests") from error
    except OSError as error:
        raise Invalid(f"ca_path {path} does not contain readable certificates") from error


def is_loopback(host: str) -> bool:
    """Return whether the host is a loopback address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
