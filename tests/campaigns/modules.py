# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the real modules in this process on a fake clock, with the part of the controller that they need."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils import _module
from ansible_collections.nodana.cloud.plugins.module_utils._client.transport import Transport
from ansible_collections.nodana.cloud.plugins.module_utils._context import ModuleContext
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Handover, Record, Settlement
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock
from ansible_collections.nodana.cloud.tests.support.modules import handover, run_module


@dataclass
class Desk:
    """Runs ``nodana_app`` and ``nodana_stack``, stores the secrets of their handovers and runs their second phase."""

    simulator: Simulator
    monkeypatch: pytest.MonkeyPatch
    kept: dict[str, Record] = field(default_factory=dict)

    def __post_init__(self) -> None:
        clock = FakeClock()
        self.monkeypatch.setattr(_module, "Transport", partial(Transport, clock=clock))
        self.monkeypatch.setattr(_module, "ModuleContext", partial(ModuleContext, clock=clock))
        self.monkeypatch.setattr(_module, "time", clock)

    def run(self, options: Record, *, check: bool = False) -> Record:
        """Run a module, store the secrets of its handover, settle the receipts and return the combined result.

        Options with ``apps`` run ``nodana_stack``, all others ``nodana_app``.
        """
        result = self._run({**options}, check)
        handed = handover(result) if "nodana_handover" in result else Handover([], [])
        result.pop("nodana_handover", None)
        self.kept.update({app.app_id: app.secrets for app in handed.secrets})
        pending = [] if result.get("failed") else handed.pending
        settlement = Settlement([app.receipt for app in handed.secrets], pending)
        if settlement.receipts or pending:
            later = self._run({**options, "_settled": settlement.to_json()}, check)
            result = {**result, **later, "created": result["created"], "changed": result["changed"]}
        return result

    def _run(self, options: Record, check: bool) -> Record:
        given = {"api_url": self.simulator.url, "api_key": self.simulator.key, "request_interval": 0, **options}
        result = run_module("nodana_stack" if "apps" in options else "nodana_app", check=check, **given)
        return {
            name: value for name, value in result.items() if not name.startswith("_ansible") and name != "invocation"
        }

    def has_secrets_of(self, app: Record) -> bool:
        """Return whether the stored secrets of an app are the ones that the simulator sent."""
        return sorted(self.kept.get(app["id"], {}).values()) == sorted(app["secrets"].values())
