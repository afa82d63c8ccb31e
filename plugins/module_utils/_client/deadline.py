# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A deadline for a whole request: name lookup, connection, TLS handshake, sending, and the whole response.

The timeout of ``requests`` starts again with every byte that arrives, so a slow server can hold a client for hours.
Here a timer shuts the connection down at the deadline, which ends every operation that waits for the connection.
"""

from __future__ import annotations

import math
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

try:
    from requests.adapters import HTTPAdapter
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
except ImportError:  # the modules report this
    HTTPAdapter = object  # type: ignore[assignment,misc]


class Deadline:
    """The deadline of the requests of one session, which sends one request at a time."""

    def __init__(self, session: Any) -> None:
        """Mount adapters that watch every connection that the session opens from now on."""
        self._lock = threading.Lock()
        self._ends = math.inf
        self._passed = False
        self._sockets: set[socket.socket] = set()
        self._released: set[socket.socket] = set()
        adapter = _Adapter(self)
        for scheme in ("https://", "http://"):
            session.mount(scheme, adapter)

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Shut the session's connections down if this block takes longer than ``seconds``.

        ``passed`` is True afterwards if that happened.
        """
        self._passed = False
        self._ends = time.monotonic() + seconds
        timer = threading.Timer(seconds, self._shut_down)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()  # otherwise the timer could still shut down the next request
            self._ends = math.inf
            self._close_released()

    @property
    def passed(self) -> bool:
        """Return whether the deadline of the last request passed before the request ended."""
        return self._passed

    def left(self) -> float:
        """Return the seconds until the deadline."""
        return max(0.0, self._ends - time.monotonic())

    def watch(self, connected: socket.socket) -> socket.socket:
        """Watch a connection and return a second handle of its socket.

        The TLS handshake detaches the first handle from its socket object, so the timer needs one of its own.
        """
        handle = connected.dup()
        with self._lock:
            self._sockets.add(handle)
        return handle

    def release(self, handle: socket.socket) -> None:
        """Stop watching a connection that was closed.

        During a request, the rest of a response may still arrive on it. So its handle is closed after the request.
        """
        with self._lock:
            self._released.add(handle)
        if self._ends == math.inf:
            self._close_released()

    def _shut_down(self) -> None:
        with self._lock:
            self._passed = True
            for handle in self._sockets:
                with suppress(OSError):  # it is closed already
                    handle.shutdown(socket.SHUT_RDWR)

    def _close_released(self) -> None:
        with self._lock:
            for handle in self._released:
                handle.close()
            self._sockets -= self._released
            self._released.clear()


class _Adapter(HTTPAdapter):
    """An adapter for ``requests`` whose connections are watched by a deadline, also those through proxies."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self._adopt(self.poolmanager)

    def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:
        known = proxy in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **options)
        if not known:
            self._adopt(manager)
        return manager

    def _adopt(self, manager: Any) -> None:
        pools = manager.pool_classes_by_scheme
        manager.pool_classes_by_scheme = {scheme: self._watched(pool) for scheme, pool in pools.items()}

    def _watched(self, pool: Any) -> Any:
        plain = pool.ConnectionCls
        connection = type(plain.__name__, (_Watched, plain), {"deadline": self._deadline})
        return type(pool.__name__, (pool,), {"ConnectionCls": connection})


class _Watched:
    """A mixin for the connections of urllib3 1.26 and 2 that lets a deadline watch them."""

    deadline: Deadline
    timeout: Any
    _dns_host: str
    _handle: socket.socket | None = None

    def _new_conn(self) -> Any:
        connected = self._connected()
        self._handle = self.deadline.watch(connected)
        if self.deadline.passed:  # the timer may have missed this connection
            connected.close()
            raise ConnectTimeoutError(self, f"The connection to {self._dns_host} timed out")
        return connected

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
                try:
                    return connect()
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
