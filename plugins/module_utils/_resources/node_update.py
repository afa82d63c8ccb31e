# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Update a node to the newest version. An update leads to the next version, and nothing tells which one is newest."""

from __future__ import annotations

import re

from .._client import node_status, records
from .._context import ModuleContext
from .._errors import AmbiguousOutcome, Conflict, NodanaError
from .._protocol import Record
from . import node_wait
from .app_report import AppReport

MOST_STEPS = 10
_INTERVALS_WITH_SIGN = (1, 2, 4)
_INTERVALS_WITHOUT_SIGN = (5,)
"""Poll intervals before each check of whether an accepted update has changed the version.

An update may start late. If the response shows a sign of it, more checks follow while the version is still the same.
Without a sign, there is most likely no newer version, so one late check costs no more requests than an early one.
"""
UNKNOWN = "unknown"
"""The version in check mode: only an update shows whether there is a newer one."""
_NEWEST = re.compile(r"\b((already|has|at|on|is)( the)? (newest|latest)|up.to.date|no (newer|update))", re.IGNORECASE)


def update_to_latest(context: ModuleContext, report: AppReport, node: Record) -> None:
    """Update a node until its version no longer changes, and report each step.

    Without ``wait``, one update is sent and the version that it leads to is not known.
    Raises WaitTimeout, and Conflict if the node or an update fails or the updates do not end.
    """
    name, values = node_wait.name_of(node), context.result.values
    if node_status.is_changing(node) and context.options["wait"] and not context.check_mode:
        node = node_wait.wait_until(context, node, node_wait.SETTLED)
        report.read_again(node)
    version = context.nodes.current_version(node["id"])
    values.update(previous_version=version, version=version, updates=[])
    if context.check_mode:
        values["version"] = UNKNOWN
        context.result.foreseen += 1
        context.result.warnings.append(
            f"Only an update itself shows whether there is a newer version of {name} than {version or UNKNOWN}, so "
            "check mode cannot know whether anything would change."
        )
        return
    for _step in range(MOST_STEPS):
        if not _Update(context, report, node, version).run():
            return
        node, version = values["node"], values["version"]
    raise Conflict(
        f"{name} still changes its version after {MOST_STEPS} updates, the last one to {version}",
        advice="Run the task again to go on.",
    )


class _Update:
    """One update of a node from ``version``."""

    def __init__(self, context: ModuleContext, report: AppReport, node: Record, version: str | None) -> None:
        self._context = context
        self._report = report
        self._node = node
        self._version = version

    def run(self) -> bool:
        """Send the update, wait, and report it. Return whether another update may lead to a newer version."""
        lost: AmbiguousOutcome | None = None
        after = self._node
        try:
            after = self._sent()
        except AmbiguousOutcome as error:
            lost = error
        except Conflict as refusal:
            if _NEWEST.search(f"{refusal.name} {refusal.message}".replace("_", " ")):
                return False
            raise
        if not self._context.options["wait"]:
            return self._unwaited(after, lost)
        try:
            after, version = self._wait(after)
        except NodanaError:
            self._context.result.changed = True
            self._context.result.values["version"] = None
            raise
        if version == self._version and version is not None:
            if lost is not None:
                lost.message += f"; the version is still {version}"
                lost.advice = "Run the task again."
                raise lost
            self._report.read_again(after)
            return False
        return self._stepped(after, version, lost)

    def _sent(self) -> Record:
        def shows() -> bool:
            return self._read_version() != self._version

        recheck = shows if self._version is not None else None
        response = self._context.nodes.update_node(self._node["id"], recheck)
        return records.node(response) if response else self._node

    def _wait(self, after: Record) -> tuple[Record, str | None]:
        """Wait until the update has ended and shows. Return the node, and its version, which may still be the same."""
        clock, interval = self._context.clock, self._context.poll_interval
        ends = clock.monotonic() + self._context.options["wait_timeout"]
        version = self._version
        for intervals in _INTERVALS_WITH_SIGN if self._is_sign(after) else _INTERVALS_WITHOUT_SIGN:
            first = min(intervals * interval, max(0.0, ends - clock.monotonic()))
            after = node_wait.wait_until(self._context, after, node_wait.SETTLED, before=self._node, first=first)
            version = self._read_version()
            if self._version is None or version not in (None, self._version) or clock.monotonic() >= ends:
                break
        return after, version

    def _is_sign(self, after: Record) -> bool:
        """Return whether the response to the update differs from the node before, or shows an update in progress."""
        changed = any(after[name] != self._node[name] for name in ("status", "update_status"))
        return changed or node_status.is_changing(after)

    def _read_version(self) -> str | None:
        return self._context.nodes.current_version(self._node["id"])

    def _stepped(self, after: Record, version: str | None, lost: AmbiguousOutcome | None) -> bool:
        """Report a step whose version differs from the one before, or is not known on one side."""
        values = self._context.result.values
        values["updates"] = [*values["updates"], {"from": self._version, "to": version}]
        values["version"] = version
        self._report.changed(after, was=str(values["previous_version"]), now=str(version), what="version")
        if version is None and lost is not None:
            raise lost
        if version is None or self._version is None:
            tense = "runs" if version is None else "ran"
            self._context.result.warnings.append(
                f"The API does not tell which version {node_wait.name_of(after)} {tense}, so it is not known whether "
                "the update changed anything."
            )
        return version is not None

    def _unwaited(self, after: Record, lost: AmbiguousOutcome | None) -> bool:
        if lost is not None:
            raise lost
        self._context.result.values["updates"] = [{"from": self._version, "to": None}]
        self._context.result.values["version"] = None
        self._report.changed(after, was=str(self._version), now=UNKNOWN, what="version")
        return False
