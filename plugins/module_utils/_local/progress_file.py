# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The progress of a module, in a file that its action plugin reads while the module runs."""

from __future__ import annotations

import contextlib
import os


class ProgressFile:
    """Appends lines to the file at ``path``, which the action plugin has created. If that fails, a line is lost.

    The lines must not contain a secret. The action plugin shows the last one, every few seconds.
    """

    def __init__(self, path: str) -> None:
        self._path = path

    def __call__(self, text: str) -> None:
        """Append a text as one line."""
        line = " ".join(text.split()) + "\n"
        with contextlib.suppress(OSError):
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW)
            try:
                os.write(descriptor, line.encode("utf-8", "replace"))
            finally:
                os.close(descriptor)
