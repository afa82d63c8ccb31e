# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small files that are whole or not there, and nobody else's to read.

New files that are whole or not there, never over another one, and nobody else's to read.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import stat
import tempfile

LARGEST = 16 << 20
"""Bytes; no file of ours is larger."""
_UNFINISHED = ".new-"
_CANNOT_RESERVE = (errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS)


def replace(path: str, content: bytes, room: int = 0) -> None:
    """Put a file in place, mode 0600: a crash at any moment leaves the old one or the new one. Raises OSError.

    So many zeros follow the content: their ``room`` on the disk is taken now, and can be written to when it is full.
    """
    folder = os.path.dirname(path)
    handle, temporary = tempfile.mkstemp(prefix=_UNFINISHED, dir=folder)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            if room:
                _reserve(handle, len(content), room)
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    sync_folder(folder)


def write_at(path: str, at: int, content: bytes) -> None:
    """Write into a file that is there. Raises OSError, perhaps after a part of it was written."""
    handle = os.open(path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        _write_all(handle, at, content)
    finally:
        os.close(handle)


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


def sweep_folder(folder: str) -> None:
    """Remove what ``replace`` left when it was killed. Raises OSError."""
    for name in os.listdir(folder):
        if name.startswith(_UNFINISHED):
            with contextlib.suppress(FileNotFoundError, IsADirectoryError, PermissionError):
                os.unlink(os.path.join(folder, name))


def sync_folder(folder: str) -> None:
    """Make what was named, renamed or removed in a folder survive a crash of the machine."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _reserve(handle: int, at: int, room: int) -> None:
    """Take room behind the content of a file; where the file system cannot do that, zeros take it. Raises OSError."""
    try:
        os.posix_fallocate(handle, at, room)
    except AttributeError:  # macOS
        _write_all(handle, at, bytes(room))
    except OSError as error:
        if error.errno not in _CANNOT_RESERVE:
            raise
        _write_all(handle, at, bytes(room))


def _write_all(handle: int, at: int, content: bytes) -> None:
    while content:
        written = os.pwrite(handle, content, at)
        at, content = at + written, content[written:]


def write_new(path: str, content: bytes) -> None:
    """Write a file, mode 0600, that is on disk when this returns. Raises FileExistsError and other OSErrors.

    It gets its name only when it is whole. A killed run leaves at most a temporary file beside it, mode 0600 too, which
    ``sweep`` removes.
    """
    folder, name = os.path.split(path)
    handle, temporary = tempfile.mkstemp(prefix=f".{name}.", suffix=".tmp", dir=folder)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)  # unlike a rename, it replaces nothing
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
    sync_folder(folder)


def sweep_file(path: str) -> None:
    """Remove the temporary files that killed runs left of this one."""
    folder, name = os.path.split(path)
    for left in glob.glob(os.path.join(glob.escape(folder), f".{glob.escape(name)}.*.tmp")):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(left)
