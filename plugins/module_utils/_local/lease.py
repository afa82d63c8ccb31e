# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Leases: a process shows all others that use the state folder that it is alive, by a lock on one byte of a file.

The action plugin that stores secrets holds a lease while it does, and the receipt names that lease. A run that finds
the receipt leaves it alone as long as the lease is held. The two may run in different containers or on different hosts
that share nothing but the state folder. So neither of the usual marks identifies the owner:

- A pid and its start time mean nothing in another pid namespace, and containers may even have the same host name.
- Times can be compared only on one machine, and a process that is stopped by a signal renews no heartbeat.

The kernel drops the lock when its process ends, however that happens, and the server of a network file system drops it
when its client is gone. The lock belongs to the process alone: a child process that outlives it does not inherit it.
Each lease is a random byte, so there is nothing to clean up, and no lease is used twice.

Such a record lock has one trap: a process loses it when it closes any descriptor of the file. So a process that holds a
lease must neither take a second one nor call ``is_held``. An action plugin does neither, because recovery runs in the
process of the module.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

_FILE = "leases.lock"
_BITS = 60
"""The size of a lease in bits. It must be a valid file offset."""


@contextmanager
def held(folder: str) -> Iterator[int]:
    """Hold a new lease in the with block and yield it. ``folder`` is the state folder. Raises OSError."""
    lease = secrets.randbits(_BITS)
    file = os.open(_path(folder), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, lease)
        yield lease
    finally:
        os.close(file)


def is_held(folder: str, lease: object) -> bool:
    """Return whether another process holds the lease, which may be anything that a damaged file contains.

    Raises OSError.
    """
    if not isinstance(lease, int) or not 0 <= lease < 1 << _BITS:
        return False
    try:
        file = os.open(_path(folder), os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    try:
        fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB, 1, lease)
    except (BlockingIOError, PermissionError):
        return True
    finally:
        os.close(file)
    return False


def _path(folder: str) -> str:
    return os.path.join(folder, _FILE)
