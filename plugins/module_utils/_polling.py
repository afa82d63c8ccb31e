# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clock that everything that waits is given: the time module, or one that tests turn by hand.

Waiting for what the API has accepted to show.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol, TypeVar


class Clock(Protocol):
    """Time in seconds that only goes forward; like the ``time`` module."""

    def monotonic(self) -> float:
        """Give the seconds since some moment."""

    def sleep(self, seconds: float, /) -> None:
        """Let so many seconds pass."""


from ._errors import WaitTimeout

Seen = TypeVar("Seen")

SHORTEST_BREAK = 0.05


def poll(
    look: Callable[[], Seen],
    done: Callable[[Seen], bool],
    *,
    awaited: str,
    timeout: float,
    first: float = 0.0,
    every: float | Callable[[], float] = 1.0,
    clock: Clock = time,
) -> Seen:
    """Look until ``done`` says so and give what was seen then.

    The first look comes after ``first`` seconds, further ones ``every`` seconds apart, or as many as that says each
    time, the last after ``timeout``.
    Raises WaitTimeout, which names what was ``awaited``, and whatever ``look`` and ``done`` raise.
    """
    timeout = max(0.0, timeout)  # what is no time to wait must not break off a task that has made something
    ends = clock.monotonic() + timeout
    clock.sleep(min(first, timeout))
    while True:
        seen = look()
        if done(seen):
            return seen
        left = ends - clock.monotonic()
        if left <= 0:
            raise WaitTimeout(f"{awaited} did not happen within {timeout:g} s")
        pause = every() if callable(every) else every
        clock.sleep(min(max(pause, SHORTEST_BREAK), left))
