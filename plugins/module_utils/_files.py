# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small files that are whole or not there, and nobody else's to read."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile

LARGEST = 16 << 20
"""Bytes; no file of ours is larger."""
_UNFINISHED = ".new-"


def replace(path: str, content: bytes) -> None:
    """Put a file in place, mode 0600: a crash at any moment leaves the old one or the new one. Raises OSError."""
    folder = os.path.dirname(path)
    handle, temporary = tempfile.mkstemp(prefix=_UNFINISHED, dir=folder)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    sync_folder(folder)


def read(path: str) -> bytes | None:
    """Return the content of a regular file, None for anything else and for one that is too large. Raises OSError.

    It never waits, as opening a FIFO would, and never opens a device.
    """
    if not stat.S_ISREG(os.lstat(path).st_mode):
        return None
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST:
            return None
        return file.read(LARGEST)


def sweep(folder: str) -> None:
    """Remove what ``replace`` left when it was killed. Raises OSError."""
    for name in os.listdir(folder):
        if name.startswith(_UNFINISHED):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(os.path.join(folder, name))


def sync_folder(folder: str) -> None:
    """Make what was named, renamed or removed in a folder survive a crash of the machine."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
