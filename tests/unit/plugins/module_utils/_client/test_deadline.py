# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A request ends at its deadline, whatever a server does. Real seconds: no clock can be turned by hand in a socket."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils import _errors as errors
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.plugin_utils._apps.client import NONE, App
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import sent, transport
from ansible_collections.nodana.cloud.tests.support.servers import answered, certificate, raw_server

TIMEOUT = 0.3
TOLERANCE = 0.5
HEAD = b"HTTP/1.1 200 OK\r\n"


def repeated(piece: bytes, beginning: bytes = b"", pause: float = 0.02) -> Callable[[socket.socket], None]:
    """Send this for ever, in pieces that never let a timeout of a single read pass."""

    def send(connection: socket.socket) -> None:
        connection.sendall(beginning)
        while True:
            connection.sendall(piece)
            time.sleep(pause)

    return send


def silent(connection: socket.socket) -> None:
    connection.recv(65536)  # returns when the client is gone


ENDLESS = {
    "nothing": silent,
    "status": repeated(b"9", b"HTTP/1.1 "),
    "header": repeated(b"x", HEAD + b"X-Slow: "),
    "headers": repeated(b"X: y\r\n", HEAD),
    "continue": repeated(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "continue at full speed": repeated(b"HTTP/1.1 100 Continue\r\n\r\n" * 100, pause=0.0),
    "chunk size": repeated(b"0", HEAD + b"Transfer-Encoding: chunked\r\n\r\n"),
    "chunks": repeated(b"1\r\n \r\n", HEAD + b"Transfer-Encoding: chunked\r\n\r\n"),
    "trailers": repeated(b"X: y\r\n", HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n"),
    "body": repeated(b" ", HEAD + b"Content-Length: 100000\r\n\r\n"),
    "body without a length": repeated(b" ", HEAD + b"\r\n"),
}


@contextmanager
def bounded(timeout: float = TIMEOUT) -> Iterator[None]:
    """Fail when the block does not take as long as the timeout, with a tolerance."""
    began = time.monotonic()
    yield
    assert timeout * 0.9 <= time.monotonic() - began <= timeout + TOLERANCE


@pytest.mark.parametrize("reply", ENDLESS.values(), ids=ENDLESS)
def test_a_read_ends_at_the_deadline_whatever_arrives(reply: Callable[[socket.socket], None]) -> None:
    with raw_server(reply) as server:
        api = Api(transport(server.url, request_timeout=TIMEOUT, retry_timeout=0))
        told = rf"Timed out after 0\.3 s while waiting for the response of the API at http://127\.0\.0\.1:{server.port}"
        with bounded(), pytest.raises(errors.Unreachable, match=told) as caught:
            api.projects()
    assert caught.value.sent


@pytest.mark.parametrize("reply", [ENDLESS["headers"], ENDLESS["continue"], ENDLESS["chunk size"]])
def test_a_create_that_ends_at_the_deadline_is_in_doubt(reply: Callable[[socket.socket], None]) -> None:
    with raw_server(reply) as server, bounded(), pytest.raises(errors.AmbiguousOutcome, match="Timed out after"):
        Api(transport(server.url, request_timeout=TIMEOUT)).create_app("phoenixd", {}, None)
    assert len(server.requests) == 1


@pytest.mark.parametrize("reply", ENDLESS.values(), ids=ENDLESS)
def test_an_app_is_not_waited_for_longer_than_its_deadline(reply: Callable[[socket.socket], None]) -> None:
    with raw_server(reply) as server:
        app = App("app-1", "phoenixd", f"http://127.0.0.1:{server.port}", request_timeout=TIMEOUT)
        with bounded():
            answer = app.request("GET /getinfo")
    assert (answer.status, answer.text) == (NONE, "timed out")


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan"), float("inf"), 1e10])
def test_an_app_is_not_asked_without_a_bound(seconds: float) -> None:
    with pytest.raises(errors.Invalid, match=r"request_timeout must be a number of seconds from 0\.1 to 3600"):
        App("app-1", "phoenixd", "http://127.0.0.1:1", request_timeout=seconds)


def test_an_answer_of_an_app_is_read_up_to_a_limit_and_then_refused() -> None:
    for size, status in ((4 << 20, 200), ((4 << 20) + 1, NONE)):
        with raw_server(answered(b"x" * size)) as server:
            answer = App("app-1", "phoenixd", f"http://127.0.0.1:{server.port}").request("GET /getinfo")
        assert answer.status == status
    assert str(answer) == "GET /getinfo: its response is larger than 4 MiB"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a certificate")
@pytest.mark.parametrize("reply", [ENDLESS["headers"], ENDLESS["body"]])
def test_an_encrypted_request_ends_at_the_deadline(reply: Callable[[socket.socket], None], tmp_path: Path) -> None:
    timeout = 3 * TIMEOUT  # the handshake of a busy machine is part of it
    _path, context = certificate(tmp_path)
    with raw_server(reply, context) as server:
        api = Api(
            transport(
                f"https://localhost:{server.port}/v1",
                request_timeout=timeout,
                retry_timeout=0,
                validate_certs=False,
            )
        )
        with (
            bounded(timeout),
            pytest.raises(errors.Unreachable, match="Timed out after .* while waiting for the response"),
        ):
            api.projects()


def test_a_slow_handshake_ends_at_the_deadline() -> None:
    with raw_server(repeated(b"\x16")) as server:
        api = Api(transport(f"https://127.0.0.1:{server.port}/v1", request_timeout=TIMEOUT, retry_timeout=0))
        began = time.monotonic()
        with pytest.raises(errors.Unreachable):
            api.projects()
        assert time.monotonic() - began <= TIMEOUT + TOLERANCE


def test_a_slow_proxy_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    with raw_server(repeated(b"X: y\r\n", HEAD)) as proxy:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        api = Api(transport("https://api.example/v1", request_timeout=TIMEOUT, retry_timeout=0))
        with bounded(), pytest.raises(errors.Unreachable, match=r"Timed out after .* https://api\.example:443"):
            api.projects()


def test_a_connection_that_is_kept_for_the_next_request_has_a_deadline_for_each() -> None:
    def reply(connection: socket.socket) -> None:
        connection.sendall(answered('{"data": []}').replace(b"Connection: close\r\n", b""))
        connection.recv(65536)
        ENDLESS["headers"](connection)

    with raw_server(reply) as server:
        api = Api(transport(server.url, request_timeout=TIMEOUT, retry_timeout=0))
        assert api.projects() == []
        time.sleep(TIMEOUT)  # a deadline that has passed in the meantime is that of the first request
        with bounded(), pytest.raises(errors.Unreachable, match="Timed out after .* while waiting for the response"):
            api.projects()
    assert len(server.requests) == 1


def test_a_lookup_that_hangs_ends_at_the_deadline_and_nothing_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    enough = threading.Event()

    def hang(*_arguments: object) -> list[object]:
        enough.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    api = Api(transport("https://api.example/v1", request_timeout=TIMEOUT, retry_timeout=0))
    with (
        bounded(),
        pytest.raises(errors.Unreachable, match="Timed out after .* while connecting to the API at") as caught,
    ):
        api.create_app("phoenixd", {}, None)
    enough.set()
    assert not caught.value.sent


def test_all_addresses_of_a_name_share_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two addresses take no connection and refuse none, as behind a firewall. The third one answers."""
    real = socket.getaddrinfo
    addresses = ("127.0.0.2", "127.0.0.3", "127.0.0.1")

    def look_up(host: str, *arguments: object) -> list[object]:
        found = addresses if host == "localhost" else (host,)
        return [info for address in found for info in real(address, *arguments)]  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with raw_server(answered('{"data": []}')) as server, ExitStack() as stack:
        for address in addresses[:2]:
            listening = stack.enter_context(socket.create_server((address, server.port), backlog=0))
            for _connection in range(3):
                waiting = stack.enter_context(socket.socket())
                waiting.setblocking(False)
                waiting.connect_ex(listening.getsockname())
        began = time.monotonic()
        api = Api(transport(f"http://localhost:{server.port}/v1", request_timeout=1.5, retry_timeout=0))
        assert api.projects() == []
        assert 0.9 <= time.monotonic() - began <= 1.5


def test_a_response_in_time_is_not_touched_by_its_deadline(simulator: Simulator) -> None:
    api = Api(transport(simulator.url, simulator.key, request_timeout=TIMEOUT))
    for _request in range(3):
        api.projects()
        time.sleep(TIMEOUT / 2)
    assert len(sent(simulator)) == 3
