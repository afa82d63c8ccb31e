# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The work on one app of several that are watched together: claim it, and then check its health."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._client import node_status, records
from ansible_collections.nodana.cloud.plugins.module_utils._client.status import is_ready
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Conflict, NodanaError, WaitTimeout
from ansible_collections.nodana.cloud.plugins.module_utils._polling import Clock
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record

from . import health
from .claim import Claim
from .client import App
from .health import Expected, Facts, Rule

CORDONED_GRACE = 30.0
"""Seconds for which an app may be cordoned before its wait fails."""


@dataclass
class Job:
    """The work on one app.

    ``record`` is its record at the API when it was last read, and ``secrets`` are its known secrets. ``claim`` is None
    if the app is not to be claimed, and ``mark_claimed`` is called when it has accepted our claim or our credentials.
    ``facts`` is what it reported, and ``error`` is why it failed.
    """

    app: App
    record: Record
    rule: Rule
    expected: Expected
    secrets: Mapping[str, Any]
    claim: Claim | None = None
    mark_claimed: Callable[[], object] = str
    error: NodanaError | None = None
    facts: Facts = field(default_factory=dict)
    responds: bool = False
    claimed: bool = False
    is_listed: bool = False
    _cordoned_since: float | None = None
    _has_owner: bool = False

    def run(self, timeout: float, clock: Clock) -> None:
        """Claim the app and check its health, for ``timeout`` seconds at most. Raises nothing."""
        try:
            self._run(timeout, _ClockOf(self, clock))
        except _Abandoned:
            pass  # another error has ended the job
        except NodanaError as error:
            self._has_owner = self.claimed or bool(self.claim and self.claim.has_owner)
            self._fail(error)
        except Exception as defect:  # it must not end the work on the other apps
            self._fail(
                NodanaError(
                    f"{self.app} could not be claimed and checked: nodana.cloud has a defect, {type(defect).__name__}",
                    advice="Please report it.",
                )
            )

    def _run(self, timeout: float, clock: Clock) -> None:
        ends = clock.monotonic() + timeout
        known = dict(self.secrets)
        if self.claim is not None:
            self.claim.timeout, self.claim.clock = timeout, clock
            try:
                self.claim.ensure()
            finally:
                if self.claim.was_claimed and not self.claim.dry:
                    self.mark_claimed()
            if self.is_previewed:
                return
            self.claimed = self.claim.is_ours
            known.update(self.claim.known)
        left = max(0.0, ends - clock.monotonic())
        verdict, _checks = health.wait_until_healthy(self.rule, self.app, known, self.expected, left, clock)
        self.facts, self.responds = verdict.facts, True

    @property
    def is_previewed(self) -> bool:
        """Return whether a real run would claim or unlock the app first, so that check mode cannot check it."""
        return self.claim is not None and self.claim.dry and bool(self.claim.done)

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

    def finish(self, timeout: float, trouble: str) -> None:
        """Add what the API reports to a failure, or fail the job if the API does not report the app as ready.

        ``timeout`` is in seconds. ``trouble`` is why the API could not be read.
        """
        if self.is_previewed or (self.is_settled and not trouble):
            return
        if self.record["status"] == "cordoned":
            self._fail_as_cordoned()
            return
        status = f"its status at Nodana is {self.record['status'] or 'unknown'}"
        if trouble:
            status += f", as far as known: {trouble}"
        if isinstance(self.error, WaitTimeout):
            self.error.message += f"; {status}"
        elif not self.is_settled:
            self._fail(WaitTimeout(f"{self.app} responds, but after {timeout:g} s, {status}"))

    def _fail_as_cordoned(self) -> None:
        if self.error is None or isinstance(self.error, WaitTimeout):
            said = f". {self.error.message}" if self.error else ""
            self.error = Conflict(
                f"{self.app} remains cordoned{said}",
                advice="Most likely the account is out of credit. Add credit at nodana.io, and run the playbook again.",
            )

    def _fail(self, error: NodanaError) -> None:
        self.error = self.error or error


class _Abandoned(NodanaError):
    """The job has failed while its thread slept."""


class _ClockOf:
    """A clock for the thread of a job. Its sleep ends the thread if the job has failed meanwhile."""

    def __init__(self, job: Job, clock: Clock) -> None:
        self._job = job
        self._clock = clock

    def monotonic(self) -> float:
        return self._clock.monotonic()

    def sleep(self, seconds: float, /) -> None:
        self._clock.sleep(seconds)
        if self._job.error is not None:
            raise _Abandoned("")
