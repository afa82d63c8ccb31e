# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Interpret the status of nodes.

The API defines only the status ``provisioning``. These words are common elsewhere; any other word tells nothing.
"""

from __future__ import annotations

from .._protocol import Record

_UP = ("running", "available", "started", "ready", "active", "online", "up")
_DOWN = ("stopped", "offline", "inactive", "halted", "paused", "down")
_ON_THE_WAY_UP = (
    *("provisioning", "pending", "creating", "starting", "restarting", "updating", "upgrading", "deploying", "booting"),
    *("initializing", "initialising", "queued", "scheduled", "waiting"),
)
_ON_THE_WAY_DOWN = ("stopping", "deleting", "terminating", "pausing")
_IN_PROGRESS = ("queued", "scheduled", "requested", "started", "in_progress", "in-progress", "in progress")
_FAILED = ("failed", "error")


def runs(node: Record) -> bool | None:
    """Return whether the node runs, or None if its status does not tell or is changing."""
    status = _word(node, "status")
    if status in _UP:
        return True
    return False if status in _DOWN else None


def is_changing(node: Record) -> bool:
    """Return whether the status of the node is changing, or an update of it is in progress."""
    status, update = _word(node, "status"), _word(node, "update_status")
    return status in (*_ON_THE_WAY_UP, *_ON_THE_WAY_DOWN) or update.endswith("ing") or update in _IN_PROGRESS


def is_stopping(node: Record) -> bool:
    """Return whether the node is about to stop."""
    return _word(node, "status") in _ON_THE_WAY_DOWN


def failure_of(node: Record) -> str | None:
    """Return why the node, or its update, failed; or None. A failure without a message is named by its status."""
    if node["failure_message"]:
        return str(node["failure_message"])
    for name, what in (("status", "its status"), ("update_status", "the status of its update")):
        if _word(node, name) in _FAILED:
            return f"{what} is {node[name]}"
    return None


def has_failed(node: Record) -> bool:
    """Return whether the status of the node says that it failed."""
    return _word(node, "status") in _FAILED


def describe(node: Record) -> str:
    """Return the statuses of the node for messages."""
    update = f", update {node['update_status']}" if node["update_status"] else ""
    return f"{node['status'] or 'without a status'}{update}"


def _word(node: Record, name: str) -> str:
    return str(node[name] or "").lower()
