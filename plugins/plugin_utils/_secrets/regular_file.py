# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads of files whose names say nothing about what they are: nothing but a regular file of a sane size is read."""

from __future__ import annotations

import errno
import os
import stat

LIMIT = 4 * 1024 * 1024  # bytes; a secrets file has about two thousand


def read(path: str) -> bytes:
    """Return the content of a file. Raise OSError, also for a FIFO, a device, a folder, and for more than ``LIMIT``."""
    content = start(path, LIMIT + 1)
    if len(content) > LIMIT:
        raise OSError(errno.EFBIG, f"it is larger than {LIMIT // 1024 // 1024} MiB")
    return content


def start(path: str, size: int) -> bytes:
    """Return the first ``size`` bytes of a file, or all of a shorter one. Raise OSError, see ``read``."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)  # a FIFO would wait for somebody who writes
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file")
        with open(handle, "rb", closefd=False) as file:
            return file.read(size)
    finally:
        os.close(handle)
