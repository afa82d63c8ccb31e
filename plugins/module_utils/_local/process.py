# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Identify the clock and the pids that this process sees. Other containers and machines may have others."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache


@lru_cache(maxsize=1)
def boot() -> int:
    """Return a number that identifies the monotonic clock of this process: this boot of this machine.

    Monotonic times of another boot, or of another machine that shares the state folder, belong to another clock. So do
    those of a container with a clock of its own, which has another time namespace.
    """
    try:
        with open("/proc/sys/kernel/random/boot_id", "rb") as file:
            name = file.read()
    except OSError:  # not Linux
        name = os.uname().nodename.encode()
    return int(hashlib.sha256(b"%s %d" % (name, _namespace("time"))).hexdigest()[:12], 16)


def pid_namespace() -> int:
    """Return a number that identifies the pid namespace of this process among those of this machine."""
    return _namespace("pid")


def _namespace(kind: str) -> int:
    try:
        return os.stat(f"/proc/self/ns/{kind}").st_ino
    except OSError:  # not Linux, or an old kernel
        return 0
