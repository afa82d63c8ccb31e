# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Send single requests to the API, at the rate that all runs of this user share, and keep the form of the responses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...plugins.module_utils._client.connection import Connection
from ...plugins.module_utils._client.retry import retry_after
from ...plugins.module_utils._client.transport import Transport
from ...plugins.module_utils._errors import RateLimited
from .schema import word

WRONG_KEY = "contract-0123456789abcdef-not-a-key"
CONTENT_TYPES = ("application/json", "application/problem+json", "text/html", "text/plain")


@dataclass(frozen=True, repr=False)  # no repr: it would show the body
class Reply:
    """The response to one request. ``body`` is None if it is not JSON."""

    status: int
    body: Any
    is_empty: bool
    content_type: str
    retry_after: str

    @classmethod
    def read(cls, status: int, headers: Mapping[str, str], content: bytes) -> Reply:
        """Return the reply for an HTTP response."""
        try:
            body = json.loads(content)
        except (ValueError, RecursionError):
            body = None
        kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
        limit = headers.get("Retry-After", "")
        unit = "in seconds" if limit.replace(".", "").isdecimal() else "as a date"
        return cls(
            status,
            body,
            is_empty=not content.strip(),
            content_type=kind if kind in CONTENT_TYPES else "another content type",
            retry_after=f", Retry-After {unit}" if limit else "",
        )

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
        """Return ``statusCode`` of the body if it is a status, or else the HTTP status."""
        found = self.body.get("statusCode") if isinstance(self.body, dict) else None
        return found if isinstance(found, int) and 100 <= found < 600 else self.status

    @property
    def is_success(self) -> bool:
        """Return whether the response has a good status and contains no error."""
        return 200 <= self.status < 300 and not self.error and self.code < 300

    @property
    def is_rate_limit(self) -> bool:
        """Return whether this is a rate limit response."""
        error = self.error.lower().replace("_", "")
        return 429 in (self.status, self.code) or "ratelimit" in error or "toomany" in error

    @property
    def form(self) -> str:
        """Return the form of the response: its status and its fields, without their values, and the error."""
        form = f"HTTP {self.status}"
        if self.is_empty:
            return f"{form}, empty{self.retry_after}"
        if not isinstance(self.body, dict):
            return f"{form}, {self.content_type}{self.retry_after}"
        error = f", error {self.error} {self.code}" if self.error else ""
        return f"{form}, fields {', '.join(sorted(set(map(word, self.body))))}{error}{self.retry_after}"


class Probe(Transport):
    """Sends single requests with one key to one API, without retries. ``sent`` is the number of requests."""

    def __init__(self, api_url: str, key: str, interval: float = 1.0) -> None:
        no_retries = -1.0
        super().__init__(Connection(api_url, key, retry_timeout=no_retries, request_interval=interval))
        self.key = key
        self.sent = 0

    def wrong_key(self) -> Probe:
        """Return a probe with a key that does not exist. It shares the rate limit of this one."""
        probe = Probe(self.api_url, WRONG_KEY)
        probe._rate_limiter = self._rate_limiter
        return probe

    def send(self, method: str, path: str, body: Any = None, *, nodes: bool = False) -> Reply:
        """Send a request once, with Basic authorization, or with Bearer for ``nodes``. Return the response.

        Raises RateLimited for a rate limit response, and NodanaError if no response arrives.
        """
        return self.call(method, path, body, idempotent=method == "GET", nodes=nodes)

    def _send(self, slot: Any, request: Any) -> Reply:
        self.sent += 1
        status, headers, content = self._exchange(slot, request)
        reply = Reply.read(status, headers, content)
        if reply.is_rate_limit:
            slot.limited(retry_after(headers))
            raise RateLimited(f"rate limit response: {reply.form}")
        slot.accepted()
        return reply
