# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wait for nodes: until they are ready, started or stopped, or their statuses no longer change."""

from __future__ import annotations

from .. import _polling
from .._client import node_status, records
from .._client.node_probe import is_alive
from .._context import ModuleContext
from .._errors import Conflict, NotFound, WaitTimeout
from .._protocol import STOPPED, PendingApp, Record, Settlement
from .app_readiness import USUAL_START
from .app_report import AppReport

SETTLED = "settled"


def wait_for_node(context: ModuleContext, report: AppReport, pending: PendingApp, before: Record | None = None) -> None:
    """Wait for a node, or hand it over to the next run of the module if secrets must be stored first.

    In check mode, only count the request of the wait. ``before`` is as in ``wait_until``.
    Raises what ``wait_until`` raises.
    """
    if not context.options["wait"]:
        return
    if context.check_mode:
        context.result.foreseen += 1
    elif context.options["secrets_dir"] and context.result.secrets:
        context.result.pending.append(pending)
    else:
        report.read_again(wait_until(context, pending.app, pending.until, pending.made_at, before=before))


def settle(context: ModuleContext, settlement: Settlement) -> None:
    """Remove the receipts whose secrets are stored and wait for a node. Raises what ``wait_until`` raises."""
    context.creations.settle(settlement.receipts)
    for pending in settlement.pending:
        node = records.node(pending.app)
        context.result.values["node"] = wait_until(context, node, pending.until, pending.made_at)


def wait_until(
    context: ModuleContext,
    node: Record,
    until: str,
    made_at: float | None = None,
    *,
    before: Record | None = None,
    first: float | None = None,
) -> Record:
    """Poll until the node is ready, started, stopped or settled, and return it.

    ``made_at`` is the moment of its creation. ``before`` is the node before this run changed it: a failure that it
    showed then counts again only after the node has tried. The first poll is after ``first`` seconds, by default one
    interval after a change and at once without one.
    Raises WaitTimeout, and Conflict if the node failed or was deleted.
    """
    watch = _Watch(context, node, until, is_new=made_at is not None, before=before)
    usual = min(USUAL_START, USUAL_START * context.poll_interval)
    if first is None:
        first = context.poll_interval if before else 0.0
    if made_at is not None:
        now = context.clock.monotonic()
        first = max(0.0, min(made_at, now) + usual - now)
    try:
        _polling.poll(
            watch.look,
            watch.done,
            event=f"{name_of(node)} to be {until}",
            timeout=context.options["wait_timeout"],
            first=first,
            every=context.poll_interval,
            waiting=lambda seconds: context.progress(
                f"waiting for {name_of(node)} to be {until}, {seconds:.0f} s: {node_status.describe(watch.node)}"
            ),
            clock=context.clock,
        )
    except WaitTimeout as timeout:
        timeout.message += f"; last seen: {node_status.describe(watch.node)}"
        timeout.advice = "Look again with nodana_node_info; a longer wait_timeout helps if a node is merely slow."
        raise
    return watch.node


class _Watch:
    """A node at the last poll, and whether it is as wanted."""

    def __init__(
        self, context: ModuleContext, node: Record, until: str, *, is_new: bool, before: Record | None
    ) -> None:
        self.node = node
        self._context = context
        self._until = until
        self._is_new = is_new
        self._known_failure = node_status.failure_of(before) if before else None
        self._has_tried = node_status.is_changing(node)

    def look(self) -> None:
        """Read the node. A new node may not be found for a while."""
        try:
            self.node = read(self._context, self.node)
        except NotFound:
            if not self._is_new:
                raise Conflict(
                    f"{name_of(self.node)} was deleted by another user or run while this task waited for it", advice=""
                ) from None
            return
        self._is_new = False
        self._has_tried = self._has_tried or node_status.is_changing(self.node)

    def done(self, _seen: None) -> bool:
        """Return whether the node is as wanted. Raises Conflict if it failed or was deleted."""
        if self.node["status"] == "deleted":
            raise Conflict(
                f"{name_of(self.node)} was deleted by another user or run while this task waited for it", advice=""
            )
        self._refuse_failure()
        if self._is_new or node_status.is_changing(self.node):
            return False
        return self._until == SETTLED or is_up(self._context, self.node) is (self._until != STOPPED)

    def _refuse_failure(self) -> None:
        failure = node_status.failure_of(self.node)
        is_old = failure == self._known_failure and not (self._has_tried and not node_status.is_changing(self.node))
        if failure and not is_old:
            raise failed(self.node, failure)


def read(context: ModuleContext, node: Record) -> Record:
    """Return the current record of a node. Raises NotFound."""
    return records.node(context.nodes.node(node["id"]))


def is_up(context: ModuleContext, node: Record) -> bool:
    """Return whether the node runs. If its status does not tell, ask the node itself at its URL."""
    runs = node_status.runs(node)
    if runs is not None:
        return runs
    options = context.options
    return is_alive(node["url"], verify=options["validate_certs"] and (options["ca_path"] or True))


def failed(node: Record, failure: str) -> Conflict:
    """Return the error for a node that failed."""
    return Conflict(
        f"{name_of(node)} failed: {failure}",
        advice="Ask Nodana's support, or delete the node with nodana_node and state: absent if it holds no money.",
    )


def name_of(node: Record) -> str:
    """Return the id and the name of a node, for messages."""
    return f"{node['id']} ({node['name']})" if node["name"] else str(node["id"])
