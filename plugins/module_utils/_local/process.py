# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Identify the process that stores secrets by ``host``, ``pid`` and, where the system provides it, ``started``.

A pid alone is not enough. In a new container, the pids start again, so the next run is likely to have the pid of a
killed run.
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from typing import Any

from .._protocol import Owner, Record


def identified(owner: Owner | None) -> Record:
    """Return the owner with its start time, which distinguishes it from later processes, or an empty owner for None."""
    if owner is None:
        return {}
    started = {"started": _state_and_start(owner.pid)[1]} if owner.host == os.uname().nodename else {}
    return {**owner.to_json(), **started}


def is_alive(owner: Record) -> bool:
    """Return whether the process is alive on this host. A process of another host counts as dead.

    A zombie counts as dead too. In many containers, no process ever collects the exit codes of zombies.
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
    """Return the state letter and the start time of a process from ``/proc``, or None and None if it has neither."""
    try:
        with open(f"/proc/{int(pid)}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].decode().split()
        return fields[0], fields[19]
    except (OSError, ValueError, TypeError, IndexError):
        return None, None


@lru_cache(maxsize=1)
def boot() -> int:
    """Return a number that identifies this boot of this machine.

    Monotonic times of another boot, or of another machine that shares the home folder, belong to another clock.
    """
    try:
        with open("/proc/sys/kernel/random/boot_id", "rb") as file:
            name = file.read()
    except OSError:  # not Linux
        name = os.uname().nodename.encode()
    return int(hashlib.sha256(name).hexdigest()[:12], 16)
