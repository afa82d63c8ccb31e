# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the modules for nodes in this process, as ``machine`` runs the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ansible_collections.nodana.cloud.plugins.module_utils._client.creations import Creations
from ansible_collections.nodana.cloud.plugins.module_utils._client.nodes_api import NodesApi
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record
from ansible_collections.nodana.cloud.plugins.module_utils._resources.node_wait import settle
from ansible_collections.nodana.cloud.tests.support.machine import Machine, Run


@dataclass
class NodesMachine(Machine):
    """A machine that runs the modules for nodes, by default for the node shop whose secrets are stored."""

    settle: ClassVar[Callable[..., None]] = staticmethod(settle)

    defaults: Record = field(default_factory=lambda: {"secrets_dir": "secrets"})

    @property
    def creations(self) -> Creations:
        return Creations(self.simulator.url, self.simulator.key, self.clock, "nodes")

    @property
    def api(self) -> NodesApi:
        """Return a new client for nodes."""
        return self.context("nodana_node_info").nodes

    def node(self, **options: Any) -> Run:
        """Run ``nodana_node``."""
        return self.run("nodana_node", **{**({} if "id" in options else {"name": "shop"}), **options})

    def node_info(self, **options: Any) -> Run:
        """Run ``nodana_node_info``."""
        return self.run("nodana_node_info", **options)

    def nodes(self) -> list[Record]:
        """Return the nodes in the simulator that are not deleted."""
        nodes: list[Record] = self.simulator.account()["nodes"]
        return nodes
