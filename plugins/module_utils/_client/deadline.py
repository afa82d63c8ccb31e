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
from typing import Protocol


class Slot(Protocol):
    """A slot of the rate limiter."""

    def wait(self, round_trip: float | None) -> None:
        """Wait until a request may be sent on a connection with this round trip in seconds. None is unknown."""

    def begin(self) -> None:
        """Record that the request is being sent."""


class Deadline:
    """The deadline of the requests of one session, which sends one request at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends = math.inf
        self._passed = False
        self._timer: threading.Timer | None = None
        self.slot: Slot | None = None
        self._sockets: set[socket.socket] = set()
        self._released: set[socket.socket] = set()

    @contextmanager
    def within(self, seconds: float, slot: Slot | None = None) -> Iterator[None]:
        """Shut the session's connections down if this block takes longer than ``seconds``.

        ``passed`` is True afterwards if that happened. A request in this block connects, waits for its ``slot`` if
        there is one, and is sent. The wait does not count.
        """
        self._passed = False
        self.slot = slot
        self._start(seconds)
        try:
            yield
        finally:
            self._stop()
            self.slot = None
            self._close_released()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Do not count the time that this block takes."""
        left = self.left()
        self._stop()
        try:
            yield
        finally:
            self._start(left)

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

    def _start(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self._shut_down)
        self._timer.daemon = True
        self._timer.start()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()  # otherwise the timer could still shut down the next request
        self._ends = math.inf

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
