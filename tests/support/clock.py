# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Provide a clock whose time passes only during ``sleep``."""

from __future__ import annotations

from collections.abc import Callable


class FakeClock:
    """A replacement for the time module.

    ``sleep`` advances ``monotonic`` and returns at once. ``naps`` are all sleeps.
    """

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now
        self.naps: list[float] = []
        self._events: list[tuple[float, Callable[[], object]]] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float, /) -> None:
        assert seconds >= 0, "time.sleep refuses this"
        self.naps.append(seconds)
        self.now += seconds
        for due, action in [event for event in self._events if event[0] <= self.now]:
            self._events.remove((due, action))
            action()

    def later(self, seconds: float, action: Callable[[], object]) -> None:
        """Run an action when this time has passed."""
        self._events.append((self.now + seconds, action))

    @property
    def slept(self) -> float:
        """Return the total time slept, in seconds."""
        return sum(self.naps)
