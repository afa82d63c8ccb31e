# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The work on one app of several that are watched together: claim it, and then check its health."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._client import node_status, records
from ansible_collections.nodana.cloud.plugins.module_utils._client.status import is_ready
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Conflict, NodanaError, WaitTimeout
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record

from . import health
from .claim import AlreadyClaimed, Claim
from .client import App
from .health import Facts, Params, Rule

CORDONED_GRACE = 30.0
"""Seconds for which an app may be cordoned before its wait fails."""


@dataclass
class Job:
    """The work on one app.

    ``record`` is its record at the API when it was last read, and ``secrets`` are its known secrets. ``claim`` is None
    if the app is not to be claimed. ``facts`` is what it reported, and ``error`` is why it failed.
    """

    app: App
    record: Record
    rule: Rule
    params: Params
    secrets: Mapping[str, Any]
    claim: Claim | None = None
    error: NodanaError | None = None
    facts: Facts = field(default_factory=dict)
    responds: bool = False
    claimed: bool = False
    is_listed: bool = False
    _problem: str = "it was not contacted"
    _cordoned_since: float | None = None
    _has_owner: bool = False

    def attempt(self) -> None:
        """Take the next step: claim the app, or check its health. Raises nothing."""
        try:
            self._attempt()
        except NodanaError as error:
            self.error = error
            self._has_owner = self.claimed or isinstance(error, (AlreadyClaimed, Conflict))
        except Exception as defect:  # it must not end the work on the other apps
            self.error = NodanaError(
                f"{self.app} could not be claimed and checked: nodana.cloud has a defect, {type(defect).__name__}",
                advice="Please report it.",
            )

    def _attempt(self) -> None:
        if self.claim is not None and not self.claimed:
            responses = self.claim.attempt()
            if responses is not None:
                self._problem = responses
                return
            self.claimed = self.responds = not self.is_previewed
            if self.is_previewed:
                return
        self.responds = False
        known = {**self.secrets, **(self.claim.known if self.claim else {})}
        verdict = self.rule(self.app, known, self.params)
        self._problem = verdict.reason
        if verdict.healthy:
            self.facts, self.responds = verdict.facts, True
        elif verdict.final:
            self.error = WaitTimeout(f"{self.app} is not healthy: {verdict.reason}", advice=self._advice)

    @property
    def is_previewed(self) -> bool:
        """Return whether a real run would claim or unlock the app first, so that check mode cannot check it."""
        return self.claim is not None and self.claim.dry and bool(self.claim.done)

    @property
    def is_open(self) -> bool:
        """Return whether more attempts can help."""
        return self.error is None and not self.responds and not self.is_previewed

    @property
    def is_settled(self) -> bool:
        """Return whether the API reports the app as ready."""
        if records.is_node(self.record):
            return not node_status.is_changing(self.record)
        return is_ready(self.record)

    @property
    def may_be_unclaimed(self) -> bool:
        """Return whether the app is to be claimed, and is not known to have an owner."""
        return not (self.claim is None or self.claimed or self._has_owner or self.is_previewed)

    def read(self, found: Record | None, now: float) -> None:
        """Take over the current record of the app, or None if the API does not list the app."""
        if found is None and self.is_listed:
            self._has_owner = True  # it has no visitors
            self.error = Conflict(f"{self.app} was deleted elsewhere while this task waited for it")
        if found is not None:
            self.record, self.is_listed = {**self.record, **found}, True
        self.judge(now)

    def judge(self, now: float) -> None:
        """Fail the work if the record of the app says that waiting does not help. ``now`` is in seconds."""
        is_node_down = records.is_node(self.record) and node_status.runs(self.record) is not True
        failure = node_status.failure_of(self.record) if is_node_down else None
        if failure:
            self._fail(Conflict(f"{self.app} failed: {failure}", advice="Ask Nodana's support."))
        if self.record["status"] != "cordoned":
            self._cordoned_since = None
            return
        if self._cordoned_since is None:
            self._cordoned_since = now
        if now - self._cordoned_since >= CORDONED_GRACE:
            self._fail_as_cordoned()

    def time_out(self, timeout: float, trouble: str) -> None:
        """Fail the work if it is not done after ``timeout`` seconds. ``trouble`` is why the API could not be read."""
        if self.error is not None or self.is_previewed or (self.responds and self.is_settled):
            return
        if self.record["status"] == "cordoned":
            self._fail_as_cordoned()
            return
        status = f"its status at Nodana is {self.record['status'] or 'unknown'}"
        if trouble:
            status += f", as far as known: {trouble}"
        if self.responds:
            self.error = WaitTimeout(f"{self.app} responds, but after {timeout:g} s, {status}")
            return
        what = "is not healthy" if self.claim is None or self.claimed else "could not be claimed"
        status = "" if self.is_settled and not trouble else f"; {status}"
        self.error = WaitTimeout(f"{self.app} {what} after {timeout:g} s: {self._problem}{status}", advice=self._advice)

    def _fail_as_cordoned(self) -> None:
        said = "" if self.responds else f"; the last response: {self._problem}"
        self._fail(
            Conflict(
                f"{self.app} remains cordoned{said}",
                advice="Most likely the account is out of credit. Add credit at nodana.io, and run the playbook again.",
            )
        )

    def _fail(self, error: NodanaError) -> None:
        self.error = self.error or error

    @property
    def _advice(self) -> str:
        return health.advice(self.app.template)
