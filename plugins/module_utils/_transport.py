# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wire: paced, authenticated calls, with retries that never do a thing twice."""

from __future__ import annotations

import base64
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from ansible_collections.nodana.cloud.plugins.module_utils import _answers
from ansible_collections.nodana.cloud.plugins.module_utils._clock import Clock
from ansible_collections.nodana.cloud.plugins.module_utils._connection import Connection
from ansible_collections.nodana.cloud.plugins.module_utils._errors import NodanaError, RateLimited, Unreachable
from ansible_collections.nodana.cloud.plugins.module_utils._pacing import Gate, gate_path
from ansible_collections.nodana.cloud.plugins.module_utils._retries import Tries
from ansible_collections.nodana.cloud.plugins.module_utils._secrets import credentials, without
from ansible_collections.nodana.cloud.plugins.module_utils._turn import Turn

REQUESTS_IMPORT_ERROR: str | None = None
try:
    import requests
    import urllib3
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()

LIMIT_MET = (
    "The API refused {request} because of its request limit. Everything on this machine that uses this key pauses now, "
    "and sends less often for some minutes. Does something else use the key? Then stop it, or raise request_interval: "
    "keys that push get banned."
)
USER_AGENT = "nodana.cloud/1.0.0 (Ansible collection)"
Warn = Callable[[str], object]
_BAD_CERTIFICATE = ("CERTIFICATE_VERIFY_FAILED", "doesn't match", "does not match")


class Keep(Protocol):
    """Takes an answer as it arrives, so that it is not lost with this process."""

    def begin(self) -> None:
        """A request is about to be sent; what was kept of the answer to an earlier try is void."""

    def add(self, piece: bytes) -> None:
        """These bytes of the answer have arrived."""


@dataclass(frozen=True)
class _Request:
    method: str
    path: str
    body: dict[str, Any] | None
    harmless: bool
    bare: bool
    keep: Keep | None


class Transport:
    """Sends requests to one API with one key. ``clock`` has ``monotonic()`` and ``sleep(seconds)``.

    ``warn`` is given what a person should know although nothing failed.
    """

    def __init__(self, connection: Connection, clock: Clock = time, warn: Warn | None = None) -> None:
        self._connection = connection
        self._clock = clock
        self._warn = warn
        self._gate = Gate(gate_path(connection.api_url, connection.api_key), connection.request_interval, clock)
        token = base64.b64encode(f":{connection.api_key}".encode()).decode()
        self._hidden = {connection.api_key, token}
        self._session = requests.Session()
        self._session.trust_env = not connection.is_local
        self._session.auth = _authorization(token)
        plain = {"Accept": "application/json", "Accept-Encoding": "identity"}
        self._session.headers.update({"User-Agent": USER_AGENT, **plain})
        if not connection.validate_certs:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    @property
    def api_url(self) -> str:
        """The base URL of the API."""
        return self._connection.api_url

    def call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        harmless: bool,
        bare: bool = False,
        keep: Keep | None = None,
    ) -> Any:
        """Send a request, again if need and harm allow, and give the answer's ``data``.

        ``harmless`` says that doing it twice equals doing it once. Everything else is sent again only when it provably
        did not happen: a limit answer, or no connection. ``bare`` is as in ``_answers.read``. ``keep`` is given
        the bytes of each answer as they arrive.

        Raises what ``_answers.read`` raises, Unreachable, StateUnavailable, and AmbiguousOutcome for a write that may
        have happened.
        """
        request = _Request(method, path, body, harmless, bare, keep)
        tries = Tries(harmless, self._connection.retry_timeout)
        while True:
            flight = 0.0
            try:
                with self._gate.turn() as turn:
                    sent_at = self._clock.monotonic()
                    try:
                        return self._send(turn, request)
                    finally:
                        flight = self._clock.monotonic() - sent_at
            except NodanaError as error:
                self._clock.sleep(tries.pause_after(self._presentable(error, request), flight))

    def _send(self, turn: Turn, request: _Request) -> Any:
        """Send once. A write that must not happen twice gets a new connection: an idle one may be closing unseen."""
        if not request.harmless:
            self._session.close()
        status, headers, content = self._exchange(request)
        hidden = self._hidden | set(credentials(request.body))
        try:
            data = _answers.read(status, content, bare=request.bare, hidden=hidden)
        except RateLimited as error:
            error.pause = turn.limited(_seconds(headers.get("Retry-After")))
            if turn.is_news and self._warn:
                self._warn(LIMIT_MET.format(request=f"{request.method} {request.path}"))
            raise
        except NodanaError:
            turn.accepted()
            raise
        turn.accepted()
        return data

    def _exchange(self, request: _Request) -> tuple[int, Any, bytes]:
        connection = self._connection
        ends = self._clock.monotonic() + connection.request_timeout
        content = bytearray()
        if request.keep:
            request.keep.begin()
        try:
            with self._session.request(
                request.method,
                connection.api_url + request.path,
                json=request.body,
                timeout=connection.request_timeout,
                verify=connection.validate_certs and (connection.ca_path or True),
                allow_redirects=False,
                stream=True,
            ) as response:
                for piece in pieces(response):
                    if request.keep:
                        request.keep.add(piece)
                    content += piece
                    if self._clock.monotonic() > ends:
                        raise requests.ReadTimeout
                return response.status_code, response.headers, bytes(content)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise _unreachable(error, connection.request_timeout) from None

    def _presentable(self, error: NodanaError, request: _Request) -> NodanaError:
        error.request = f"{request.method} {request.path}"
        error.message = without(error.message, self._hidden | set(credentials(request.body)))
        return error


def _authorization(token: str) -> Callable[[Any], Any]:
    """Give the auth hook of requests; with one set, requests takes no password from a netrc file instead."""

    def authorize(request: Any) -> Any:
        request.headers["Authorization"] = f"Basic {token}"
        return request

    return authorize


def pieces(response: requests.Response) -> Iterator[bytes]:
    """Give the body as it comes in. Asking for pieces of a size would wait until each is full, however slowly."""
    read_some = getattr(response.raw, "read1", None)
    if read_some is None:  # urllib3 before 2
        yield from response.iter_content(1)
        return
    while piece := read_some(65536, decode_content=True):
        yield piece


def _seconds(retry_after: str | None) -> float:
    try:
        return max(0.0, float(retry_after or 0))
    except ValueError:
        return 0.0


def _unreachable(error: Exception, timeout: float) -> Unreachable:
    """Tell how far a request without an answer got, from what requests raised. In doubt it was sent."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(error, requests.ConnectTimeout):
        return Unreachable(f"No connection to the API within {timeout:g} s", sent=False)
    if isinstance(error, requests.Timeout):
        return Unreachable(f"The API did not answer within {timeout:g} s", sent=True)
    if isinstance(error, requests.exceptions.SSLError):
        refused = any(words in str(error) for words in _BAD_CERTIFICATE)
        message = "The API's certificate is not trusted" if refused else "The encrypted connection to the API failed"
        return Unreachable(message, sent=not refused, lasting=refused, advice="Check api_url, ca_path and the clock.")
    if isinstance(error, requests.exceptions.ProxyError):
        return Unreachable("The proxy gives no connection to the API", sent=not _refused_by_proxy(reason))
    if isinstance(reason, urllib3.exceptions.NewConnectionError):
        return Unreachable(f"No connection to the API: {_system_words(reason)}", sent=False)
    cut = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError, urllib3.exceptions.HTTPError)
    if isinstance(error, cut):
        return Unreachable("The connection was cut before the API's answer was complete", sent=True)
    malformed = isinstance(error, (ValueError, requests.exceptions.InvalidJSONError))  # found before anything is sent
    return Unreachable(f"The request failed ({type(error).__name__})", sent=not malformed, lasting=True)


def _refused_by_proxy(reason: Any) -> bool:
    """Whether the way through the proxy never was open. Older urllib3 says ProxyError for a later cut as well."""
    cause = getattr(reason, "original_error", None)
    return isinstance(cause, urllib3.exceptions.NewConnectionError) or "Tunnel connection failed" in str(cause)


def _system_words(error: BaseException) -> str:
    """Give the operating system's reason, such as ``Connection refused``."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        cause = cause.__cause__ or cause.__context__
    return "it was refused"
