# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module and its action plugin on the controller agree on. Imports nothing: the controller needs no client.

An app that is to be waited for, by this process or, once its secrets are safe, by the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

HANDOVER = "nodana_handover"
"""The key of a result under which a handover goes to the controller; only the action plugin sees it.

``sealed`` is the handover. ``receipts`` are the paths of its receipts, for the message should the seal be broken, and
``on_disk`` says whether all secrets are in them.
"""
STATES_THAT_CREATE = ("present", "started")
"""The states in which a missing app is made."""


Record = dict[str, Any]

READY, STARTED, STOPPED = "ready", "started", "stopped"


@dataclass(frozen=True)
class PendingApp:
    """An app and what to wait for. ``made_at`` is when a new one was made, by the machine's monotonic clock."""

    app: Record
    until: str = READY
    made_at: float | None = None

    def to_json(self) -> Record:
        """Give it in a form that another process understands."""
        app = {name: self.app[name] for name in ("id", "project_id", "template")}
        return {"app": app, "until": self.until, "made_at": self.made_at}
