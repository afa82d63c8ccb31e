# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The process that puts secrets away: ``host``, ``pid``, and where the system tells it, when it ``started``.

A number of a process alone says little: in a new container they begin anew, and so the next run is likely to have the
one of a killed run.
"""

from __future__ import annotations

import os
from typing import Any

Record = dict[str, Any]


def identified(owner: Record | None) -> Record:
    """Give the owner so that it can be told from later processes; an empty one for none."""
    if not owner or owner.get("host") != os.uname().nodename:
        return dict(owner or {})
    return {**owner, "started": _started(owner.get("pid"))}


def is_alive(owner: Record) -> bool:
    """Whether the process lives on this host; a process of another host counts as dead."""
    if owner.get("host") != os.uname().nodename:
        return False
    try:
        os.kill(int(owner["pid"]), 0)
    except PermissionError:
        pass
    except (OSError, KeyError, ValueError, TypeError, OverflowError):
        return False
    return owner.get("started") in (None, _started(owner["pid"]))


def _started(pid: Any) -> str | None:
    """Give the time of the system's clock at which a process started; None where the system has no /proc."""
    try:
        with open(f"/proc/{int(pid)}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[19].decode()
    except (OSError, ValueError, TypeError, IndexError):
        return None
