# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Describe the process that holds a lock or slot that other processes wait for."""

from __future__ import annotations

import os
import time
from typing import Any

from . import process

ADVICE = "Continue that process if it is stopped (kill -CONT), let it finish, or end it, which releases its lock."


def holder_record(doing: str) -> dict[str, Any]:
    """Return the record of this process for processes that wait for it.

    ``doing`` completes a sentence that begins with "which has been".
    """
    return {
        "pid": os.getpid(),
        "host": _host(),
        "pids": process.pid_namespace(),
        "since": time.strftime("%Y-%m-%d %H:%M:%S"),
        "doing": doing,
    }


def describe_holder(record: Any) -> str:
    """Return a description of a record from ``holder_record``, which also names a stopped process as such."""
    try:
        pid, host, since, doing = (record[name] for name in ("pid", "host", "since", "doing"))
    except (KeyError, TypeError):
        return "another process"
    if host != _host():
        return f"process {pid} on the host {host}, which has been {doing} since {since}"
    if record.get("pids") != process.pid_namespace():  # it has another number here
        return f"process {pid} in another container, which has been {doing} since {since}"
    stopped = ", and is stopped" if _is_stopped(pid) else ""
    return f"process {pid}, which has been {doing} since {since}{stopped}"


def _host() -> str:
    """Return the start of the host name. A place in the request queue has no space for a longer one."""
    return os.uname().nodename[:48]


def _is_stopped(pid: Any) -> bool:
    """Return whether a signal stopped this process of this machine. The result is False if that is unknown."""
    try:
        with open(f"/proc/{int(pid)}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] in ("T", "t")
    except (OSError, ValueError, IndexError):
        return False
