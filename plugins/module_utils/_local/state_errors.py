# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors of state that cannot be kept on this machine."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from .._errors import NodanaError


class StateUnavailable(NodanaError):
    """State cannot be kept on this machine, so the rate limit could not be respected either."""

    advice = (
        "Set NODANA_STATE_DIR to a folder that only this user can write to. Use the same folder for all runs with this "
        "key."
    )


class FullDisk(StateUnavailable):
    """The disk of ``path``, or the quota of this user, is full. ``reason`` is the error of the system."""

    advice = (
        "Free some space, or set NODANA_STATE_DIR to a folder on another disk. Use the same folder for all runs with "
        "this key."
    )

    def __init__(self, path: str, error: OSError) -> None:
        self.path, self.reason = path, str(error.strerror or error)
        super().__init__(f"{path} cannot be used: {self.reason}")


@contextmanager
def needed(path: str) -> Iterator[None]:
    """Raise StateUnavailable for an OSError in the block, which uses ``path``. It is FullDisk for a full disk."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise FullDisk(path, error) from error
        raise StateUnavailable(f"{path} cannot be used: {error.strerror or error}") from error
