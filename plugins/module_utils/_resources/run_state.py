# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read whether an app runs: from its services or, where the API has no services, from its own status."""

from __future__ import annotations

from dataclasses import dataclass, field

from .._client import records
from .._client.api import list_services
from .._client.status import (
    is_changing,
    is_ready,
    is_running,
    is_stopped,
    is_up,
    running_by_status,
    running_state,
)
from .._context import ModuleContext
from .._errors import MissingRoute
from .._protocol import STARTED, Record


@dataclass(frozen=True)
class RunState:
    """The run state of an ``app``. ``services`` is None if the API has no services.

    The status of an app tells less than services do. An ``available`` app may run or be stopped, so it counts as up for
    a start, and a stop is sent.
    """

    app: Record
    services: list[Record] | None = field(default_factory=list)

    @property
    def running(self) -> bool | None:
        """Return whether the app runs, or None if that is not known."""
        return running_by_status(self.app) if self.services is None else running_state(self.services)

    @property
    def is_up(self) -> bool:
        """Return whether all of the app runs or is about to run, or seems to."""
        if self.services is None:
            return is_ready(self.app) or (is_changing(self.app) and is_up(self.app))
        return all(is_up(service) for service in self.services)

    @property
    def may_be_up(self) -> bool:
        """Return whether some part of the app runs or is about to run, or may do so."""
        if self.services is None:
            return self.running is not False and not (is_changing(self.app) and not is_up(self.app))
        return any(is_up(service) for service in self.services)

    def has_reached(self, state: str) -> bool:
        """Return whether the app is started or stopped, whichever ``state`` is.

        Where only the status of the app tells, a stop has ended when the status is not changing any more.
        """
        if self.services is None:
            return is_ready(self.app) if state == STARTED else not is_changing(self.app)
        return all(is_running(one) if state == STARTED else is_stopped(one) for one in self.services)

    @property
    def word(self) -> str:
        """Return the state in a word, for the diff."""
        if self.services is None:
            return str(self.app["status"])
        if self.is_up:
            return "started"
        return "partly started" if self.may_be_up else "stopped"

    @property
    def statuses(self) -> str:
        """Return the statuses that were read, for messages."""
        if self.services is None:
            return f"{self.app['id']} {self.app['status']}"
        return ", ".join(f"{service['service']} {service['status']}" for service in self.services)


def of(context: ModuleContext, app: Record) -> RunState:
    """Return the run state of an app whose record was just read. Raises NotFound."""
    try:
        return RunState(app, list_services(context.api, app["id"]))
    except MissingRoute:
        return RunState(app, None)


def read_again(context: ModuleContext, app: Record) -> RunState:
    """Read the run state of an app whose record may be outdated. Raises NotFound."""
    state = of(context, app)
    return RunState(records.app(context.api.app(app["id"])), None) if state.services is None else state
