# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clock that everything that waits is given: the time module, or one that tests turn by hand."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """Time in seconds that only goes forward; like the ``time`` module."""

    def monotonic(self) -> float:
        """Give the seconds since some moment."""

    def sleep(self, seconds: float, /) -> None:
        """Let so many seconds pass."""
