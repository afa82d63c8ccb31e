# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP transport: authenticated and rate-limited calls, with retries that never repeat a write by mistake."""

from __future__ import annotations

import base64
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple, Protocol

from .._errors import AmbiguousOutcome, NodanaError, RateLimited, Unreachable, Unreadable
from .._polling import Clock
from .adapter import ConnectionClosed, mount
from .connection import Connection
from .rate_limiter import RateLimiter, Slot, rate_limiter_path
from .redaction import credentials, without
from .response import read_bare_response, read_response
from .retry import RetryPolicy, retry_after

REQUESTS_IMPORT_ERROR: str | None = None
try:
    import requests
    import urllib3
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()

RATE_LIMIT_WARNING = (
    "The API refused {request} because of its rate limit. All runs with this key and this state folder pause now, and "
    "then send fewer requests for some minutes. Stop other programs that use the key, or raise request_interval. For "
    "jobs in several containers or on several machines, set NODANA_STATE_DIR to a folder that they all share. Without "
    "such a folder, let AWX run them one after the other, in a group with max_concurrent_jobs: 1. The API bans keys "
    "that keep exceeding the rate limit."
)
LARGEST_RESPONSE = 16 << 20
"""Bytes. The list of a project with 50,000 apps is about this large."""
USER_AGENT = "nodana.cloud/1.0.0 (Ansible collection)"
Warn = Callable[[str], object]
Recheck = Callable[[], bool]
"""Returns whether a write seems to have taken effect; called before a write is retried after a rate limit response."""
_BAD_CERTIFICATE = ("CERTIFICATE_VERIFY_FAILED", "doesn't match", "does not match")


class Sink(Protocol):
    """A sink keeps a response as it arrives, so that it is not lost if this process dies."""

    def begin(self) -> None:
        """Discard the response to an earlier attempt, because a request is about to be sent."""

    def add(self, piece: bytes) -> None:
        """Keep these bytes of the response, which have just arrived."""


class _Request(NamedTuple):
    method: str
    path: str
    body: dict[str, Any] | None
    idempotent: bool
    allow_unwrapped: bool
    sink: Sink | None
    nodes: bool
    timeout: float


class Transport:
    """A transport sends requests to one API with one key. It calls ``warn`` with warnings for the user."""

    def __init__(self, connection: Connection, clock: Clock = time, warn: Warn | None = None) -> None:
        self._connection = connection
        self._clock = clock
        self._warn = warn
        self._rate_limiter = RateLimiter(
            rate_limiter_path(connection.api_url, connection.api_key), connection.request_interval, clock
        )
        self._token = base64.b64encode(f":{connection.api_key}".encode()).decode()
        self._hidden = {connection.api_key, self._token}
        self._session = requests.Session()
        self._deadline = mount(self._session)
        self._session.trust_env = not connection.is_local
        plain = {"Accept": "application/json", "Accept-Encoding": "identity"}
        self._session.headers.update({"User-Agent": USER_AGENT, **plain})
        if not connection.validate_certs:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    @property
    def api_url(self) -> str:
        """Return the base URL of the API."""
        return self._connection.api_url

    @property
    def request_interval(self) -> float:
        """Return the seconds between two requests."""
        return self._connection.request_interval

    def described(self, method: str, path: str) -> str:
        """Return the description of a request for messages, such as ``GET https://api.nodana.io/v1/projects``."""
        return f"{method} {self._connection.api_url}{path}"

    def call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        idempotent: bool,
        allow_unwrapped: bool = False,
        sink: Sink | None = None,
        recheck: Recheck | None = None,
        nodes: bool = False,
        least_timeout: float = 0.0,
    ) -> Any:
        """Send a request, retry it if that is safe, and return the ``data`` of the response.

        An ``idempotent`` request may be repeated. Any other request is only retried if it provably had no effect:
        there was no connection, or there was a rate limit response and ``recheck`` finds no effect. Without a
        ``recheck``, a rate limit response ends the call. ``allow_unwrapped`` is as in ``read_response``. ``sink`` gets
        the bytes of each response as they arrive. ``nodes`` selects the generation of the API that has nodes: Bearer
        authorization, and responses without ``data``. ``least_timeout`` raises the timeout of this request.

        Raises what ``read_response`` raises, Unreachable, StateUnavailable, and AmbiguousOutcome for a write that may
        have taken effect.
        """
        timeout = max(self._connection.request_timeout, least_timeout)
        request = _Request(method, path, body, idempotent, allow_unwrapped, sink, nodes, timeout)
        retries = RetryPolicy(idempotent, self._connection.retry_timeout)
        while True:
            flight = 0.0
            try:
                with self._rate_limiter.slot(f"{method} {path}", timeout) as slot:
                    began = self._clock.monotonic()
                    try:
                        return self._send(slot, request)
                    finally:
                        flight = self._clock.monotonic() - began - slot.waited
            except NodanaError as error:
                pause = retries.pause_after(self._presentable(error, request), flight)
                if isinstance(error, RateLimited) and not idempotent:
                    _check_no_effect(error, recheck)
                self._clock.sleep(pause)

    def _send(self, slot: Slot, request: _Request) -> Any:
        """Send the request once and return the ``data`` of its response.

        A request that is not idempotent gets a new connection. The server may be closing an idle one at this moment,
        and then it is unknown whether the request took effect.
        """
        if not request.idempotent:
            self._session.close()
        status, headers, content = self._exchange(slot, request)
        hidden = self._hidden | set(credentials(request.body))
        try:
            if request.nodes:
                data = read_bare_response(status, content, hidden=hidden)
            else:
                data = read_response(status, content, allow_unwrapped=request.allow_unwrapped, hidden=hidden)
        except RateLimited as error:
            error.pause = slot.limited(retry_after(headers))
            if slot.is_news and self._warn:
                self._warn(RATE_LIMIT_WARNING.format(request=f"{request.method} {request.path}"))
            raise
        except NodanaError:
            slot.accepted()
            raise
        slot.accepted()
        return data

    def _exchange(self, slot: Slot, request: _Request) -> tuple[int, Any, bytes]:
        """Connect, wait for the slot, send the request, and return the status, headers and body of the response."""
        connection = replace(self._connection, request_timeout=request.timeout)
        if request.sink:
            slot.when_begun = request.sink.begin
        try:
            with self._deadline.within(connection.request_timeout, slot):
                with self._response(request, connection) as response:
                    slot.responded()
                    content = _read(response, request.sink)
                if self._deadline.passed:  # a response without a length ends with its connection
                    raise requests.ReadTimeout
                return response.status_code, response.headers, content
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            timeout = requests.ReadTimeout() if slot.is_begun else requests.ConnectTimeout()
            raise _unreachable(timeout if self._deadline.passed else error, connection, slot.is_begun) from None

    def _response(self, request: _Request, connection: Connection) -> requests.Response:
        """Send the request and return the response. A connection that closes before the slot begins is replaced."""
        for _connection in range(2):
            try:
                return self._session.request(
                    request.method,
                    connection.api_url + request.path,
                    auth=self._authorization(request),
                    json=request.body,
                    timeout=connection.request_timeout,
                    verify=connection.validate_certs and (connection.ca_path or True),
                    allow_redirects=False,
                    stream=True,
                )
            except ConnectionClosed:
                continue
        raise requests.ConnectionError

    def _authorization(self, request: _Request) -> Callable[[Any], Any]:
        """Return an auth hook for ``requests``, which then does not use a password from a netrc file."""
        scheme = f"Bearer {self._connection.api_key}" if request.nodes else f"Basic {self._token}"

        def authorize(prepared: Any) -> Any:
            prepared.headers["Authorization"] = scheme
            return prepared

        return authorize

    def _presentable(self, error: NodanaError, request: _Request) -> NodanaError:
        error.request = self.described(request.method, request.path)
        error.message = without(error.message, self._hidden | set(credentials(request.body)))
        return error


def _check_no_effect(error: RateLimited, recheck: Recheck | None) -> None:
    """Check that a write had no effect before it is retried after a rate limit response.

    A proxy may return that response after the API has made the change.
    Raises AmbiguousOutcome if ``recheck`` finds an effect or fails, and ``error`` if there is no ``recheck``.
    """
    if recheck is None:
        raise error
    try:
        found = "but the request seems to have taken effect" if recheck() else ""
    except NodanaError as second:
        found = f"and the check whether it took effect failed: {second.message}"
    if found:
        raise AmbiguousOutcome(f"{error.message}, {found}", code=error.code, request=error.request)


def _read(response: requests.Response, sink: Sink | None) -> bytes:
    """Return the body of a response. Raises Unreadable if it is too large; ``sink`` has its beginning then."""
    content = bytearray()
    for piece in pieces(response):
        if sink:
            sink.add(piece)
        content += piece
        if len(content) > LARGEST_RESPONSE:
            raise Unreadable(f"The response of the API is larger than {LARGEST_RESPONSE >> 20} MiB")
    return bytes(content)


def pieces(response: requests.Response) -> Iterator[bytes]:
    """Yield the body as it arrives.

    Reading pieces of a fixed size would wait until each one is complete, and a killed run would lose what had arrived.
    """
    read_some = getattr(response.raw, "read1", None)
    if read_some is None:  # urllib3 before 2
        yield from response.iter_content(1)
        return
    while piece := read_some(65536, decode_content=True):
        yield piece


def _unreachable(error: Exception, connection: Connection, sent: bool) -> Unreachable:
    """Return the error for a request without a response, from the exception of ``requests``."""
    api, timeout = f"the API at {connection.origin}", f"{connection.request_timeout:g} s"
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(error, requests.ConnectTimeout):
        return Unreachable(f"Timed out after {timeout} while connecting to {api}", sent=sent)
    if isinstance(error, requests.Timeout):
        return Unreachable(f"Timed out after {timeout} while waiting for the response of {api}", sent=sent)
    if isinstance(error, requests.exceptions.SSLError):
        refused = any(words in str(error) for words in _BAD_CERTIFICATE)
        message = f"The certificate of {api} is not trusted" if refused else f"The TLS connection to {api} failed"
        return Unreachable(message, sent=sent, lasting=refused, advice="Check api_url, ca_path and the system time.")
    if isinstance(error, requests.exceptions.ProxyError):
        return Unreachable(f"The proxy did not connect to {api}", sent=sent)
    if isinstance(reason, urllib3.exceptions.NewConnectionError):
        return Unreachable(f"Cannot connect to {api}: {_system_error(reason)}", sent=sent)
    cut = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError, urllib3.exceptions.HTTPError)
    if isinstance(error, cut):
        return Unreachable(f"The connection to {api} was closed before the response was complete", sent=sent)
    return Unreachable(f"The request to {api} failed ({type(error).__name__})", sent=sent, lasting=True)


def _system_error(error: BaseException) -> str:
    """Return the operating system's reason, such as ``Connection refused``."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        cause = cause.__cause__ or cause.__context__
    return "the connection was refused"
