# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rate limiter for all processes of this user: one request at a time, and one interval between two requests.

The API counts the requests of a key when they arrive, and bans keys that exceed its rate limit too often. A request
arrives at an unknown moment between its sending and its response. So a slot lasts from the sending to the response,
and the next slot begins one interval after that, less a part of the round trip that ``round_trip`` allows. Two
requests then never arrive closer together than the interval. Slots are granted in the order of arrival, see
``request_queue``. A process that waits for its slot connects meanwhile.

Each slot writes its times to the file for the next slot, which computes from them when it may send.

A rate limit response means that another machine uses the key, or that an endpoint has a stricter limit. So all
processes pause and then send half as often. Each further rate limit response halves the rate again, and a period
without one doubles it. That makes rate limit responses rare, also if two machines use one key.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from .._local import state_dir
from .._local.process import boot
from .._polling import Clock
from . import request_queue
from .round_trip import NO_ROUND_TRIPS, RoundTrips

_LEFT = (request_queue.LEFT_AT, request_queue.LEFT_WIDTH)
CONNECT_AHEAD = 3.0
"""Seconds before its slot in which a process connects. Servers close connections that stay idle for long."""
_one_thread = threading.Lock()  # record locks belong to a process and do not separate its threads


def rate_limiter_path(api_url: str, api_key: str) -> str:
    """Return the path of the file that all processes share that use this key at this host."""
    return f"{state_dir.account_path(api_url, api_key)}.rate_limiter"


class RateLimiter:
    """The rate limiter in front of the API.

    Within ``with rate_limiter.slot() as slot:``, connect, then call ``slot.wait()`` and ``slot.begin()``, and send one
    request. ``interval`` is in seconds.
    """

    def __init__(self, path: str, interval: float, clock: Clock = time) -> None:
        self._path = path
        self._interval = interval
        self._clock = clock

    @contextmanager
    def slot(self, doing: str = "a request", lasts: float = 0.0) -> Iterator[Slot]:
        """Wait until the next slot belongs to this process and is near, and yield it.

        A slot that does not begin in this block is left to the next process. ``doing`` describes the request to the
        processes that wait. ``lasts`` is the maximum duration of the request in seconds.
        Raises QueueTimeout and StateUnavailable.
        """
        with _one_thread, _opened(self._path) as file:

            def keep(values: dict[str, float]) -> None:
                with state_dir.needed(self._path):
                    request_queue.write(file, *_LEFT, values)

            with state_dir.needed(self._path):
                ticket = request_queue.enter(file, doing)
                slot = Slot(self._interval, self._clock, request_queue.read(file, *_LEFT), keep)
                request_queue.begin(file, ticket, doing, slot.starts_in() + lasts)
            if slot.starts_in() > CONNECT_AHEAD:
                self._clock.sleep(slot.starts_in() - CONNECT_AHEAD)
            try:
                yield slot
            finally:
                if slot.is_begun:
                    slot.over()
                    try:
                        keep(slot.left())
                    except state_dir.StateUnavailable:
                        # The response must not get lost, so this process waits instead of the next one.
                        self._clock.sleep(slot.starts_in())


@contextmanager
def _opened(path: str) -> Iterator[int]:
    with state_dir.needed(path):
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        yield file
    finally:
        with suppress(OSError):
            os.close(file)  # drops all locks of this process on the file, which ends the slot


LONGEST_PAUSE = 300.0
"""Seconds. Times in the file that are farther in the future are corrupt and are cut to this."""
MOST_SLOWDOWN = 3
RECOVERY = 120
"""Intervals without a rate limit response after which the rate doubles again, up to the full rate."""
_SHORTEST_RECOVERY = 1.0  # seconds, for an interval of 0


class Slot:
    """A slot for one request. ``left`` are the values that the last slot kept, or empty if there was none.

    ``keep`` writes such values. ``when_begun`` is called right before the sending. ``waited`` are the seconds spent in
    ``wait``. ``is_begun`` is True from the sending on. ``is_news`` is True if this slot got the first rate limit
    response for a while, so that a warning makes sense.
    """

    def __init__(
        self, interval: float, clock: Clock, left: dict[str, float], keep: Callable[[dict[str, float]], object]
    ) -> None:
        self._interval = interval
        self._clock = clock
        self._keep = keep
        now = clock.monotonic()
        self._round_trips = RoundTrips.read(left, now)
        self._next_round_trips = NO_ROUND_TRIPS  # until a response arrives
        if left and left.get("boot") != boot():
            left = _as_if_written(now, left)
            self._round_trips = NO_ROUND_TRIPS
        self._last = min(left.get("last", -LONGEST_PAUSE), now + interval)
        self._not_before = min(left.get("not_before", now), now + LONGEST_PAUSE)
        self._consecutive_429 = int(left.get("consecutive_429", 0))
        self._slowdown = max(0, min(int(left.get("slowdown", 0)), MOST_SLOWDOWN))
        self._recovery_at = min(left.get("recovery_at", now), now + LONGEST_PAUSE + self._recovery)
        self._round_trip: float | None = None
        self._sent_at = now
        self._response_at: float | None = None
        self._has_response = False
        self.when_begun: Callable[[], object] | None = None
        self.waited = 0.0
        self.is_begun = False
        self.is_news = False
        self._recover(now)

    def starts_in(self) -> float:
        """Return the seconds until this slot may send."""
        early = 0.0 if self._slowdown else self._round_trips.head_start(self._round_trip)
        due = max(self._last + self._interval * 2**self._slowdown - early, self._not_before)
        return max(0.0, due - self._clock.monotonic())

    def wait(self, round_trip: float | None = None) -> None:
        """Wait until this slot may send on a connection with this round trip, in seconds. None stands for unknown."""
        self._round_trip = round_trip
        began = self._clock.monotonic()
        self._clock.sleep(self.starts_in())
        self.waited += self._clock.monotonic() - began

    def begin(self) -> None:
        """Record that the request is being sent. Raises StateUnavailable.

        If this process dies now, the request counts as arriving up to one interval later.
        """
        self._sent_at = self._clock.monotonic()
        self._last = self._sent_at + self._interval
        self._keep(self.left())
        self.is_begun = True
        if self.when_begun:
            self.when_begun()

    def responded(self) -> None:
        """Record that the head of the response has arrived, so the request arrived at the API before."""
        self._response_at = self._clock.monotonic()

    def over(self) -> None:
        """Record the end of the request.

        A request with a response has arrived by now. A request without a response may still be on its way.
        """
        now = self._clock.monotonic()
        round_trip, self._round_trip = self._round_trip, None
        if not self._has_response:
            self._last = max(now, self._last)
            return
        self._last = now if self._response_at is None else self._response_at
        if round_trip is not None:
            measured = min(round_trip, self._last - self._sent_at)
            self._next_round_trips = self._round_trips.add(self._last, measured)

    def accepted(self) -> None:
        """Record that the API accepted the request. Pauses end, and the count of rate limit responses restarts."""
        self._has_response = True
        self._consecutive_429 = 0
        self._not_before = 0.0

    def limited(self, retry_after: float = 0.0) -> float:
        """Record a rate limit response and return the pause in seconds.

        All processes pause, and longer after each consecutive rate limit response.
        """
        self._has_response = True
        self._round_trip = None  # a 429 response may mean that the last head start was too long
        self.is_news = not self._slowdown
        self._consecutive_429 += 1
        self._slowdown = min(self._slowdown + 1, MOST_SLOWDOWN)
        backoff = self._interval * 2 ** min(max(self._consecutive_429, self._slowdown), 6) * random.uniform(1.0, 1.25)
        pause = min(max(retry_after, backoff), LONGEST_PAUSE)
        self._not_before = self._clock.monotonic() + pause
        self._recovery_at = self._not_before + self._recovery
        return pause

    def left(self) -> dict[str, float]:
        """Return the values that the next slot needs."""
        return {
            "last": round(self._last, 6),
            "not_before": round(self._not_before, 6),
            "consecutive_429": self._consecutive_429,
            "slowdown": self._slowdown,
            "recovery_at": round(self._recovery_at, 6),
            "boot": boot(),
            "written": round(self._clock.monotonic(), 6),
            **self._next_round_trips.values(),
        }

    @property
    def _recovery(self) -> float:
        return max(RECOVERY * self._interval, _SHORTEST_RECOVERY)

    def _recover(self, now: float) -> None:
        while self._slowdown and self._recovery_at <= now:
            self._slowdown -= 1
            self._recovery_at += self._recovery
        if not self._slowdown:
            self._consecutive_429 = 0


def _as_if_written(now: float, left: dict[str, float]) -> dict[str, float]:
    """Return the values of a slot from another boot, moved to this clock as if they had been written now.

    The times of another boot or machine belong to another clock, so it is unknown when they were written. Now is the
    latest moment, so the next request is never too early. A request without a response may arrive after that.
    """
    written = left.get("written", left.get("last", now))
    times = [name for name in ("last", "not_before", "recovery_at") if name in left]
    moved: dict[str, float] = {name: left[name] + now - written for name in times}
    return {**left, **moved, "last": max(now, moved.get("last", now))}
