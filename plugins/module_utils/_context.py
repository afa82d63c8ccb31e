# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task: what it was asked, what it works with, and what it reports."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ._client.api import Api
from ._client.catalog import Catalog
from ._client.creations import Creations
from ._polling import Clock

Record = dict[str, Any]


@dataclass
class Result:
    """What a task did, or in check mode would do. It is filled step by step, so that a failure midway tells it too.

    ``values`` holds the returned keys; ``before`` and ``after`` make the diff and never hold a secret. ``foreseen``
    counts the requests that a check does not send and the real run does.
    """

    changed: bool = False
    values: Record = field(default_factory=dict)
    before: Any = field(default_factory=dict)
    after: Any = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    foreseen: int = 0
    handover: Record = field(default_factory=lambda: {"receipts": [], "await": []})

    def report(self, *, changed: bool, before: Any, after: Any) -> None:
        """Say what was, what is now, and whether this task made the difference."""
        self.changed, self.before, self.after = changed, before, after

    def hand_over(self, entry: Record) -> None:
        """Give the secrets of an app to the controller, as ``_handover.entry`` puts it."""
        self.handover["receipts"].append(entry)


@dataclass(frozen=True)
class ModuleContext:
    """The ``options`` of a module, what it works with, and the ``outcome`` to fill. ``check_mode`` forbids to write."""

    api: Api
    options: Record
    check_mode: bool
    result: Result
    creations: Creations
    clock: Clock = time

    def write(self, call: Callable[..., object], *arguments: Any) -> None:
        """Make a call that changes something; in check mode only count it."""
        if self.check_mode:
            self.result.foreseen += 1
        else:
            call(*arguments)

    def tell_requests(self, since: int) -> None:
        """In check mode, report the least number of requests of the real run; ``since`` is the number at the start."""
        if self.check_mode:
            self.result.values["minimum_requests"] = self.api.traffic.calls - since + self.result.foreseen

    @property
    def catalog(self) -> Catalog:
        """The API whose lists also hold what this machine has just created: for all that creates or deletes."""
        return Catalog(self.api, self.creations)

    @property
    def poll_interval(self) -> float:
        """Seconds between two looks at something awaited: a look costs a request, so one an interval."""
        return self.options["request_interval"]
