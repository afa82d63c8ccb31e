# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Poll until a change that the API has accepted shows.

Everything that waits takes a clock: the ``time`` module, or in tests a clock that does not sleep.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from ._errors import WaitTimeout


class Clock(Protocol):
    """A monotonic clock in seconds, such as the ``time`` module."""

    def monotonic(self) -> float:
        """Return the seconds since a fixed moment."""

    def sleep(self, seconds: float, /) -> None:
        """Wait for this number of seconds."""


Seen = TypeVar("Seen")

SHORTEST_BREAK = 0.05


def poll(
    look: Callable[[], Seen],
    done: Callable[[Seen], bool],
    *,
    event: str,
    timeout: float,
    first: float = 0.0,
    every: float | Callable[[], float] = 1.0,
    waiting: Callable[[float], object] = float,
    clock: Clock = time,
) -> Seen:
    """Poll with ``look`` until ``done`` returns True for a result of it, and return that result.

    The first poll is after ``first`` seconds, and the last one after ``timeout`` seconds. ``every`` is the number of
    seconds between two polls, or a function that returns it. ``waiting`` is called after each poll that does not end
    the wait, with the seconds that it has taken.
    Raises WaitTimeout, whose message names the ``event``, and whatever ``look`` and ``done`` raise.
    """
    timeout = max(0.0, timeout)  # a negative timeout must not abort a run that has created something
    ends = clock.monotonic() + timeout
    clock.sleep(min(first, timeout))
    while True:
        seen = look()
        if done(seen):
            return seen
        left = ends - clock.monotonic()
        if left <= 0:
            raise WaitTimeout(f"Timed out after {timeout:g} s while waiting for {event}")
        waiting(timeout - left)
        pause = every() if callable(every) else every
        clock.sleep(min(max(pause, SHORTEST_BREAK), left))
