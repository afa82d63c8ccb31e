# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP client for an app at its own URL. It does not retry, follow redirects, or keep cookies."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.nodana.cloud.plugins.module_utils._client.adapter import mount
from ansible_collections.nodana.cloud.plugins.module_utils._client.connection import (
    BOUNDS_OF_REQUEST,
    check_seconds,
    is_loopback,
)
from ansible_collections.nodana.cloud.plugins.module_utils._client.redaction import credentials, without
from ansible_collections.nodana.cloud.plugins.module_utils._client.retry import retry_after
from ansible_collections.nodana.cloud.plugins.module_utils._client.transport import USER_AGENT, pieces
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Invalid

try:
    import requests
    import urllib3
except ImportError:
    requests = None  # type: ignore[assignment]

LARGEST = 4 << 20  # bytes; a larger response is refused
SHOWN = 200  # characters of a response that a message repeats
_REASONS = {
    "Connection refused": "the connection was refused",
    "timed out": "timed out",
    "CERTIFICATE_VERIFY_FAILED": "its certificate is not valid",
    "Name or service not known": "its host name cannot be resolved",
    "Remote end closed": "the connection was cut off",
    "Connection aborted": "the connection was cut off",
}
NONE = 0  # the status if there is no response
TOO_MANY_REQUESTS = 429
_TEMPORARY = (408, 425, TOO_MANY_REQUESTS)  # the client errors after which the same request may succeed


@dataclass(frozen=True)
class Response:
    """A response. If none arrived, ``status`` is 0 and ``text`` is the reason. ``remark`` explains the response.

    ``retry_after`` is the number of seconds to wait before the next request, or 0 if the app does not say.
    """

    call: str
    status: int
    text: str
    location: str = ""
    remark: str = ""
    retry_after: float = 0.0

    @property
    def is_refusal(self) -> bool:
        """Return whether the app refuses the request for good, so that it must not be repeated unchanged."""
        return 400 <= self.status < 500 and self.status not in _TEMPORARY

    @property
    def is_refusal_of_probe(self) -> bool:
        """Return whether a probe of a possibly new app is refused for good.

        A proxy in front of the app returns 404 until it knows the app, so that does not count as a refusal.
        """
        return self.is_refusal and self.status != 404

    def fields(self) -> dict[str, Any]:
        """Return the JSON object in the response, or an empty dictionary if there is none."""
        try:
            found = json.loads(self.text)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def __str__(self) -> str:
        """Return a summary for messages. The body of a successful response is left out: it may hold a secret."""
        if self.status == NONE:
            return f"{self.call}: {self.text}"
        if self.status < 300:
            return f"{self.call} returned {self.status}{f', {self.remark}' if self.remark else ''}"
        if self.location:
            return f"{self.call} returned {self.status}, a redirect to {self.location[:SHOWN]}"
        words = " ".join("".join(c if c.isprintable() else " " for c in self.text[: 4 * SHOWN]).split())[:SHOWN]
        return f"{self.call} returned {self.status}{f': {words}' if words else ''}"


NO_REQUEST = Response("", NONE, "")
"""The response in place of a request that was not sent."""


@dataclass
class App:
    """An app and the client for its URL. ``request_timeout`` is in seconds."""

    id: str
    template: str
    url: str
    validate_certs: bool = True
    request_timeout: float = 10.0
    project_id: str = ""
    _session: Any = field(default=None, repr=False)
    _deadline: Any = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Check the options and open the session.

        Raises Invalid if the URL is not HTTPS (plain HTTP is allowed on loopback), if ``request_timeout`` is out of
        range, or if the library requests is missing.
        """
        check_seconds("request_timeout", self.request_timeout, *BOUNDS_OF_REQUEST)
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Invalid(f"{self} has no valid URL")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise Invalid(
                f"{self} has a plain http URL: its passwords would be sent unencrypted",
                advice="No request was sent.",
            )
        if requests is None:
            raise Invalid("The Python library requests is missing on the controller", advice="Install it.")
        self._session = requests.Session()
        self._deadline = mount(self._session)
        self._session.trust_env = not is_loopback(parts.hostname)
        self._session.headers.update({"User-Agent": USER_AGENT, "Accept": "application/json"})

    def __str__(self) -> str:
        """Return the app's name for messages."""
        return f"{self.template} {self.id} at {self.url}"

    def request(
        self, call: str, body: Any = None, *, password: str | None = None, token: str | None = None
    ) -> Response:
        """Send one request, for example ``GET /getinfo``, and return the response, whatever its status.

        Raises nothing for a failed request: status 0 stands for a missing or too large response.
        """
        method, _space, path = call.partition(" ")
        try:
            with self._deadline.within(self.request_timeout):
                with self._session.request(
                    method,
                    self.url.rstrip("/") + path,
                    json=body,
                    auth=_authorization(password, token),
                    timeout=self.request_timeout,
                    verify=self.validate_certs,
                    allow_redirects=False,
                    stream=True,
                ) as received:
                    text = _read(received).decode(errors="replace")
                # The deadline closes the connection. For a response without a length, that looks like its regular end.
                if self._deadline.passed:
                    raise requests.ReadTimeout
                return _response(call, received, text, body)
        except _TooLarge:
            return Response(call, NONE, f"its response is larger than {LARGEST >> 20} MiB")
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            return Response(call, NONE, "timed out" if self._deadline.passed else _why(error))
        finally:
            self._session.cookies.clear()


class _TooLarge(Exception):
    """The response is larger than ``LARGEST``."""


def _response(call: str, received: Any, text: str, body: Any) -> Response:
    """Return the response to a request with this body. An error may repeat what was sent, so its secrets are masked."""
    if received.status_code < 400:
        return Response(call, received.status_code, text, received.headers.get("Location", ""))
    wait = retry_after(received.headers)
    return Response(call, received.status_code, without(text, credentials(body)), retry_after=wait)


def _read(response: Any) -> bytes:
    """Return the body. Raises _TooLarge if it has more than ``LARGEST`` bytes."""
    content = bytearray()
    for piece in pieces(response):
        content += piece
        if len(content) > LARGEST:
            raise _TooLarge
    return bytes(content)


def _authorization(password: str | None, token: str | None) -> Callable[[Any], Any]:
    """Return an auth callable for requests. Without one, requests would read credentials from ``~/.netrc``."""

    def authorize(request: Any) -> Any:
        if password is not None:
            return requests.auth.HTTPBasicAuth("ansible", password)(request)
        if token is not None:
            request.headers["Authorization"] = f"Bearer {token}"
        return request

    return authorize


def _why(error: Exception) -> str:
    """Return the reason for a missing response on one line, without the nested messages of the HTTP libraries."""
    text = str(error)
    found = (meaning for words, meaning in _REASONS.items() if words in text)
    return next(found, f"no response ({type(error).__name__})")
