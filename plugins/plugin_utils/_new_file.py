# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""New files that are whole or not there, never over another one, and nobody else's to read."""

from __future__ import annotations

import contextlib
import glob
import os
import tempfile

from ansible_collections.nodana.cloud.plugins.module_utils import _files


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
    _files.sync_folder(folder)


def sweep(path: str) -> None:
    """Remove the temporary files that killed runs left of this one."""
    folder, name = os.path.split(path)
    for left in glob.glob(os.path.join(glob.escape(folder), f".{glob.escape(name)}.*.tmp")):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(left)
