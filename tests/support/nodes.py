# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the functions of the modules for nodes in this process against the simulator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._client.creations import Creations
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Settlement
from ansible_collections.nodana.cloud.plugins.module_utils._resources.node import ensure_node, gather_nodes
from ansible_collections.nodana.cloud.plugins.module_utils._resources.node_wait import settle
from ansible_collections.nodana.cloud.tests.support.machine import Machine, Record, Run

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


@dataclass
class NodesMachine(Machine):
    """A machine that runs the modules for nodes."""

    @property
    def creations(self) -> Creations:
        return Creations(self.simulator.url, self.simulator.key, self.clock, "nodes")

    def node(self, *, store: bool = True, check: bool = False, **options: Any) -> Run:
        """Run ``nodana_node``. With ``store``, also store the secrets of the handover, and settle and wait."""
        options = {**NODE, **options}
        if options["id"] is not None:
            options["name"] = None
        run = self.run(ensure_node, options, check)
        if not store:
            return run
        for one in run.result.secrets:
            self.kept[one.app_id] = one.secrets
        settlement = Settlement([one.receipt for one in run.result.secrets], run.result.pending)
        later = self.run(lambda context: settle(context, settlement), {**options, "secrets_dir": None})
        if "node" in later.result.values:
            run.result.values["node"] = later.result.values["node"]
        return Run(run.result, run.error or later.error)

    def node_info(self, **options: Any) -> Run:
        """Run ``nodana_node_info``."""
        return self.run(gather_nodes, {**NODE_INFO, **options})

    def nodes(self) -> list[Record]:
        """Return the nodes in the simulator that are not deleted."""
        nodes: list[Record] = self.simulator.account()["nodes"]
        return nodes
