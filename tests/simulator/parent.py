# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ending with the process that started the simulator, so that a killed test run leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path


async def parent_gone(pid: int, period: float = 1.0) -> None:
    """Return once the process ``pid`` has ended; looks every ``period`` seconds."""
    first = started(pid)
    while first is not None and started(pid) == first:
        await asyncio.sleep(period)


def started(pid: int) -> str | None:
    """What tells this process from a later one with the same number; None when it has ended.

    Where there is no ``/proc`` the number alone has to do.
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
    # The name, in parentheses, may hold spaces. After it come the state and, as the 20th, the time of the start.
    fields = facts.rpartition(")")[2].split()
    return None if fields[0] in ("Z", "X") else fields[19]
