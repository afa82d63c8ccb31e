# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The context of a module run: its options, its collaborators, and the result that it fills."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ._client.api import Api
from ._client.catalog import Catalog
from ._client.creations import Creations
from ._polling import Clock
from ._protocol import AppSecrets, Owner, PendingApp, Record

if TYPE_CHECKING:
    from ._client.nodes_api import NodesApi


@dataclass(eq=False, repr=False)
class Result:
    """The result of a module: what it did or, in check mode, would do.

    It is filled step by step, so that a failure midway also reports the steps before it.

    ``values`` holds the returned keys. ``before`` and ``after`` form the diff and never hold a secret. ``foreseen``
    counts the requests that a real run sends and check mode does not. The action plugin gets the ``secrets`` to store,
    and the ``pending`` apps to wait for afterwards.
    """

    changed: bool = False
    values: Record = field(default_factory=dict)
    before: Any = field(default_factory=dict)
    after: Any = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    foreseen: int = 0
    secrets: list[AppSecrets] = field(default_factory=list)
    pending: list[PendingApp] = field(default_factory=list)

    def report(self, *, changed: bool, before: Any, after: Any) -> None:
        """Set the diff, and whether this run changed anything."""
        self.changed, self.before, self.after = changed, before, after


@dataclass(eq=False, repr=False)
class ModuleContext:
    """The ``options`` of a module, its collaborators, and the ``result`` to fill.

    With ``check_mode``, nothing may be changed at the API. ``owner`` is the process that stores the secrets of new
    apps, or None if the module runs without its action plugin. ``progress`` takes a text for the user, without secrets.
    """

    api: Api
    options: Record
    check_mode: bool
    result: Result
    creations: Creations
    clock: Clock = time
    owner: Owner | None = None
    progress: Callable[[str], object] = str

    def write(self, call: Callable[..., object], *arguments: Any) -> None:
        """Call a function that changes something. In check mode, only count its request."""
        if self.check_mode:
            self.result.foreseen += 1
        else:
            call(*arguments)

    def report_requests(self, since: int) -> None:
        """Report, in check mode, the minimum number of requests that the real run sends.

        ``since`` is the number of requests that had been sent when the run began.
        """
        if self.check_mode:
            self.result.values["minimum_requests"] = self.api.traffic.calls - since + self.result.foreseen

    @property
    def catalog(self) -> Catalog:
        """Return the API whose lists also hold what this machine has just created.

        Everything that creates or deletes must use it: the API's own lists may lag behind a creation.
        """
        options = self.options
        listed = [entry["template"] for entry in options.get("apps") or []]
        templates = [options["template"]] if options.get("template") is not None else listed or None
        return Catalog(self.api, self.creations, templates, options.get("project") or options.get("name"))

    @cached_property
    def nodes(self) -> NodesApi:
        """Return the client for nodes."""
        from ._client.nodes_api import NodesApi  # imported here because few modules need it

        return NodesApi.beside(self.api)

    @property
    def poll_interval(self) -> float:
        """Return the seconds between two polls. A poll costs a request, so it is the request interval."""
        return self.options["request_interval"]
