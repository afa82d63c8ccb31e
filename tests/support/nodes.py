# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the functions of the modules for nodes in this process, through the real client against the simulator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._client.creations import Creations
from ansible_collections.nodana.cloud.plugins.module_utils._context import ModuleContext, Result
from ansible_collections.nodana.cloud.plugins.module_utils._errors import NodanaError
from ansible_collections.nodana.cloud.plugins.module_utils._local.receipts import Receipt
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import PendingApp, Settlement
from ansible_collections.nodana.cloud.plugins.module_utils._resources.node import ensure_node, gather_nodes
from ansible_collections.nodana.cloud.plugins.module_utils._resources.node_wait import settle
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import transport
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock

Record = dict[str, Any]

NODE: Record = {
    "id": None,
    "name": "shop",
    "auto_liquidity": "2m",
    "access_mode": "limited",
    "state": "present",
    "return_secrets": False,
    "secrets_dir": "secrets",
    "wait": True,
    "wait_timeout": 300.0,
    "request_interval": 1.0,
    "validate_certs": True,
    "ca_path": None,
    "_owner": None,
}
NODE_INFO: Record = {"id": None, "name": None, "gather_versions": False, "request_interval": 1.0}


class Run(NamedTuple):
    """The result of a run, and its error if it failed."""

    result: Result
    error: NodanaError | None

    @property
    def values(self) -> Record:
        return self.result.values

    @property
    def message(self) -> str:
        return str(self.error) if self.error else ""


@dataclass
class NodesMachine:
    """A machine that runs the modules for nodes. ``kept`` contains the stored secrets of nodes by id."""

    simulator: Simulator
    clock: FakeClock = field(default_factory=FakeClock)
    kept: dict[str, Record] = field(default_factory=dict)

    @property
    def creations(self) -> Creations:
        return Creations(self.simulator.url, self.simulator.key, self.clock, "nodes")

    def pending(self) -> list[Receipt]:
        return self.creations.pending()

    def node(self, *, store: bool = True, check: bool = False, **options: Any) -> Run:
        """Run ``nodana_node``. With ``store``, also do the part of the action plugin: store, settle and wait."""
        options = {**NODE, **options}
        if options["id"] is not None:
            options["name"] = None
        run = self.run(ensure_node, options, check)
        if not store:
            return run
        for one in run.result.secrets:
            self.kept[one.app_id] = one.secrets
        pending = [] if run.error else [PendingApp.from_json(one.to_json()) for one in run.result.pending]
        settlement = Settlement([one.receipt for one in run.result.secrets], pending)
        later = self.run(partial(settle, settlement=settlement), {**options, "secrets_dir": None})
        run.values.update(later.values)
        return Run(run.result, run.error or later.error)

    def node_info(self, **options: Any) -> Run:
        """Run ``nodana_node_info``."""
        return self.run(gather_nodes, {**NODE_INFO, **options})

    def context(self, options: Record, check: bool = False) -> ModuleContext:
        """Return a new context."""
        api = Api(transport(self.simulator.url, self.simulator.key, self.clock))
        return ModuleContext(api, options, check, Result(), self.creations, self.clock)

    def run(self, ensure: Callable[[ModuleContext], None], options: Record, check: bool = False) -> Run:
        context = self.context(options, check)
        try:
            ensure(context)
        except NodanaError as error:
            return Run(context.result, error)
        return Run(context.result, None)

    def nodes(self) -> list[Record]:
        """Return the nodes in the simulator that are not deleted."""
        nodes: list[Record] = self.simulator.account()["nodes"]
        return nodes

    def has_secrets_of(self, node: Record) -> bool:
        """Return whether ``kept`` contains the unchanged secrets of a node from the state of the simulator."""
        return set(node["secrets"].values()) == set(self.kept.get(node["id"], {}).values())
