# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pauses between two polls of an app."""

from __future__ import annotations

from ansible_collections.nodana.cloud.plugins.module_utils._polling import Clock

FIRST = 1.0  # seconds; some apps accept only one password per second
GROWTH = 1.25  # so that an app that becomes ready is noticed at most a quarter of its start time later
LONGEST = 10.0  # seconds


class Backoff:
    """Pauses that grow from one second to ten, until ``timeout`` seconds have passed."""

    def __init__(self, timeout: float, clock: Clock) -> None:
        self._clock = clock
        self._ends = clock.monotonic() + timeout
        self._pause = FIRST

    @property
    def is_over(self) -> bool:
        """Return whether the timeout has passed."""
        return self._clock.monotonic() >= self._ends

    def wait(self, retry_after: float = 0.0) -> bool:
        """Wait before the next poll, at least the ``retry_after`` seconds that the app requested.

        The last poll is at the end of the timeout. Return False, without waiting, if the app must not be polled again
        before that.
        """
        left = self._ends - self._clock.monotonic()
        if left <= 0 or retry_after > left:
            return False
        self._clock.sleep(min(max(self._pause, retry_after), left))
        self._pause = min(self._pause * GROWTH, LONGEST)
        return True
