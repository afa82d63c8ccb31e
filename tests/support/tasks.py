# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the functions of the modules without ``AnsibleModule``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._client.connection import Connection
from ansible_collections.nodana.cloud.plugins.module_utils._client.creations import Creations
from ansible_collections.nodana.cloud.plugins.module_utils._client.transport import Transport
from ansible_collections.nodana.cloud.plugins.module_utils._context import ModuleContext, Result
from ansible_collections.nodana.cloud.plugins.module_utils._errors import NodanaError
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock

COMMON = {"request_interval": 1.0, "wait": True, "wait_timeout": 300.0}
PROJECT = {"name": None, "id": None, "state": "present"}
APP = {
    "id": None,
    "project": None,
    "create_project": False,
    "template": None,
    "params": None,
    "state": "present",
    "count": None,
    "return_secrets": True,
    "secrets_dir": None,
}
STACK: dict[str, Any] = {
    "project": "shop",
    "apps": [],
    "state": "present",
    "delete_apps": False,
    **{name: APP[name] for name in ("return_secrets", "secrets_dir")},
}
APP_INFO = {"id": None, "project": None, "template": None, "status": None, "gather_services": False}
SERVICE = {"app": None, "project": None, "template": None, "service": None, "state": "latest", "version": None}


@dataclass
class Runner:
    """Runs functions of modules, each with a new context."""

    api: Api
    creations: Creations
    clock: FakeClock

    def __call__(self, ensure: Callable[[ModuleContext], None], defaults: dict[str, Any], **options: Any) -> Result:
        """Run a function that must succeed and return its result. ``check`` selects check mode."""
        result, failure = self.attempt(ensure, defaults, **options)
        if failure:
            raise failure
        return result

    def task(self, defaults: dict[str, Any], check: bool = False, **options: Any) -> ModuleContext:
        """Return a new context."""
        return ModuleContext(self.api, {**COMMON, **defaults, **options}, check, Result(), self.creations, self.clock)

    def attempt(
        self, ensure: Callable[[ModuleContext], None], defaults: dict[str, Any], check: bool = False, **options: Any
    ) -> tuple[Result, NodanaError | None]:
        """Run a function that may fail. Return its result and its error."""
        task = self.task(defaults, check, **options)
        try:
            ensure(task)
        except NodanaError as error:
            return task.result, error
        return task.result, None

    def failure(self, ensure: Callable[[ModuleContext], None], defaults: dict[str, Any], **options: Any) -> NodanaError:
        """Run a function that must fail. Return its error."""
        _result, failure = self.attempt(ensure, defaults, **options)
        assert failure is not None, "this should have failed"
        return failure


def handed_over(result: Result) -> dict[str, dict[str, Any]]:
    """Return the secrets in the handover of a result, by app id."""
    return {app.app_id: app.secrets for app in result.secrets}


def runner(simulator: Simulator, clock: FakeClock) -> Runner:
    """Return a runner with the first key of the simulator and no request interval."""
    connection = Connection(simulator.url, simulator.key, request_interval=0.0)
    return Runner(Api(Transport(connection, clock)), Creations(connection.api_url, connection.api_key, clock), clock)
