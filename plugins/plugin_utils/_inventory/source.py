# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The generations of the API that an inventory reads, each with its own connection."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._client.connection import Connection, origin_url
from ansible_collections.nodana.cloud.plugins.module_utils._client.nodes_api import NodesApi
from ansible_collections.nodana.cloud.plugins.module_utils._client.transport import Transport, Warn


@dataclass(frozen=True)
class Source:
    """The connections for apps and for nodes. A connection is None if the inventory does not read that generation."""

    apps: Connection | None = None
    nodes: Connection | None = None

    @classmethod
    def from_options(cls, options: dict[str, Any], has_url: bool) -> Source:
        """Return the source that the options select. ``has_url`` is whether the inventory file sets ``api_url``.

        As in the modules, NODANA_API_ORIGIN and ``nodes_api_key`` are only for nodes. Raises Invalid, and ValueError if
        the options limit apps and select only nodes.
        """
        wanted = options["source"]
        if wanted == "nodes" and options["projects"]:
            raise ValueError("projects limits the apps of an inventory, but with source=nodes it contains no apps")
        of_nodes = {**options, "api_url": options["api_url"] if has_url else origin_url() or options["api_url"]}
        return cls(
            apps=None if wanted == "nodes" else Connection.from_options(options),
            nodes=None if wanted == "apps" else Connection.for_nodes(of_nodes),
        )

    @property
    def keys(self) -> list[str]:
        """Return the API keys."""
        return [connection.api_key for connection in (self.apps, self.nodes) if connection]

    @property
    def groups(self) -> list[str]:
        """Return the groups of the generations. An inventory that reads only apps has none."""
        if not self.nodes:
            return []
        return ["generation_apps", "generation_nodes"] if self.apps else ["generation_nodes"]

    def clients(self, warn: Warn) -> tuple[Api | None, NodesApi | None]:
        """Return the clients for apps and for nodes. They share a transport if they have the same connection."""
        connected = lru_cache(partial(Transport, warn=warn))
        return (
            Api(connected(self.apps)) if self.apps else None,
            NodesApi(connected(self.nodes)) if self.nodes else None,
        )
