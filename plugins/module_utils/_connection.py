# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the API is and how to speak to it: the connection options, checked before anything is sent."""

from __future__ import annotations

import ipaddress
import os
import re
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.nodana.cloud.plugins.module_utils._errors import Invalid

DEFAULT_URL = "https://api.nodana.io/v1"


@dataclass(frozen=True, repr=False)  # no repr: it would show the key
class Connection:
    """The connection options of modules and plugins. Times are in seconds.

    ``request_timeout`` bounds one request, ``retry_timeout`` all tries of a call together, ``request_interval`` is the
    least time between two requests of a key.
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
        """Check the options of a module or plugin and give the connection. Raises Invalid."""
        for name, least in (("request_timeout", 0.1), ("retry_timeout", 0), ("request_interval", 0)):
            if not least <= options[name] < float("inf"):
                raise Invalid(f"{name} must be a number of seconds, {least} or more")
        if options["ca_path"]:
            _check_authorities(options["ca_path"])
        return cls(
            api_url=checked_url(options["api_url"]),
            api_key=checked_key(options["api_key"]),
            validate_certs=options["validate_certs"],
            ca_path=options["ca_path"],
            request_timeout=options["request_timeout"],
            retry_timeout=options["retry_timeout"],
            request_interval=options["request_interval"],
        )

    @property
    def is_local(self) -> bool:
        """Whether the API is on this machine, so that no proxy must get in between."""
        return is_loopback(urlsplit(self.api_url).hostname or "")


def checked_key(key: str | None) -> str:
    """Give the key without the space around it. Raises Invalid when it is missing or cannot be one."""
    key = (key or "").strip()
    if not key:
        raise Invalid("There is no API key", advice="Set api_key, or NODANA_API_KEY in the environment.")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise Invalid(
            "The API key holds spaces, control or non-ASCII characters, so it cannot be right",
            advice="Copy it again from the account section of Nodana's website.",
        )
    return key


def checked_url(url: str | None) -> str:
    """Give the base URL without a slash at its end. Raises Invalid when a key must not be sent there."""
    url = (url or "").strip().rstrip("/") or DEFAULT_URL
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise Invalid("api_url is not a URL", advice=f"The default is {DEFAULT_URL}.") from error
    if "@" in parts.netloc or "?" in url or "#" in url:
        raise Invalid("api_url must hold no user name, password, query or fragment", advice=f"Like {DEFAULT_URL}.")
    if parts.scheme not in ("http", "https") or not host or not url.isprintable() or re.search(r"[ \\]|\][^:/]", url):
        raise Invalid("api_url must be an https URL", advice=f"Like {DEFAULT_URL}.")
    if parts.scheme == "http" and not is_loopback(host):
        raise Invalid(
            f"api_url is plain http to {host}: the key would travel unencrypted",
            advice="Use https; plain http is for an address of this machine only.",
        )
    return url


def _check_authorities(path: str) -> None:
    """Refuse a file that would make every connection fail. Raises Invalid."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(
            **{"capath" if os.path.isdir(path) else "cafile": path}
        )
    except FileNotFoundError as error:
        raise Invalid(f"ca_path {path} does not exist on the machine that calls the API") from error
    except OSError as error:
        raise Invalid(f"ca_path {path} cannot be read as a file of certificates") from error


def is_loopback(host: str) -> bool:
    """Whether this names an address of this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
