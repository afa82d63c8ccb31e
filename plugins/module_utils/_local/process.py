# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The process that puts secrets away: ``host``, ``pid``, and where the system tells it, when it ``started``.

A number of a process alone says little: in a new container they begin anew, and so the next run is likely to have the
one of a killed run.
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from typing import Any

Record = dict[str, Any]


def identified(owner: Record | None) -> Record:
    """Give the owner so that it can be told from later processes; an empty one for none."""
    if not owner or owner.get("host") != os.uname().nodename:
        return dict(owner or {})
    return {**owner, "started": _state_and_start(owner.get("pid"))[1]}


def is_alive(owner: Record) -> bool:
    """Whether the process lives on this host; a process of another host counts as dead.

    So does one that ended and still has its number, because nobody asked for its exit code: in many containers nobody
    ever does.
    """
    if owner.get("host") != os.uname().nodename:
        return False
    try:
        os.kill(int(owner["pid"]), 0)
    except PermissionError:
        pass
    except (OSError, KeyError, ValueError, TypeError, OverflowError):
        return False
    state, started = _state_and_start(owner["pid"])
    return state not in _ENDED and owner.get("started") in (None, started)


_ENDED = ("Z", "X")


def _state_and_start(pid: Any) -> tuple[str | None, str | None]:
    """Give a process' state letter and the time at which it started, as /proc has them; None where there is none."""
    try:
        with open(f"/proc/{int(pid)}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].decode().split()
        return fields[0], fields[19]
    except (OSError, ValueError, TypeError, IndexError):
        return None, None


@lru_cache(maxsize=1)
def boot() -> int:
    """Give a number for this boot of this machine. Times of another one, say of a shared home, are of another clock."""
    try:
        with open("/proc/sys/kernel/random/boot_id", "rb") as file:
            name = file.read()
    except OSError:  # not Linux
        name = os.uname().nodename.encode()
    return int(hashlib.sha256(name).hexdigest()[:12], 16)
