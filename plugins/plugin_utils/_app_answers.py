# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading from the address of an app: short, never redirected, and never with a password in the open."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.nodana.cloud.plugins.module_utils._connection import _is_loopback as is_loopback
from ansible_collections.nodana.cloud.plugins.module_utils._transport import USER_AGENT, pieces

try:
    import requests
    import urllib3
except ImportError:
    pass  # who asks looks at REQUESTS_IMPORT_ERROR of _transport before

_LARGEST = 1 << 20  # bytes of an answer; a thousand channels are less


class Silent(Exception):
    """The app gives no answer that can be read; says why."""


@dataclass(frozen=True)
class Answer:
    """An answer. ``record`` is its JSON object, empty if it is none; ``location`` where it redirects to."""

    path: str
    status: int
    record: dict[str, Any] = field(default_factory=dict)
    location: str = ""


class WebApp:
    """An app behind its URL. Each read may take ``timeout`` seconds."""

    def __init__(self, url: Any, timeout: float) -> None:
        """Raises Silent for a URL at which nothing may be asked."""
        self._url = _checked(url)
        self._timeout = timeout
        self._local = is_loopback(urlsplit(self._url).hostname or "")

    def get(self, path: str, password: str | None = None) -> Answer:
        """Read a path, with a password as phoenixd takes it: for any user. Raises Silent."""
        try:
            with requests.Session() as session:
                session.trust_env = not self._local
                session.auth = _nobody if password is None else ("ansible", password)
                session.headers["User-Agent"] = USER_AGENT
                reply = session.get(self._url + path, timeout=self._timeout, allow_redirects=False, stream=True)
                with reply:
                    content = self._read(reply)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise Silent(_reason(error, self._timeout)) from None
        return Answer(path, reply.status_code, _record(content), reply.headers.get("Location", ""))

    def _read(self, reply: requests.Response) -> bytes:
        ends = time.monotonic() + self._timeout
        content = bytearray()
        for piece in pieces(reply):
            content += piece
            if len(content) > _LARGEST:
                raise Silent("answers with more than it should")
            if time.monotonic() > ends:
                raise requests.ReadTimeout
        return bytes(content)


def _checked(url: Any) -> str:
    """Give a URL without a slash at its end that may be asked: encrypted, or on this machine. Raises Silent."""
    try:
        parts = urlsplit(str(url or ""))
        host, _port = parts.hostname, parts.port
    except ValueError:
        host = None
    if (
        not host
        or parts.scheme not in ("http", "https")
        or re.search(r"[@?#\\]", str(url))
        or not re.fullmatch(r"[!-~]+", str(url))
    ):
        raise Silent("has no URL that could be asked")
    if parts.scheme == "http" and not is_loopback(host):
        raise Silent("has a URL without encryption, which is not asked")
    return str(url).rstrip("/")


def _nobody(request: Any) -> Any:
    """Keep requests from taking a password from a netrc file."""
    return request


def _record(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _reason(error: Exception, timeout: float) -> str:
    if isinstance(error, requests.ConnectTimeout):
        return f"gives no connection within {timeout:g} s"
    if isinstance(error, requests.Timeout):
        return f"did not answer within {timeout:g} s"
    if isinstance(error, requests.exceptions.SSLError):
        return "gives no encrypted connection that can be trusted"
    return "gives no connection"
