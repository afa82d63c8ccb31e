# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Detect the end of the process that started the simulator, so that a killed test run leaves no simulator behind."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path


async def parent_gone(pid: int, period: float = 1.0) -> None:
    """Return when the process ``pid`` has ended. Poll every ``period`` seconds."""
    first = started(pid)
    while first is not None and started(pid) == first:
        await asyncio.sleep(period)


def started(pid: int) -> str | None:
    """Return the start time of a process, or None if the process has ended.

    The start time distinguishes the process from a later one with the same id. On systems without ``/proc``, return the
    id as text.
    """
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    try:
        facts = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return str(pid)
    # The name of the program is in parentheses and may contain spaces. The fields after it start with the state; the
    # 20th of them is the start time.
    fields = facts.rpartition(")")[2].split()
    return None if fields[0] in ("Z", "X") else fields[19]
