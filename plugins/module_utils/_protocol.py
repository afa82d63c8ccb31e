# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The protocol between a module and its action plugin on the controller.

This file imports no other part of the collection, because the controller does not need the client.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

HANDOVER = "nodana_handover"
"""The key of a module result that holds the handover. The action plugin removes it, so users never see it.

Its value is a dictionary. ``sealed`` is the sealed handover. ``receipts`` are the paths of its receipts, for the
message in case the seal is broken. ``on_disk`` is True if these receipts hold all secrets.
"""
STATES_THAT_CREATE = ("present", "started")
"""The states in which a missing app is created."""


Record = dict[str, Any]

READY, STARTED, STOPPED = "ready", "started", "stopped"


@dataclass(frozen=True)
class PendingApp:
    """An app to wait for, in this process or, after its secrets are stored, in the next one.

    ``until`` is what to wait for. ``made_at`` is when a new app was created, in seconds of the machine's monotonic
    clock, or None for an app that existed before.
    """

    app: Record
    until: str = READY
    made_at: float | None = None

    def to_json(self) -> Record:
        """Return the fields as a JSON object, for the process that waits."""
        app = {name: self.app.get(name) for name in ("id", "project_id", "template")}
        return {"app": app, "until": self.until, "made_at": self.made_at}
