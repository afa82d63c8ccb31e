# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request at a time, one interval apart, in every process of this user.

The API counts requests a key when they arrive and bans keys that push. When a request arrived is known to lie between
its sending and its answer, so a turn lasts from one to the other, and the next one begins an interval after its end:
two arrivals can never be closer than the interval, however long the network takes.

Turns are given in the order of asking, see ``_queue``.

The pace: when a turn may send, by what the turns before it left, and what it leaves itself.

A limit answer means that somebody else uses the key, or that an endpoint is stricter. So everybody pauses, and then
sends half as often; a further limit answer halves that again, and a while without one doubles it. The next limit
answer is then the exception and not the rule, and two machines with one key find their way past each other.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from .._local import state_dir
from .._local.process import boot
from .._polling import Clock
from . import request_queue

_LEFT = (request_queue.LEFT_AT, request_queue.LEFT_WIDTH)
_one_thread = threading.Lock()  # record locks are a process's, they do not part its threads


def rate_limiter_path(api_url: str, api_key: str) -> str:
    """Give the path of the file that all users of this key at this host share."""
    return f"{state_dir.account_path(api_url, api_key)}.gate"


class RateLimiter:
    """The gate in front of the API: ``with gate.turn() as turn: ...`` sends one request.

    ``interval`` is in seconds, ``clock`` has ``monotonic()`` and ``sleep(seconds)`` like the time module.
    """

    def __init__(self, path: str, interval: float, clock: Clock = time) -> None:
        self._path = path
        self._interval = interval
        self._clock = clock

    @contextmanager
    def slot(self, doing: str = "a request", lasts: float = 0.0) -> Iterator[Slot]:
        """Wait for this process's turn, then for the interval since the last one.

        ``doing`` is the request that the others are told of, ``lasts`` the seconds that its request may take.
        Raises QueueTimeout and StateUnavailable.
        """
        with _one_thread, _opened(self._path) as file:
            with state_dir.needed(self._path):
                ticket = request_queue.enter(file, doing)
                slot = Slot(self._interval, self._clock, request_queue.read(file, *_LEFT))
                request_queue.begin(file, ticket, doing, slot.starts_in() + lasts)
            self._clock.sleep(slot.starts_in())
            slot.sending()
            with state_dir.needed(self._path):
                request_queue.write(file, *_LEFT, slot.left())
            try:
                yield slot
            finally:
                slot.over()
                try:
                    request_queue.write(file, *_LEFT, slot.left())
                except OSError:  # an answer must not get lost, so this one waits in place of the next one
                    self._clock.sleep(slot.starts_in())


@contextmanager
def _opened(path: str) -> Iterator[int]:
    with state_dir.needed(path):
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        yield file
    finally:
        with suppress(OSError):
            os.close(file)  # drops every lock of this process on it, and so ends the turn


LONGEST_PAUSE = 300.0
"""Seconds; also what a time on file is cut to, should it be nonsense."""
MOST_SLOWDOWN = 3
RECOVERY = 120
"""Intervals without a limit answer after which the pace doubles again, up to the full one."""
_SHORTEST_RECOVERY = 1.0  # seconds, where there is no interval


class Slot:
    """One turn: ``left`` is what the last one left, and empty if there was none.

    ``is_news`` says that it met the first limit answer for a while, which somebody should be told.
    """

    def __init__(self, interval: float, clock: Clock, left: dict[str, float]) -> None:
        self._interval = interval
        self._clock = clock
        now = clock.monotonic()
        if left and left.get("boot") != boot():
            left = _as_if_it_ended(now, left)
        self._last = min(left.get("last", -LONGEST_PAUSE), now + interval)
        self._not_before = min(left.get("not_before", now), now + LONGEST_PAUSE)
        self._consecutive_429 = int(left.get("consecutive_429", 0))
        self._slowdown = max(0, min(int(left.get("slowdown", 0)), MOST_SLOWDOWN))
        self._recovery_at = min(left.get("recovery_at", now), now + LONGEST_PAUSE + self._recovery)
        self._answered = False
        self.is_news = False
        self._recover(now)

    def starts_in(self) -> float:
        """Give the seconds until this turn may send."""
        due = max(self._last + self._interval * 2**self._slowdown, self._not_before)
        return max(0.0, due - self._clock.monotonic())

    def sending(self) -> None:
        """The request is under way; should this process die now, it counts as arriving up to an interval later."""
        self._last = self._clock.monotonic() + self._interval

    def over(self) -> None:
        """An answered request arrived before this moment; one without an answer may still be on its way."""
        now = self._clock.monotonic()
        self._last = now if self._answered else max(now, self._last)

    def accepted(self) -> None:
        """The API took the request: pauses end, and a next limit answer counts as a first one."""
        self._answered = True
        self._consecutive_429 = 0
        self._not_before = 0.0

    def limited(self, retry_after: float = 0.0) -> float:
        """The API answered that its limit was passed: everybody pauses, longer each time. Give the pause in seconds."""
        self._answered = True
        self.is_news = not self._slowdown
        self._consecutive_429 += 1
        self._slowdown = min(self._slowdown + 1, MOST_SLOWDOWN)
        backoff = self._interval * 2 ** min(max(self._consecutive_429, self._slowdown), 6) * random.uniform(1.0, 1.25)
        pause = min(max(retry_after, backoff), LONGEST_PAUSE)
        self._not_before = self._clock.monotonic() + pause
        self._recovery_at = self._not_before + self._recovery
        return pause

    def left(self) -> dict[str, float]:
        """Give what the next turn needs to know."""
        return {
            "last": round(self._last, 6),
            "not_before": round(self._not_before, 6),
            "consecutive_429": self._consecutive_429,
            "slowdown": self._slowdown,
            "recovery_at": round(self._recovery_at, 6),
            "boot": boot(),
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


def _as_if_it_ended(now: float, left: dict[str, float]) -> dict[str, float]:
    """Give what a turn by another clock left as if it had ended just now, since nobody can know when it did."""
    moved = dict(left, last=now)
    for name in ("not_before", "recovery_at"):
        if name in left:
            moved[name] = left[name] + now - left.get("last", now)
    return moved
