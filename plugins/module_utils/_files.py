# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small files that are whole or not there, and nobody else's to read."""

from __future__ import annotations

import contextlib
import os
import tempfile

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
