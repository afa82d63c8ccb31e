# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the functions of the modules in this process against the simulator. A dict replaces the secrets files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._client.connection import Connection
from ansible_collections.nodana.cloud.plugins.module_utils._client.creations import Creations
from ansible_collections.nodana.cloud.plugins.module_utils._client.transport import Transport
from ansible_collections.nodana.cloud.plugins.module_utils._context import ModuleContext, Result
from ansible_collections.nodana.cloud.plugins.module_utils._errors import NodanaError
from ansible_collections.nodana.cloud.plugins.module_utils._local.receipts import Receipt
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import AppSecrets, Record, Settlement
from ansible_collections.nodana.cloud.plugins.module_utils._resources.app import ensure_app, gather_apps
from ansible_collections.nodana.cloud.plugins.module_utils._resources.project import ensure_project
from ansible_collections.nodana.cloud.plugins.module_utils._resources.settle import settle
from ansible_collections.nodana.cloud.plugins.module_utils._resources.stack import ensure_stack
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock

APP: Record = {
    "id": None,
    "project": "shop",
    "create_project": False,
    "template": "phoenixd",
    "params": None,
    "state": "present",
    "count": None,
    "return_secrets": False,
    "secrets_dir": "secrets",
    "wait": False,
    "wait_timeout": 300.0,
    "request_interval": 1.0,
}
APP_INFO: Record = {
    **{name: APP[name] for name in ("id", "project", "template", "request_interval")},
    "status": None,
    "gather_services": False,
}
STACK: Record = {
    **{name: APP[name] for name in ("project", "state", "return_secrets", "secrets_dir", "wait", "wait_timeout")},
    "request_interval": APP["request_interval"],
    "delete_apps": False,
}
PROJECT: Record = {"id": None, "name": "shop", "state": "present", "request_interval": 1.0}


@dataclass
class Run:
    """The result of a run, and its error if it failed."""

    result: Result
    error: NodanaError | None

    @property
    def message(self) -> str:
        return str(self.error) if self.error else ""

    @property
    def secrets(self) -> list[AppSecrets]:
        """Return the secrets in the handover."""
        return self.result.secrets


@dataclass
class Machine:
    """A machine with this collection. It runs modules with the first key of the simulator.

    ``kept`` contains the stored secrets of apps by id.
    """

    simulator: Simulator
    clock: FakeClock = field(default_factory=FakeClock)
    kept: dict[str, Record] = field(default_factory=dict)

    @property
    def creations(self) -> Creations:
        return Creations(self.simulator.url, self.simulator.key, self.clock)

    def pending(self) -> list[Receipt]:
        return self.creations.pending()

    def app(self, *, store: bool = True, check: bool = False, **options: Any) -> Run:
        """Run ``nodana_app``. With ``store``, also store the secrets of the handover and settle the receipts."""
        return self._stored(ensure_app, {**APP, **options}, check, store)

    def stack(self, *counts: tuple[str, int], store: bool = True, check: bool = False, **options: Any) -> Run:
        """Run ``nodana_stack`` for these counts of apps by template."""
        apps = [{"template": name, "params": None, "count": count, "state": "present"} for name, count in counts]
        return self._stored(ensure_stack, {**STACK, "apps": apps, **options}, check, store)

    def _stored(self, ensure: Callable[[ModuleContext], None], options: Record, check: bool, store: bool) -> Run:
        run = self.run(ensure, options, check)
        if store:
            self.kept.update({app.app_id: app.secrets for app in run.secrets})
            receipts = [app.receipt for app in run.secrets if app.on_disk]
            self.run(partial(settle, settlement=Settlement(receipts, [])), options)
        return run

    def info(self, **options: Any) -> Run:
        """Run ``nodana_app_info``."""
        return self.run(gather_apps, {**APP_INFO, **options})

    def project(self, **options: Any) -> Run:
        """Run ``nodana_project``."""
        return self.run(ensure_project, {**PROJECT, **options})

    def run(self, ensure: Callable[[ModuleContext], None], options: Record, check: bool = False) -> Run:
        result = Result()
        connection = Connection(self.simulator.url, self.simulator.key, request_interval=options["request_interval"])
        api, owner = Api(Transport(connection, self.clock)), options.get("_owner")
        task = ModuleContext(api, options, check, result, self.creations, self.clock, owner)
        try:
            ensure(task)
        except NodanaError as error:
            return Run(result, error)
        return Run(result, None)

    def has_secrets_of(self, app: Record) -> bool:
        """Return whether ``kept`` contains the unchanged secrets of an app from the state of the simulator."""
        sent = set(app["secrets"].values())
        return bool(sent) and sent == set(self.kept.get(app["id"], {}).values())
