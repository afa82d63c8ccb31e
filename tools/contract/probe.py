# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Send single requests to the API, at the pace that all runs of this user share, and read the raw responses."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import requests

from ...plugins.module_utils._client.connection import checked_key, checked_url
from ...plugins.module_utils._client.rate_limiter import RateLimiter, rate_limiter_path
from ...plugins.module_utils._errors import RateLimited
from .schema import word

TIMEOUT = 30.0  # seconds of a request
WRONG_KEY = "contract-0123456789abcdef-not-a-key"


@dataclass(frozen=True)
class Reply:
    """A response: its status, the type of its content, its Retry-After, and its body, or None if that is not JSON."""

    status: int
    content_type: str
    retry_after: bool
    body: Any
    is_empty: bool

    @property
    def data(self) -> Any:
        """Return ``data`` of the envelope, or None."""
        return self.body.get("data") if isinstance(self.body, dict) else None

    @property
    def error(self) -> str:
        """Return the name or the code of the error, or an empty text."""
        found = self.body.get("error") if isinstance(self.body, dict) else None
        found = found.get("code") if isinstance(found, dict) else found
        return word(found) if isinstance(found, str) else ""

    @property
    def code(self) -> int:
        """Return the number of the error: ``statusCode`` of the body, or else the HTTP status."""
        said = self.body.get("statusCode") if isinstance(self.body, dict) else None
        return said if isinstance(said, int) else self.status

    @property
    def is_success(self) -> bool:
        """Return whether the response has a good status and contains no error."""
        return 200 <= self.status < 300 and not self.error and self.code < 300

    @property
    def form(self) -> str:
        """Return the form of the response, without values other than the name of its error."""
        if self.is_empty:
            return f"HTTP {self.status}, empty"
        if not isinstance(self.body, dict):
            return f"HTTP {self.status}, {self.content_type or 'no content type'}"
        fields = ", ".join(sorted(map(word, self.body)))
        error = f", error {self.error} {self.code}" if self.error else ""
        return f"HTTP {self.status}, fields {fields}{error}{', Retry-After' if self.retry_after else ''}"


class Probe:
    """Sends requests to one API. ``interval`` is the number of seconds between two requests."""

    def __init__(self, api_url: str | None, key: str | None, nodes_key: str | None, interval: float = 1.0) -> None:
        self.api_url = checked_url(api_url)
        self._key = checked_key(key)
        self._nodes_key = checked_key(nodes_key or key)
        self._limiter = RateLimiter(rate_limiter_path(self.api_url, self._key), interval)
        self._session = requests.Session()
        self.requests = 0

    def basic(self, method: str, path: str, body: Any = None) -> Reply:
        """Send a request with the key as the password of an empty user."""
        return self._send(method, path, body, ("", self._key))

    def bearer(self, method: str, path: str) -> Reply:
        """Send a request with the key for nodes as a Bearer token."""
        return self._send(method, path, None, f"Bearer {self._nodes_key}")

    def wrong_key(self, path: str) -> Reply:
        """Send a GET request with a key that does not exist."""
        return self._send("GET", path, None, ("", WRONG_KEY))

    def _send(self, method: str, path: str, body: Any, auth: tuple[str, str] | str) -> Reply:
        self.requests += 1
        headers = {"Authorization": auth} if isinstance(auth, str) else {}
        self._session.auth = auth if isinstance(auth, tuple) else _no_netrc
        with self._limiter.slot(f"{method} {path}", TIMEOUT) as slot:
            response = self._session.request(
                method, self.api_url + path, json=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
            )
            reply = _reply(response)
            if reply.code == 429 or "RateLimit" in reply.error:
                slot.limited(0.0)
                raise RateLimited(f"The API answered {reply.form}")
            slot.accepted()
        return reply


def _reply(response: requests.Response) -> Reply:
    try:
        parsed = json.loads(response.content)
    except ValueError:
        parsed = None
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    return Reply(response.status_code, kind, "Retry-After" in response.headers, parsed, not response.content.strip())


def _no_netrc(request: Any) -> Any:
    """Return the request unchanged. With an auth hook set, ``requests`` does not read a netrc file."""
    return request
