# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A process connects while it waits for its slot, and sends nothing before the slot begins."""

from __future__ import annotations

import shutil
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import requests
from ansible_collections.nodana.cloud.plugins.module_utils import _errors as errors
from ansible_collections.nodana.cloud.plugins.module_utils._client import adapter
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._client.rate_limiter import (
    CONNECT_AHEAD,
    RateLimiter,
    rate_limiter_path,
)
from ansible_collections.nodana.cloud.tests.support.clients import KEY, transport
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock
from ansible_collections.nodana.cloud.tests.support.processes import awaited
from ansible_collections.nodana.cloud.tests.support.servers import answered, certificate, free_port, raw_server
from ansible_collections.nodana.cloud.tests.support.turns import begun

INTERVAL = 1.0
PROJECT = answered('{"data": {"id": "prj-1", "name": "shop"}}')
KEPT = PROJECT.replace(b"Connection: close\r\n", b"")
needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a certificate")


class Far:
    """A server that keeps each connection open. ``received`` has the bytes of each connection after its handshake."""

    def __init__(self, context: ssl.SSLContext | None = None, reply: bytes = KEPT) -> None:
        self.received: list[bytes] = []
        self._context = context
        self._reply = reply
        self._open: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        scheme = "https" if context else "http"
        self.url = f"{scheme}://localhost:{self.port}/v1"
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def requests(self) -> int:
        return sum(bytes_of_one.count(b" /v1/") for bytes_of_one in self.received)

    def close_connections(self) -> None:
        """Close all connections, as a server does after they were idle."""
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self.close_connections()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _address = self._listening.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError):
            wrapped = self._context.wrap_socket(connection, server_side=True) if self._context else connection
            self._open.append(wrapped)
            number = len(self.received)
            self.received.append(b"")
            while piece := wrapped.recv(65536):
                self.received[number] += piece
                if self.received[number].endswith((b"\r\n\r\n", b"}")):
                    wrapped.sendall(self._reply)


class Waiting(FakeClock):
    """A clock that calls a function during each wait, before the time passes."""

    def __init__(self, meanwhile: Callable[[float], object]) -> None:
        super().__init__()
        self._meanwhile = meanwhile

    def sleep(self, seconds: float, /) -> None:
        if seconds:
            self._meanwhile(seconds)
        super().sleep(seconds)


@pytest.fixture
def far() -> Iterator[Far]:
    server = Far()
    yield server
    server.stop()


@pytest.fixture
def far_tls(tmp_path: Path) -> Iterator[tuple[Far, str]]:
    path, context = certificate(tmp_path)
    server = Far(context)
    yield server, str(path)
    server.stop()


def client(url: str, clock: FakeClock, **options: Any) -> Api:
    return Api(transport(url, clock=clock, request_interval=INTERVAL, **options))


@needs_openssl
def test_a_create_connects_before_its_slot_and_sends_nothing_before_it(far_tls: tuple[Far, str]) -> None:
    far, ca_path = far_tls
    seen: list[tuple[float, list[bytes]]] = []

    def meanwhile(seconds: float) -> None:
        awaited(lambda: len(far.received) == len(seen) + 2)  # the handshake is over
        time.sleep(0.05)
        seen.append((seconds, far.received[len(seen) + 1 :]))

    api = client(far.url, Waiting(meanwhile), ca_path=ca_path)
    for _request in range(3):
        assert api.create_project("shop")["id"]
    assert [seconds for seconds, _received in seen] == pytest.approx([INTERVAL] * 2, abs=0.01)
    assert [received for _seconds, received in seen] == [[b""]] * 2
    assert (len(far.received), far.requests) == (3, 3)


def test_a_connection_that_is_kept_waits_for_the_slot_of_the_next_request(far: Far) -> None:
    seen: list[int] = []
    api = client(far.url, Waiting(lambda _seconds: seen.append(far.requests)))
    for _request in range(3):
        api.project("prj-1")
    assert seen == [1, 2]
    assert (len(far.received), far.requests) == (1, 3)


@needs_openssl
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_connection_that_closes_before_the_slot_is_replaced_and_the_create_is_sent_once(
    far: Far, far_tls: tuple[Far, str], scheme: str
) -> None:
    server, ca_path = (far, None) if scheme == "http" else far_tls
    closed: list[float] = []

    def meanwhile(seconds: float) -> None:
        awaited(lambda: len(server.received) == 2)
        if not closed:
            server.close_connections()
        closed.append(seconds)

    clock = Waiting(meanwhile)
    api = client(server.url, clock, ca_path=ca_path)
    for _request in range(2):
        assert api.create_project("shop")["id"]
    assert (len(server.received), server.requests) == (3, 2)
    assert clock.slept == pytest.approx(INTERVAL)  # there was no retry after a pause


def test_a_create_whose_connections_all_close_before_its_slot_is_not_in_doubt(
    far: Far, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter._Watched, "_is_open", lambda _connection: False)
    with pytest.raises(
        errors.Unreachable, match=rf"connection to the API at http://localhost:{far.port} was closed"
    ) as caught:
        client(far.url, FakeClock(), retry_timeout=0).create_project("shop")
    assert not caught.value.sent
    assert far.requests == 0


def test_a_connection_that_fails_takes_no_slot() -> None:
    clock = FakeClock()
    url = f"http://127.0.0.1:{free_port()}/v1"
    with begun(RateLimiter(rate_limiter_path(url, KEY), INTERVAL, clock)) as slot:
        slot.accepted()
    clock.now += INTERVAL
    for call in (lambda api: api.projects(), lambda api: api.create_project("shop")):
        with pytest.raises(errors.Unreachable, match="Cannot connect to the API at .*: Connection refused") as caught:
            call(client(url, clock, retry_timeout=0))
        assert not caught.value.sent
    with begun(RateLimiter(rate_limiter_path(url, KEY), INTERVAL, clock)):
        assert clock.slept == 0


def test_a_connection_is_not_opened_long_before_the_slot() -> None:
    replies = iter([answered("", "429 Too Many Requests", "Retry-After: 40"), PROJECT])
    connected: list[int] = []
    waits: list[tuple[float, int]] = []

    def reply(connection: socket.socket) -> None:
        connection.sendall(next(replies))

    def meanwhile(seconds: float) -> None:
        time.sleep(0.05)
        waits.append((round(seconds), len(connected)))

    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        connected.append(1)
        real(self, address)  # type: ignore[arg-type]

    with raw_server(reply) as server, pytest.MonkeyPatch.context() as patched:
        patched.setattr(socket.socket, "connect", connect)
        client(server.url, Waiting(meanwhile)).project("prj-1")
    assert waits == [(40 - CONNECT_AHEAD, 1), (CONNECT_AHEAD, 2)]


def test_the_wait_for_the_slot_does_not_count_for_the_timeout(far: Far) -> None:
    api = client(far.url, Waiting(lambda _seconds: time.sleep(0.5)), request_timeout=0.3)
    for _request in range(2):
        assert api.create_project("shop")["id"]


class Noting:
    """A slot that notes the round trip of each connection."""

    def __init__(self) -> None:
        self.round_trips: list[float | None] = []

    def wait(self, round_trip: float | None) -> None:
        self.round_trips.append(round_trip)

    def begin(self) -> None:
        pass


def round_trips(url: str, **proxies: str) -> list[float | None]:
    session, slot = requests.Session(), Noting()
    session.trust_env = False
    deadline = adapter.mount(session)
    with deadline.within(10, slot):
        session.get(url, proxies=proxies)
    return slot.round_trips


def test_the_round_trip_of_a_direct_connection_is_measured_and_that_through_a_proxy_is_not() -> None:
    with raw_server(PROJECT) as server:
        (found,) = round_trips(server.url)
        assert found is not None
        assert 0 < found < 0.5
        proxy = f"http://127.0.0.1:{server.port}"
        assert round_trips("http://api.example/v1", http=proxy) == [None]


@pytest.mark.skipif(sys.platform != "linux", reason="other kernels do not report it")
def test_a_busy_machine_does_not_make_the_round_trip_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        real(self, address)  # type: ignore[arg-type]
        time.sleep(0.05)

    monkeypatch.setattr(socket.socket, "connect", connect)
    with raw_server(PROJECT) as server:
        (found,) = round_trips(server.url)
    assert found is not None
    assert found < 0.04
