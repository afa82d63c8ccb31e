# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read regular files of limited size. Other kinds of files, such as a FIFO or a device, are refused."""

from __future__ import annotations

import errno
import os
import stat

LIMIT = 4 * 1024 * 1024  # bytes; a secrets file has about two thousand


def read(path: str) -> bytes:
    """Return the content of a file. Raises OSError also if it is larger than ``LIMIT`` or not a regular file."""
    content = start(path, LIMIT + 1)
    if len(content) > LIMIT:
        raise OSError(errno.EFBIG, f"it is larger than {LIMIT // 1024 // 1024} MiB")
    return content


def start(path: str, size: int) -> bytes:
    """Return at most the first ``size`` bytes of a file. Raises OSError also if it is not a regular file."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)  # opening a FIFO would block without a writer
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file")
        with open(handle, "rb", closefd=False) as file:
            return file.read(size)
    finally:
        os.close(handle)
