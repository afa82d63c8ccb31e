# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check that file locks in the state folder exclude other processes.

Without that, the rate limiter would not limit anything, and two runs would create the same app. File systems of Linux
on a disk or in memory have working locks. All others are tested, which takes a second process.
"""

from __future__ import annotations

import fcntl
import os
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from .state_errors import StateUnavailable, needed

_FILE = "test.lock"
_LOCAL = {"aufs", "bcachefs", "btrfs", "overlay", "ramfs", "rootfs", "tmpfs", "zfs"}
"""Types without a block device whose locks are those of the kernel."""
_NOT_SHARED = {"nolock", "local_lock=all", "local_lock=flock", "local_lock=posix", "localflock", "nobrl"}
"""Mount options of NFS, Lustre and SMB with which the locks of a machine do not reach the server."""
_CHOICES = "set NODANA_STATE_DIR to a folder on a disk of this machine. Use the same folder for all runs with this key."


@dataclass(frozen=True)
class Mount:
    """A mounted file system, for example of the type ``nfs4`` and from the source ``server:/export``."""

    type: str
    source: str
    options: frozenset[str]


@cache
def check_locks(folder: str) -> None:
    """Check the locks in a folder, once per process. Raises StateUnavailable."""
    mount = mount_of(folder)
    if mount and mount.type in _LOCAL:
        return
    place = f"the state folder {folder}" + (f" ({mount.type} from {mount.source})" if mount else "")
    for option in sorted(_NOT_SHARED & mount.options if mount else ()):
        raise StateUnavailable(
            f"Locks in {place} do not reach other machines, because it is mounted with {option}",
            advice=f"Mount it without {option}, or {_CHOICES}",
        )
    path = os.path.join(folder, _FILE)
    with needed(path):
        try:
            works = all(_excludes(path, lock) for lock in (_lock_bytes, fcntl.flock))
            reason = "two processes got the same lock"
        except OSError as error:
            works, reason = False, os.strerror(error.errno or 0)
    if not works:
        raise StateUnavailable(
            f"Locks do not work in {place}: {reason}", advice=f"Mount it with working locks, or {_CHOICES}"
        )


def mount_of(folder: str) -> Mount | None:
    """Return the mount that contains a folder, or None if the system does not tell, as on macOS."""
    try:
        with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as file:
            lines = [line.rstrip("\n").split(" ") for line in file]
    except OSError:
        return None
    folder = os.path.realpath(folder)
    found, longest = None, 0
    for words in lines:
        point = re.sub(r"\\(\d{3})", lambda code: chr(int(code[1], 8)), words[4])
        if len(point) >= longest and os.path.join(folder, "").startswith(os.path.join(point, "")):
            kind, source, options = words[words.index("-", 6) + 1 :][:3]
            found, longest = Mount(kind, source, frozenset(f"{words[5]},{options}".split(","))), len(point)
    return found


def _lock_bytes(file: int, operation: int) -> None:
    fcntl.lockf(file, operation, 1)


def _excludes(path: str, lock: Callable[[int, int], object]) -> bool:
    """Return whether a lock of this process excludes a second process. Raises OSError if there are no locks.

    This process takes a shared lock, so that processes that test at the same time do not disturb each other.
    """
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        lock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # about forks beside threads: the child uses none
            child = os.fork()
        if not child:
            _try_in_child(path, lock)
        return os.waitpid(child, 0)[1] != 0
    finally:
        os.close(file)


def _try_in_child(path: str, lock: Callable[[int, int], object]) -> None:
    """End this process, with the exit code 0 if it gets the lock."""
    code = 1
    try:
        lock(os.open(path, os.O_RDWR | os.O_NOFOLLOW), fcntl.LOCK_EX | fcntl.LOCK_NB)
        code = 0
    finally:
        os._exit(code)
