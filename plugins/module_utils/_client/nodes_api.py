# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API client for nodes, with one method per endpoint, and functions that find nodes.

Every method raises what ``Transport.call`` raises. Only this file decides which requests are idempotent.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from .._errors import AmbiguousOutcome, Forbidden, MissingRoute, NodanaError, NotFound, Unauthorized, Unreadable
from .._protocol import Record
from . import records
from .api import Api, Traffic, is_record, path_segment
from .creations import Creations
from .transport import Recheck, Sink, Transport

if TYPE_CHECKING:
    from .lag import Lag

CREATE_TIMEOUT = 120.0
"""Seconds. The least timeout of a creation, as in the vendor's client. Without its response, the secrets are lost."""
_NO_ROUTE = (404, 405, 410, 501)
_KEYS = "Nodana's website shows the keys and their scopes under Developers -> API Keys."


class NodesApi:
    """A client for the nodes of the API. It counts its calls in ``traffic``."""

    def __init__(self, transport: Transport, traffic: Traffic | None = None) -> None:
        self.transport = transport
        self.traffic = traffic or Traffic()

    @classmethod
    def beside(cls, api: Api) -> NodesApi:
        """Return a client for nodes that shares the connection and the traffic of a client for apps."""
        return cls(api._transport, api.traffic)

    def nodes(self) -> list[Record]:
        """List all nodes, perhaps with deleted ones. Raises MissingRoute if the host does not have nodes."""
        try:
            data = self._call("GET", "/nodes", idempotent=True)
        except NodanaError as error:
            if error.code not in _NO_ROUTE:
                raise
            raise MissingRoute(
                f"This API has no nodes: the request for the list of nodes failed ({error.message})",
                code=error.code,
                request=error.request,
                advice="Use nodana_app, or check api_url: it must end in /v1.",
            ) from None
        found = data.get("nodes") if isinstance(data, dict) else None
        if not isinstance(found, list) or not all(is_record(item) for item in found):
            raise Unreadable(
                "The API did not return a list of nodes", request=self.transport.described("GET", "/nodes")
            )
        return found

    def node(self, node_id: str) -> Record:
        """Return the node with this id. Raises NotFound, which proves its absence only together with ``nodes``."""
        path = f"/nodes/{path_segment(node_id)}"
        node = self._call("GET", path, idempotent=True)
        if not is_record(node):
            raise Unreadable("The API did not return a node", request=self.transport.described("GET", path))
        return node

    def create_node(
        self,
        name: str,
        auto_liquidity: str,
        access_mode: str,
        sink: Sink | None = None,
        recheck: Recheck | None = None,
    ) -> Record:
        """Create a node and return ``{node, credentials}``. ``sink`` and ``recheck`` are as in ``Transport.call``.

        Raises AmbiguousOutcome if the node may exist but its id is not known.
        """
        body = {"name": name, "autoLiquidity": auto_liquidity, "accessMode": access_mode}
        data = self._call(
            "POST", "/nodes", body, idempotent=False, sink=sink, recheck=recheck, least_timeout=CREATE_TIMEOUT
        )
        if not isinstance(data, dict) or not is_record(data.get("node")):
            request = self.transport.described("POST", "/nodes")
            raise AmbiguousOutcome("The API did not return the id of a created node", request=request)
        return data

    def current_version(self, node_id: str) -> str | None:
        """Return the version that a node runs, or None if the API does not know it. Raises NotFound."""
        data = self._call("GET", f"/nodes/{path_segment(node_id)}/update", idempotent=True)
        version = data.get("currentVersion") if isinstance(data, dict) else None
        return version if isinstance(version, str) and version else None

    def start_node(self, node_id: str) -> Record | None:
        """Start a stopped node. Return the node, or None if the response does not hold it. Raises Conflict."""
        return self._act(node_id, "start", idempotent=True)

    def stop_node(self, node_id: str) -> Record | None:
        """Stop a running node. Return the node, or None if the response does not hold it. Raises Conflict."""
        return self._act(node_id, "stop", idempotent=True)

    def restart_node(self, node_id: str) -> Record | None:
        """Restart a running node. Return the node, or None if the response does not hold it.

        Raises Conflict, and AmbiguousOutcome if the node may be restarting.
        """
        return self._act(node_id, "restart", idempotent=False)

    def update_node(self, node_id: str, recheck: Recheck | None = None) -> Record | None:
        """Update a node to the next version. Return the node, or None if the response does not hold it.

        ``recheck`` is as in ``Transport.call``.
        Raises Conflict, and AmbiguousOutcome if the node may have been updated.
        """
        return self._act(node_id, "update", idempotent=False, recheck=recheck)

    def delete_node(self, node_id: str) -> bool:
        """Delete a node. Return True if the API says that it is gone, False if it only accepted the request.

        Raises NotFound.
        """
        return self._call("DELETE", f"/nodes/{path_segment(node_id)}", idempotent=True) is None

    def _act(self, node_id: str, verb: str, *, idempotent: bool, recheck: Recheck | None = None) -> Record | None:
        path = f"/nodes/{path_segment(node_id)}/{verb}"
        data = self._call("POST", path, idempotent=idempotent, recheck=recheck)
        return data if is_record(data) else None

    def _call(self, method: str, path: str, body: Record | None = None, **how: Any) -> Any:
        self.traffic.calls += 1
        with _explained():
            return self.transport.call(method, path, body, nodes=True, **how)


@contextmanager
def _explained() -> Iterator[None]:
    """Add advice on keys to errors, and raise NotFound for a 404 in any form."""
    try:
        yield
    except Unauthorized as error:
        error.advice = (
            "Check nodes_api_key (NODANA_NODES_API_KEY) or api_key (NODANA_API_KEY): the key may be mistyped, revoked, "
            f"or without nodes in its scopes. {_KEYS} A host without nodes may respond like this, too."
        )
        raise
    except Forbidden as error:
        error.advice = (
            "Check that the scopes of the key allow this, or set nodes_api_key (NODANA_NODES_API_KEY) to another key. "
            f"Check also the credit of the account. {_KEYS}"
        )
        raise
    except NotFound as error:
        error.advice = "Check the id; nodana_node_info lists the nodes."
        raise
    except AmbiguousOutcome:
        raise
    except NodanaError as error:
        if error.code not in (404, 410):
            raise
        missing = NotFound(error.message, code=error.code, request=error.request, advice="Check the id and api_url.")
        missing.unclear = True
        raise missing from None


def list_nodes(api: NodesApi, creations: Creations | None = None, name: str | None = None) -> list[Record]:
    """List the nodes of the account. Raises MissingRoute if the host does not have nodes.

    With ``creations``, the list also holds what this machine created and the API does not list yet. ``name`` is the
    name of the node that the run looks for, or None for all.
    Raises Conflict if that node was created and is not found, or is listed under another name.
    """
    listed = api.nodes()
    if creations is not None:
        created = [entry for entry in creations.created() if entry.kind == "node"]
        listed = _lag(api, creations, name).complete(listed, created) if created else listed
    return [records.node(item) for item in records.live(listed)]


def find_node(api: NodesApi, node_id: str, creations: Creations | None = None) -> Record | None:
    """Return the node with this id, or None. Raises MissingRoute if the host does not have nodes.

    A missing route is not a missing node: a node that was not found is absent only if the list of nodes, which is
    requested then, does not hold it either.
    With ``creations``, raises Conflict if this machine created the node and the API may not show it yet.
    """
    try:
        found = [records.node(item) for item in records.live([api.node(node_id)])]
    except NotFound as error:
        found = [node for node in list_nodes(api) if node["id"] == node_id]
        if not found and creations is not None:
            with suppress(NotFound):
                found = [records.node(_lag(api, creations).find_later(node_id, error))]
    return found[0] if found else None


def _lag(api: NodesApi, creations: Creations, name: str | None = None) -> Lag:
    from .lag import Lag  # in most runs, nothing is new

    reader = NodesApi(api.transport)  # not counted in the traffic: a later run may not need these requests
    return Lag(creations, api.transport, "node", reader.node, None if name is None else [name])
