# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Confirm deletions that the API answered with "not found"."""

from __future__ import annotations

from collections.abc import Callable

from .._errors import Conflict, NotFound
from .._protocol import Record

DELETING = "deleting"
"""The most likely status of an app or a node whose deletion has been accepted."""


def confirm_deletion(error: NotFound, what: str, look: Callable[[], Record | None]) -> bool:
    """Return whether an object that a deletion did not find is gone, and not only being deleted.

    Most likely the deletion was retried after its response was lost. ``look`` returns the object, or None if it is
    proven not to exist, and raises Conflict if it is so new that the API may not show it yet.
    Raises ``error`` if the object exists or may exist.
    """
    try:
        left = look()
    except Conflict as conflict:
        error.message += f"; {conflict.message}"
        error.advice = f"So {what} may still exist and be billed. Run the task again later."
        raise error from None
    if left and left.get("status") != DELETING:
        error.message += f"; {what} still exists"
        error.advice = "Run the task again, or delete it at nodana.io."
        raise error
    return left is None
