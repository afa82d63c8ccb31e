# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find nodes and bring them to the wanted state.

A node is identified by its id or by its name. The API may allow a name twice; if several nodes match, none is picked.
"""

from __future__ import annotations

import contextlib
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from .. import _polling
from .._client import records
from .._client.nodes_api import find_node, list_nodes
from .._context import ModuleContext
from .._errors import Conflict, NotFound, WaitTimeout
from .._protocol import STATES_THAT_CREATE, PendingApp, Record
from .app_report import AppReport
from .app_spec import check_node_name
from .deletion import DELETING, confirm_deletion

if TYPE_CHECKING:
    from .._client.creations import Creations
    from .._local.receipts import Receipt


def ensure_node(context: ModuleContext) -> None:
    """Bring one node to the wanted state, for the module ``nodana_node``."""
    options = context.options
    check_node_name(options["name"])
    calls = context.api.traffic.calls
    report = AppReport(context.result, key="node")
    made = None
    with _one_at_a_time(context):
        there = _candidates(context)
        node = select_node(there, options)
        if node is not None:
            report.found(node)
        _recover(context, there)
        if node is None:
            _refuse_similar_name(options, there)
        if node is None and options["state"] != "absent":
            made = _made(context, report, there)
    if made is not None:
        from .node_wait import wait_for_node

        wait_for_node(context, report, made)
    elif node is not None:
        _bring(context, report, node)
    context.report_requests(calls)


def gather_nodes(context: ModuleContext) -> None:
    """List nodes, for the module ``nodana_node_info``."""
    options = context.options
    nodes = _by_id(context) if options["id"] is not None else list_nodes(context.nodes)
    if options["name"] is not None:
        nodes = [node for node in nodes if node["name"] == options["name"]]
    if options["gather_versions"]:
        nodes = [{**node, "version": context.nodes.current_version(node["id"])} for node in nodes]
    if context.creations.has_left():
        from .app_recovery import report_unfinished

        report_unfinished(context, nodes)
    context.result.values["nodes"] = nodes


def select_node(nodes: list[Record], options: Record) -> Record | None:
    """Return the node that the options ``id`` or ``name`` identify, or None.

    Raises Conflict if several nodes have the name.
    """
    if options["id"] is not None:
        return next((node for node in nodes if node["id"] == options["id"]), None)
    matches = [node for node in nodes if node["name"] == options["name"]]
    if len(matches) > 1:
        raise Conflict(
            f"{len(matches)} nodes are named {options['name']}: {', '.join(sorted(node['id'] for node in matches))}",
            advice="Identify the node by its id.",
        )
    return matches[0] if matches else None


def _creates(context: ModuleContext) -> bool:
    return context.options["id"] is None and context.options["state"] in STATES_THAT_CREATE


def _one_at_a_time(context: ModuleContext) -> AbstractContextManager[None]:
    """Return the creation lock, or a context manager that does nothing if this run creates nothing."""
    if context.check_mode or not _creates(context):
        return contextlib.nullcontext()
    return context.creations.one_at_a_time("creating a node")


def _candidates(context: ModuleContext) -> list[Record]:
    """Return all nodes, or the one with the wanted id."""
    if context.options["id"] is not None:
        return _by_id(context, context.creations)
    return list_nodes(context.nodes, context.creations, context.options["name"])


def _by_id(context: ModuleContext, creations: Creations | None = None) -> list[Record]:
    found = find_node(context.nodes, context.options["id"], creations)
    return [] if found is None else [found]


def _recover(context: ModuleContext, there: list[Record]) -> None:
    """Recover unfinished creations of earlier runs, before a node is created or reported as ok."""
    if not context.creations.has_left():
        return
    from .app_recovery import recover

    name = context.options["name"]

    def concerns(receipt: Receipt) -> bool:
        return _creates(context) and records.is_same_name(name, receipt.node_name)

    def uses(node: Record) -> bool:
        return name is None or records.is_same_name(name, node["name"])

    recover(context, concerns, there, lambda: list_nodes(context.nodes, context.creations, name), uses)


def _refuse_similar_name(options: Record, there: list[Record]) -> None:
    """Check that no node has a name that differs only in spaces or upper case. Raises Conflict."""
    if options["id"] is not None:
        return
    alike = [node for node in there if records.is_same_name(options["name"], node["name"])]
    if alike:
        listed = ", ".join(f"{node['name']} ({node['id']})" for node in alike)
        raise Conflict(
            f"There is no node {options['name']}, but a name that differs only in spaces or upper case: {listed}",
            advice="The API may not keep spaces and upper case, so nothing was changed. Use the name as listed.",
        )


def _made(context: ModuleContext, report: AppReport, there: list[Record]) -> PendingApp:
    """Create the node that does not exist. Raises NotFound."""
    options = context.options
    if options["id"] is not None:
        raise NotFound(f"There is no node {options['id']}", code=404, advice="nodana_node_info lists the nodes.")
    if not _creates(context):
        raise NotFound(f"There is no node {options['name']}", advice="nodana_node_info lists the nodes.")
    from .node_create import create_node

    return create_node(context, report, there)


def _bring(context: ModuleContext, report: AppReport, node: Record) -> None:
    state = context.options["state"]
    if state == "absent":
        _delete(context, report, node)
    elif node["status"] == DELETING:
        raise Conflict(
            f"{node['id']} ({node['name']}) is being deleted", advice="Run the task again when the node is gone."
        )
    elif state == "latest":
        from .node_update import update_to_latest

        update_to_latest(context, report, node)
    elif state != "present" or _needs_attention(node):
        from .node_run_state import bring

        bring(context, report, node, state)


def _needs_attention(node: Record) -> bool:
    """Return whether an existing node is changing or reports a failure."""
    from .._client import node_status

    return node_status.is_changing(node) or node_status.failure_of(node) is not None


def _delete(context: ModuleContext, report: AppReport, node: Record) -> None:
    """Delete a node; a node that no longer exists is not an error.

    A node that is being deleted already is only waited for.
    Raises what ``confirm_deletion`` raises, and WaitTimeout if the API accepts the deletion and still shows the node.
    """
    is_going = node["status"] == DELETING
    if context.check_mode:
        context.result.foreseen += 1
    else:
        if is_going or not _send_deletion(context, node):
            context.result.changed = not is_going
            _wait_until_gone(context, node)
        context.creations.forget(node["id"])
    if not is_going:
        report.deleted(node)


def _send_deletion(context: ModuleContext, node: Record) -> bool:
    """Delete a node and return whether it is proven to be gone."""
    try:
        return context.nodes.delete_node(node["id"])
    except NotFound as error:
        return confirm_deletion(
            error, f"the node {node['id']}", lambda: find_node(context.nodes, node["id"], context.creations)
        )


def _wait_until_gone(context: ModuleContext, node: Record) -> None:
    try:
        _polling.poll(
            lambda: find_node(context.nodes, node["id"]),
            lambda left: left is None,
            event=f"{node['id']} ({node['name']}) to be gone",
            waiting=lambda seconds: context.progress(
                f"waiting for {node['id']} ({node['name']}) to be gone, {seconds:.0f} s"
            ),
            timeout=context.options["wait_timeout"] if context.options["wait"] else 0.0,
            every=context.poll_interval,
            clock=context.clock,
        )
    except WaitTimeout as timeout:
        timeout.advice = "The API still shows it. Run the task again to see whether it is gone."
        raise
