# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pace: when a turn may send, by what the turns before it left, and what it leaves itself.

A limit answer means that somebody else uses the key, or that an endpoint is stricter. So everybody pauses, and then
sends half as often; a further limit answer halves that again, and a while without one doubles it. The next limit
answer is then the exception and not the rule, and two machines with one key find their way past each other.
"""

from __future__ import annotations

import hashlib
import os
import random
from functools import lru_cache

from ansible_collections.nodana.cloud.plugins.module_utils._clock import Clock

LONGEST_PAUSE = 300.0
"""Seconds; also what a time on file is cut to, should it be nonsense."""
MOST_HALVINGS = 3
CALM = 120
"""Intervals without a limit answer after which the pace doubles again, up to the full one."""
_SHORTEST_CALM = 1.0  # seconds, where there is no interval


class Turn:
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
        self._strikes = int(left.get("strikes", 0))
        self._halvings = max(0, min(int(left.get("halvings", 0)), MOST_HALVINGS))
        self._calm_at = min(left.get("calm_at", now), now + LONGEST_PAUSE + self._calm)
        self._answered = False
        self.is_news = False
        self._calm_down(now)

    def starts_in(self) -> float:
        """Give the seconds until this turn may send."""
        due = max(self._last + self._interval * 2**self._halvings, self._not_before)
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
        self._strikes = 0
        self._not_before = 0.0

    def limited(self, retry_after: float = 0.0) -> float:
        """The API answered that its limit was passed: everybody pauses, longer each time. Give the pause in seconds."""
        self._answered = True
        self.is_news = not self._halvings
        self._strikes += 1
        self._halvings = min(self._halvings + 1, MOST_HALVINGS)
        backoff = self._interval * 2 ** min(max(self._strikes, self._halvings), 6) * random.uniform(1.0, 1.25)
        pause = min(max(retry_after, backoff), LONGEST_PAUSE)
        self._not_before = self._clock.monotonic() + pause
        self._calm_at = self._not_before + self._calm
        return pause

    def left(self) -> dict[str, float]:
        """Give what the next turn needs to know."""
        return {
            "last": round(self._last, 6),
            "not_before": round(self._not_before, 6),
            "strikes": self._strikes,
            "halvings": self._halvings,
            "calm_at": round(self._calm_at, 6),
            "boot": boot(),
        }

    @property
    def _calm(self) -> float:
        return max(CALM * self._interval, _SHORTEST_CALM)

    def _calm_down(self, now: float) -> None:
        while self._halvings and self._calm_at <= now:
            self._halvings -= 1
            self._calm_at += self._calm
        if not self._halvings:
            self._strikes = 0


@lru_cache(maxsize=1)
def boot() -> int:
    """Give a number for this boot of this machine. Times of another one, say of a shared home, are of another clock."""
    try:
        with open("/proc/sys/kernel/random/boot_id", "rb") as file:
            name = file.read()
    except OSError:  # not Linux
        name = os.uname().nodename.encode()
    return int(hashlib.sha256(name).hexdigest()[:12], 16)


def _as_if_it_ended(now: float, left: dict[str, float]) -> dict[str, float]:
    """Give what a turn by another clock left as if it had ended just now, since nobody can know when it did."""
    moved = dict(left, last=now)
    for name in ("not_before", "calm_at"):
        if name in left:
            moved[name] = left[name] + now - left.get("last", now)
    return moved
