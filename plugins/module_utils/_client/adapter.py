# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections for ``requests`` that end at a deadline, and that connect before the slot of a request begins.

A request waits for its slot between connecting and sending, so that a distant API costs as little time as possible.
"""

from __future__ import annotations

import socket
import ssl
import struct
import sys
import threading
import time
from typing import Any

from .deadline import Deadline

try:
    from requests.adapters import HTTPAdapter
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
except ImportError:  # the modules report this
    HTTPAdapter = object  # type: ignore[assignment,misc]

_MIN_RTT = struct.Struct("=148xI")  # tcpi_min_rtt of Linux in microseconds, in struct tcp_info
_NO_RTT = 0xFFFFFFFF


class ConnectionClosed(Exception):
    """The server closed the connection before the request was sent."""


def mount(session: Any) -> Deadline:
    """Return a deadline that watches every connection which the session opens from now on."""
    deadline = Deadline()
    adapter = _Adapter(deadline)
    for scheme in ("https://", "http://"):
        session.mount(scheme, adapter)
    return deadline


class _Adapter(HTTPAdapter):
    """An adapter for ``requests`` whose connections are watched by a deadline, also those through proxies."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self._adopt(self.poolmanager, is_direct=True)

    def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:
        known = proxy in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **options)
        if not known:
            self._adopt(manager, is_direct=False)
        return manager

    def _adopt(self, manager: Any, is_direct: bool) -> None:
        own = {"deadline": self._deadline, "is_direct": is_direct}

        def watched(pool: Any) -> Any:
            plain = pool.ConnectionCls
            return type(pool.__name__, (pool,), {"ConnectionCls": type(plain.__name__, (_Watched, plain), own)})

        manager.pool_classes_by_scheme = {
            scheme: watched(pool) for scheme, pool in manager.pool_classes_by_scheme.items()
        }


class _Watched:
    """A mixin for the connections of urllib3 1.26 and 2 that lets a deadline watch them.

    ``is_direct`` is False for connections through a proxy.
    """

    deadline: Deadline
    is_direct: bool
    sock: Any
    timeout: Any
    _dns_host: str
    _handle: socket.socket | None = None
    _handshake = 0.0

    def request(self, *arguments: Any, **options: Any) -> None:
        """Connect, wait for the slot of the request, and send the request.

        Raises ConnectionClosed if the connection did not last until the slot began. Nothing was sent then.
        """
        slot = self.deadline.slot
        if slot is not None:
            if self.sock is None:
                self.connect()  # type: ignore[attr-defined]
            self._check_in_time()
            with self.deadline.paused():
                slot.wait(self._round_trip())
            if not self._is_open():
                raise ConnectionClosed
            slot.begin()
        super().request(*arguments, **options)  # type: ignore[misc]

    def _round_trip(self) -> float | None:
        """Return the smallest measured round trip to the API in seconds, or None if it cannot be measured.

        The kernel measures without the delays of a busy machine. Elsewhere than on Linux, the duration of the TCP
        handshake counts.
        """
        if not self.is_direct or not self._handshake:
            return None
        if sys.platform != "linux":
            return self._handshake
        try:
            (microseconds,) = _MIN_RTT.unpack(self.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _MIN_RTT.size))
        except (OSError, struct.error, AttributeError):
            return None
        return None if microseconds == _NO_RTT else min(self._handshake, microseconds / 1e6)

    def _is_open(self) -> bool:
        """Return whether the server keeps the connection open and has sent nothing on it.

        The read also processes what a TLS server sends after its handshake. It returns only the data of a response.
        """
        self.sock.settimeout(0.0)
        try:
            self.sock.recv(1)
        except (BlockingIOError, ssl.SSLWantReadError, socket.timeout):
            return True
        except OSError:
            pass
        finally:
            self.sock.settimeout(self.timeout)
        return False

    def _new_conn(self) -> Any:
        connected = self._connected()
        self._handle = self.deadline.watch(connected)
        try:
            self._check_in_time()  # the timer may have missed this connection
        except ConnectTimeoutError:
            connected.close()
            raise
        return connected

    def _check_in_time(self) -> None:
        if self.deadline.passed:
            raise ConnectTimeoutError(self, f"The connection to {self._dns_host} timed out")

    def _connected(self) -> Any:
        """Connect to the first address of the host that accepts, within the time that is left.

        urllib3 would allow that time for each address.
        """
        connect = super()._new_conn  # type: ignore[misc]
        if "SOCKS" in type(self).__name__:  # only a SOCKS proxy may be able to resolve the host
            return connect()
        host, timeout = self._dns_host, self.timeout
        addresses = self._addresses()
        try:
            for position, address in enumerate(addresses, 1):
                self._dns_host = address
                self.timeout = max(0.01, self.deadline.left() / (len(addresses) - position + 1))
                began = time.monotonic()
                try:
                    connected = connect()
                    self._handshake = time.monotonic() - began
                    return connected
                except (NewConnectionError, ConnectTimeoutError):
                    if position == len(addresses):
                        raise
        finally:
            self._dns_host, self.timeout = host, timeout

    def _addresses(self) -> list[str]:
        """Return the addresses of the host. The lookup runs in its own thread, because it cannot be interrupted."""
        host = self._dns_host
        found: list[Any] = []

        def look_up() -> None:
            try:
                found.extend(socket.getaddrinfo(host, None, 0, socket.SOCK_STREAM))
            except (OSError, UnicodeError) as error:
                found.append(error)

        thread = threading.Thread(target=look_up, daemon=True)
        thread.start()
        thread.join(self.deadline.left())
        if not found:
            raise ConnectTimeoutError(self, f"The lookup of {host} timed out")
        if isinstance(found[0], Exception):
            raise NewConnectionError(self, str(found[0])) from found[0]  # type: ignore[arg-type]
        return list(dict.fromkeys(info[4][0] for info in found))

    def close(self) -> None:
        super().close()  # type: ignore[misc]
        if self._handle is not None:
            self.deadline.release(self._handle)
            self._handle = None
