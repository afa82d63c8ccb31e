# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read and write small files atomically: a file is complete or does not exist, and only its owner can read it.

``replace`` may replace an existing file. ``write_new`` never does.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import stat
import tempfile

LARGEST = 16 << 20
"""Bytes. No file of this collection is larger."""
_UNFINISHED = ".new-"
_CANNOT_RESERVE = (errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS)


def replace(path: str, content: bytes, room: int = 0) -> None:
    """Write or replace a file with mode 0600. Raises OSError.

    A crash at any moment leaves the complete old file or the complete new one. The content is followed by ``room``
    bytes of zeros. They reserve disk space that can still be written when the disk is full.
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
    """Write into an existing file at an offset. Raises OSError, perhaps after a part of the content was written."""
    handle = os.open(path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        _write_all(handle, at, content)
    finally:
        os.close(handle)


def read(path: str) -> bytes | None:
    """Return the content of a regular file, or None if it is too large or not a regular file. Raises OSError.

    The function never blocks on a FIFO and never opens a device.
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
    """Remove the temporary files that a killed ``replace`` left in a folder. Raises OSError."""
    for name in os.listdir(folder):
        if name.startswith(_UNFINISHED):
            with contextlib.suppress(FileNotFoundError, IsADirectoryError, PermissionError):
                os.unlink(os.path.join(folder, name))


def sync_folder(folder: str) -> None:
    """Sync a folder, so that new, renamed and removed files in it survive a crash of the machine. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _reserve(handle: int, at: int, room: int) -> None:
    """Reserve disk space behind the content of a file. Raises OSError.

    If the system or the file system cannot reserve space, zeros are written instead.
    """
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
    """Write a new file with mode 0600 and sync it to the disk. Raises FileExistsError and other OSErrors.

    The file gets its name only when it is complete. A killed run leaves at most a temporary file beside it, also with
    mode 0600, which ``sweep_file`` removes.
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
    """Remove the temporary files that a killed ``write_new`` left of this file. Raises OSError."""
    folder, name = os.path.split(path)
    for left in glob.glob(os.path.join(glob.escape(folder), f".{glob.escape(name)}.*.tmp")):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(left)
