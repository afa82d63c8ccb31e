# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Create nodes. It is done as for apps, with a receipt and a destination for the secrets; only the request differs."""

from __future__ import annotations

from .._client import records
from .._client.nodes_api import list_nodes
from .._client.transport import Recheck
from .._context import ModuleContext
from .._errors import Conflict, Invalid, NodanaError
from .._protocol import PendingApp, Record
from . import app_create
from .app_report import AppReport


def create_node(context: ModuleContext, report: AppReport, there: list[Record]) -> PendingApp:
    """Create a node by the options and return it with the fields of the create response. ``there`` are all nodes.

    In check mode, nothing is sent and the predicted node is returned.
    Raises AmbiguousOutcome if the node may have been created, and Conflict if the API gave it another name.
    """
    name = context.options["name"]
    app_create.require_secrets_destination(context, f"node {name}")
    params = {option: context.options[option] for option in ("auto_liquidity", "access_mode")}
    if context.check_mode:
        predicted = records.node({"name": name})
        context.result.foreseen += 1
        report.created(predicted, params)
        return PendingApp(predicted)
    receipt = context.creations.begin(records.NODE_TEMPLATE, None, [node["id"] for node in there], context.owner, name)

    def send(recheck: Recheck) -> Record:
        return context.nodes.create_node(name, params["auto_liquidity"], params["access_mode"], receipt, recheck)

    def explain(error: NodanaError) -> None:
        error.message = f"The node {name} was not created: {error.message}"
        if isinstance(error, (Conflict, Invalid)):
            error.advice = "Check the name, and with nodana_node_info which nodes there are."

    request = app_create.Request(send, lambda: list_nodes(context.nodes), explain)
    node = app_create.perform(context, receipt, report, params, request)
    if node["name"] != name:
        raise Conflict(
            f"The API named the new node {node['id']} {node['name']}, not {name}",
            advice=f"Use name: {node['name']} from now on, because a task with the other name does not find the node.",
        )
    return PendingApp(node, made_at=context.clock.monotonic())
