# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moments on the monotonic clock of this machine, which all of its processes share until it restarts."""

from __future__ import annotations

from .._polling import Clock
from .._protocol import Record
from .process import boot


def now(clock: Clock) -> Record:
    """Return this moment, for a file: ``{boot, monotonic}``."""
    return {"boot": boot(), "monotonic": clock.monotonic()}


def age(moment: Record, clock: Clock) -> float | None:
    """Return the seconds since a moment, or None if it is unknown or of another clock, as after a restart."""
    monotonic = moment.get("monotonic")
    if moment.get("boot") != boot() or not isinstance(monotonic, (int, float)):
        return None
    return clock.monotonic() - monotonic
