# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start, stop and restart nodes.

The API starts a stopped node, and stops and restarts a running one. It refuses anything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from .._client import node_status, records
from .._context import ModuleContext
from .._errors import Conflict
from .._protocol import READY, STARTED, STOPPED, PendingApp, Record
from . import node_wait
from .app_report import AppReport

_ALREADY = re.compile(r"\balready (stopped|off|down)|not running|is stopped", re.IGNORECASE)
_CHANGING = re.compile(r"\b(?!running|being)\w+ing\b", re.IGNORECASE)  # as in "The node is starting, not running"
_BUSY = re.compile(r"\bbeing\b|busy|locked|progress|later", re.IGNORECASE)


def bring(context: ModuleContext, report: AppReport, node: Record, state: str) -> None:
    """Bring a node to a state other than absent and latest, and wait for it. Raises what ``wait_until`` raises."""
    {"present": _await, "started": _start, "stopped": _stop, "restarted": _restart}[state](context, report, node)


def _await(context: ModuleContext, report: AppReport, node: Record) -> None:
    """Wait if the node is changing. Raises Conflict if it failed.

    A failure may be an old one: a node that runs only gets a warning.
    """
    failure = node_status.failure_of(node)
    if failure and context.options["wait"] and _does_not_run(context, node):
        raise node_wait.failed(node, failure)
    if failure:
        context.result.warnings.append(f"{node_wait.name_of(node)} reports a failure: {failure}.")
    elif node_status.is_changing(node) and not context.check_mode and not node_status.is_stopping(node):
        node_wait.wait_for_node(context, report, PendingApp(node, READY))


def _does_not_run(context: ModuleContext, node: Record) -> bool:
    """Return whether a node with a failure does not run. A node that is stopped on purpose does not count."""
    if node_status.runs(node) is not None:
        return False
    return node_status.has_failed(node) or node_status.is_changing(node) or not node_wait.is_up(context, node)


def _start(context: ModuleContext, report: AppReport, node: Record) -> None:
    node = _settled(context, report, node, when=node_status.is_stopping(node))
    if node_status.is_changing(node) and not node_status.is_stopping(node):
        node_wait.wait_for_node(context, report, PendingApp(node, STARTED))
    elif node_status.is_stopping(node) or not node_wait.is_up(context, node):
        _send(context, report, node, context.nodes.start_node, STARTED)


def _stop(context: ModuleContext, report: AppReport, node: Record) -> None:
    node = _settled(context, report, node, when=node_status.is_changing(node) and not node_status.is_stopping(node))
    if node_status.is_stopping(node):
        node_wait.wait_for_node(context, report, PendingApp(node, STOPPED))
    elif node_status.runs(node) is not False:
        _send(context, report, node, context.nodes.stop_node, STOPPED)


def _restart(context: ModuleContext, report: AppReport, node: Record) -> None:
    node = _settled(context, report, node, when=node_status.is_changing(node))
    is_down = node_status.runs(node) is False
    call = context.nodes.start_node if is_down else partial(_restart_or_start, context)
    _send(context, report, node, call, STARTED, may_be_so=False)


def _restart_or_start(context: ModuleContext, node_id: str) -> Record | None:
    """Restart a node, or start it if the API refuses that and the status of the node does not tell whether it runs."""
    try:
        return context.nodes.restart_node(node_id)
    except Conflict:
        now = records.node(context.nodes.node(node_id))
        if node_status.runs(now) is True or node_status.is_changing(now):
            raise
        return context.nodes.start_node(node_id)


def _settled(context: ModuleContext, report: AppReport, node: Record, *, when: bool) -> Record:
    """Return the node, ``when`` needed after its current change has ended. Without ``wait``, there is no wait."""
    if not when or context.check_mode or not context.options["wait"]:
        return node
    node = node_wait.wait_until(context, node, node_wait.SETTLED)
    report.read_again(node)
    return node


def _send(
    context: ModuleContext,
    report: AppReport,
    node: Record,
    call: Callable[[str], Record | None],
    until: str,
    may_be_so: bool = True,
) -> None:
    """Send the request that changes a node, report it, and wait.

    With ``may_be_so``, a refusal is not an error if the node is already in the wanted state. Then nothing changes.
    Raises Conflict for any other refusal.
    """
    seen: Record | None = None
    if context.check_mode:
        context.result.foreseen += 1
    else:
        try:
            response = call(node["id"])
            seen = records.node(response) if response else None
        except Conflict as refusal:
            now = node_wait.read(context, node)
            is_so = _is_as_wanted(context, now, until, refusal)
            was_other = node_status.runs(node) is (until == STOPPED)
            # A proxy may send even a rate limit response after the change. Then only the status shows the change.
            may_be_done = refusal.follows_doubt or (refusal.is_retry and now["status"] != node["status"])
            if (is_so and was_other) or (may_be_done and (is_so or node_status.is_changing(now))):
                seen = now  # an earlier attempt did it, and its response was lost
                if not was_other and now["status"] == node["status"]:
                    context.result.warnings.append(
                        f"The response to an earlier attempt was lost, so it is not known whether this task or an "
                        f"earlier one brought {node_wait.name_of(node)} to the state {until}."
                    )
            elif may_be_so and is_so:
                report.read_again(now)
                return
            else:
                refusal.message = f"{node_wait.name_of(node)} ({node_status.describe(now)}): {refusal.message}"
                refusal.advice = _advice_after_refusal(now)
                raise
    after = seen or {**node, "status": None}
    report.changed(after, was=_word(node), now=until)
    node_wait.wait_for_node(context, report, PendingApp(after, until), before=node)


def _is_as_wanted(context: ModuleContext, node: Record, until: str, refusal: Conflict) -> bool:
    """Return whether a node that refused a change is as wanted already.

    Its status tells that, or else, for a stop, the words of the refusal, and for a start the node at its URL.

    The API refuses to stop a node that does not run. So a node that does not respond either is most likely stopped,
    unless the refusal says that the node is changing or busy, or is not from the API. A warning says how that is known.
    """
    runs = node_status.runs(node)
    if runs is None and node_status.is_changing(node):
        return False
    if runs is None and until == STOPPED:
        said = f"{refusal.name} {refusal.message}".replace("_", " ")
        if _CHANGING.search(said):
            return False
        is_clear = not refusal.unclear and not _BUSY.search(said)
        return bool(_ALREADY.search(said)) or (is_clear and _is_silent(context, node))
    return node_wait.is_up(context, node) is (until == STARTED)


def _is_silent(context: ModuleContext, node: Record) -> bool:
    """Return whether a node that the API refused to stop does not respond at its URL. Warn that this proves nothing."""
    if node_wait.is_up(context, node):
        return False
    context.result.warnings.append(
        f"{node_wait.name_of(node)} ({node_status.describe(node)}) is most likely stopped: the API refused to stop it, "
        "and it does not respond at its URL. Its status does not tell whether it runs."
    )
    return True


def _advice_after_refusal(node: Record) -> str:
    if node_status.runs(node) is None and not node_status.is_changing(node):
        return "The status does not tell whether the node runs. Check that at nodana.io, and run the task again."
    return "Run the task again when the status of the node no longer changes."


def _word(node: Record) -> str:
    runs = node_status.runs(node)
    return str(node["status"]) if runs is None else "started" if runs else "stopped"
