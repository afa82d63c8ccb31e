# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Implement the calls of the generation nodes: id and body of a request in, body of its response out."""

from __future__ import annotations

import json
from typing import Any

from .accounts import Account, Service, new_id, unused_id
from .bodies import Body, only, read_choice, read_name
from .errors import Conflict, NotFound
from .nodes import Node
from .records import node_record
from .templates import TEMPLATES
from .world import World

Record = dict[str, Any]


class NodeCalls:
    """The calls that one account can make. Every public method is a call and raises ``ApiError`` on failure."""

    def __init__(self, world: World, account: Account) -> None:
        self._world = world
        self._account = account

    def list_nodes(self) -> Record:
        """Return the nodes of the account (``GET /nodes``), and a key that clients ignore."""
        nodes = [node for node in self._account.nodes.values() if self._world.shows(node)]
        shown = [self._record(node) for node in nodes if self._world.settings.list_deleted or not node.deleted]
        return {"nodes": shown, "total": len(shown)}

    def create_node(self, body: Body) -> Record:
        """Create a node (``POST /nodes``). Only this response contains the credentials."""
        only(body, "name", "autoLiquidity", "accessMode")
        liquidity = read_choice(body, "autoLiquidity", "2m", "5m", "10m")
        access = read_choice(body, "accessMode", "limited", "full")
        name = read_name(body) if "name" in body else new_id("node", 4)
        if self._world.settings.unique_node_names and name in {node.name for node in self._live_nodes()}:
            raise Conflict("A node with this name already exists")
        node = self._new_node(name, liquidity, access)
        return {"node": self._record(node), "credentials": node.secrets}

    def get_node(self, node_id: str) -> Record:
        """Return a node (``GET /nodes/:id``)."""
        node = self._node(node_id)
        if not self._world.can_read(node):
            raise NotFound("Node not found")
        return self._record(node)

    def get_update(self, node_id: str) -> Record:
        """Return the version of a node (``GET /nodes/:id/update``)."""
        version = self._node(node_id).service.version_at(self._world.now())
        forms: dict[str, Record] = {"text": {"currentVersion": version}, "null": {"currentVersion": None}, "absent": {}}
        return forms[self._world.settings.current_version]

    def start_node(self, node_id: str) -> Record:
        """Start a stopped node (``POST /nodes/:id/start``)."""
        node = self._node_that_is(node_id, "stopped")
        node.service.start(self._world.now(), self._world.settings.transition_delay)
        return self._changed(node)

    def stop_node(self, node_id: str) -> Record:
        """Stop a running node (``POST /nodes/:id/stop``)."""
        node = self._node_that_is(node_id, "running")
        node.service.stop(self._world.now(), self._world.settings.transition_delay)
        return self._changed(node)

    def restart_node(self, node_id: str) -> Record:
        """Restart a running node (``POST /nodes/:id/restart``)."""
        node = self._node_that_is(node_id, "running")
        node.service.restart(self._world.now(), self._world.settings.transition_delay)
        return self._changed(node)

    def update_node(self, node_id: str) -> Record:
        """Update a node to the next version (``POST /nodes/:id/update``)."""
        node = self._node_that_is(node_id, "running", "stopped")
        if node.update_at(self._world.now()):
            raise Conflict("An update is in progress")
        versions = self._world.releases["phoenixd"]
        newer = versions[versions.index(node.service.version) + 1 :]
        if newer:
            node.service.update(newer[0], self._world.now(), self._world.settings.transition_delay)
        elif self._world.settings.update_of_newest == "conflict":
            raise Conflict("The node has the newest version")
        return self._changed(node)

    def delete_node(self, node_id: str) -> None:
        """Delete a node (``DELETE /nodes/:id``)."""
        node = self._live_node(node_id)
        node.deleted = True
        self._changed(node)

    def _record(self, node: Node) -> Record:
        return node_record(node, self._world.now(), self._world.settings)

    def _changed(self, node: Node) -> Record:
        """Let the program of a node follow a change of the node. Return the record of the node."""
        self._world.programs.follow(node)
        return self._record(node)

    def _live_nodes(self) -> list[Node]:
        return [node for node in self._account.nodes.values() if not node.deleted]

    def _node(self, node_id: str) -> Node:
        node = self._account.nodes.get(node_id)
        if node is None or (node.deleted and not self._world.settings.list_deleted):
            raise NotFound("Node not found")
        return node

    def _live_node(self, node_id: str) -> Node:
        node = self._node(node_id)
        if node.deleted:
            raise NotFound("Node not found")
        return node

    def _node_that_is(self, node_id: str, *states: str) -> Node:
        node = self._live_node(node_id)
        state = node.state_at(self._world.now())
        if state not in states:
            raise Conflict(f"The node is {state}, not {' or '.join(states)}")
        return node

    def _new_node(self, name: str, liquidity: str, access: str) -> Node:
        now, settings = self._world.now(), self._world.settings
        node = Node(
            id=unused_id("node", 8, self._account.nodes),
            name=name,
            url=f"https://{unused_id('phoenixd', 8, [node.url for node in self._account.nodes.values()])}.nodana.app",
            access_mode=access,
            auto_liquidity=liquidity,
            secrets={**TEMPLATES["phoenixd"].new_secrets({}), **json.loads(settings.extra_secrets)},
            service=Service(
                id=new_id("svc", 8),
                service="phoenixd",
                slug=new_id("phoenixd", 4),
                version=self._world.releases["phoenixd"][-1],
                passing="provisioning",
                until=now + settings.startup_delay,
                status="failed" if settings.node_failure else "running",
            ),
            failure=settings.node_failure,
            made_at=now,
        )
        self._account.nodes[node.id] = node
        if settings.serve_apps:
            self._world.programs.serve(node)
        return node
