# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Model the nodes of the generation nodes. Each runs phoenixd. Times are seconds of a monotonic clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .accounts import Service
from .settings import Settings


@dataclass
class Node:
    """A node.

    The API never shows ``access_mode`` and ``auto_liquidity``, and shows the one-time ``secrets`` only once. Tests can
    set fields of its record with ``forced``.
    """

    id: str
    name: str
    url: str
    access_mode: str
    auto_liquidity: str
    secrets: dict[str, Any]
    service: Service
    failure: str
    made_at: float
    shown: bool = False  # A list has shown it; from then on every list does.
    deleted: bool = False
    forced: dict[str, Any] = field(default_factory=dict)
    template: str = "phoenixd"
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def services(self) -> list[Service]:
        """Return the services as an app has them: only phoenixd."""
        return [self.service]

    def state_at(self, now: float) -> str:
        """Return what the node does: provisioning, failed, starting, running, stopping or stopped.

        An update does not change it.
        """
        state = self.service.status_at(now)
        return self.service.status if state == "updating" else state

    def status_at(self, now: float, settings: Settings) -> str:
        """Return the status that the node reports. The API defines only the status ``provisioning``."""
        if self.deleted:
            return "deleted"
        words = {
            "running": settings.node_ready_status,
            "stopped": settings.node_stopped_status,
            "starting": settings.node_starting_status,
            "stopping": settings.node_stopping_status,
            "failed": settings.node_failed_status,
        }
        state = self.state_at(now)
        return words.get(state, state)

    def failure_at(self, now: float) -> str | None:
        """Return why the provisioning failed, or None."""
        return self.failure if self.state_at(now) == "failed" else None

    def update_at(self, now: float) -> str | None:
        """Return ``updating`` during an update, or None."""
        return "updating" if self.service.status_at(now) == "updating" else None
