# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The number of requests of each operation, measured at the simulator. The guide shows the same table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._context import ModuleContext
from ansible_collections.nodana.cloud.plugins.module_utils._resources.app import ensure_app, gather_apps
from ansible_collections.nodana.cloud.plugins.module_utils._resources.project import ensure_project, gather_projects
from ansible_collections.nodana.cloud.plugins.module_utils._resources.service import ensure_service, gather_services
from ansible_collections.nodana.cloud.plugins.module_utils._resources.stack import ensure_stack
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import sent
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock
from ansible_collections.nodana.cloud.tests.support.tasks import (
    APP,
    APP_INFO,
    PROJECT,
    SERVICE,
    STACK,
    Runner,
    runner,
)

Record = dict[str, Any]
GUIDE = Path(__file__).resolve().parents[5] / "docs" / "docsite" / "rst" / "guide_requests.rst"
BEGIN, END = ".. Requests of each operation, begin", ".. Requests of each operation, end"

PROJECT_INFO: Record = {"id": None, "name": None, "gather_apps": False}
SERVICE_INFO: Record = {"app": None, "project": None, "template": None}
MINTS = {"template": "cdk-mintd", "params": None, "state": "present"}
FIVE = [
    {**MINTS, "template": template, "count": 1}
    for template in ("phoenixd", "lnbits-phoenixd", "alby-hub-phoenixd", "cdk-mintd", "nutshell")
]


@dataclass(frozen=True)
class Operation:
    """A task in the project shop, which holds a phoenixd and two mints, and the requests that it may take.

    ``PROJECT`` and ``APP`` in its options stand for the ids of that project and of the phoenixd, ``EMPTY`` for that of
    a project without apps.
    """

    module: str
    about: str
    requests: int
    ensure: Callable[[ModuleContext], None]
    defaults: Record
    options: Record

    def __str__(self) -> str:
        return f"{self.module}, {self.about}"


OPERATIONS = [
    Operation("nodana_project", "no change, by name", 1, ensure_project, PROJECT, {"name": "shop"}),
    Operation("nodana_project", "no change, by id", 1, ensure_project, PROJECT, {"id": "PROJECT"}),
    Operation("nodana_project", "create", 2, ensure_project, PROJECT, {"name": "new"}),
    Operation("nodana_project", "rename, by id", 2, ensure_project, PROJECT, {"id": "PROJECT", "name": "other"}),
    Operation("nodana_project", "delete", 3, ensure_project, PROJECT, {"name": "empty", "state": "absent"}),
    Operation(
        "nodana_project",
        "no change, state absent, by an id that does not exist",
        2,
        ensure_project,
        PROJECT,
        {"id": "prj-none", "state": "absent"},
    ),
    Operation("nodana_project_info", "all projects", 1, gather_projects, PROJECT_INFO, {}),
    Operation(
        "nodana_project_info",
        "one project with its apps",
        2,
        gather_projects,
        PROJECT_INFO,
        {"id": "PROJECT", "gather_apps": True},
    ),
    Operation(
        "nodana_app", "no change, by project name", 2, ensure_app, APP, {"project": "shop", "template": "phoenixd"}
    ),
    Operation(
        "nodana_app", "no change, by project id", 1, ensure_app, APP, {"project": "PROJECT", "template": "phoenixd"}
    ),
    Operation("nodana_app", "no change, by app id", 1, ensure_app, APP, {"id": "APP"}),
    Operation(
        "nodana_app",
        "no change, count, any number of apps",
        2,
        ensure_app,
        APP,
        {"project": "shop", "template": "cdk-mintd", "count": 2},
    ),
    Operation(
        "nodana_app", "no change, state started, by app id", 2, ensure_app, APP, {"id": "APP", "state": "started"}
    ),
    Operation(
        "nodana_app",
        "create in an existing project, wait",
        4,
        ensure_app,
        APP,
        {"project": "shop", "template": "nutshell"},
    ),
    Operation(
        "nodana_app",
        "create with its project, wait",
        4,
        ensure_app,
        APP,
        {"project": "new", "create_project": True, "template": "nutshell"},
    ),
    Operation(
        "nodana_app",
        "create five with count, wait",
        8,
        ensure_app,
        APP,
        {"project": "shop", "template": "nutshell", "count": 5},
    ),
    Operation("nodana_app", "stop, by app id, wait", 5, ensure_app, APP, {"id": "APP", "state": "stopped"}),
    Operation("nodana_app", "delete, by app id", 2, ensure_app, APP, {"id": "APP", "state": "absent"}),
    Operation(
        "nodana_app",
        "no change, state absent, by an id that does not exist",
        2,
        ensure_app,
        APP,
        {"id": "app-none", "state": "absent"},
    ),
    Operation("nodana_app_info", "one app, by id", 1, gather_apps, APP_INFO, {"id": "APP"}),
    Operation("nodana_app_info", "all apps of a project", 2, gather_apps, APP_INFO, {"project": "shop"}),
    Operation("nodana_app_info", "all apps of an account with two projects", 3, gather_apps, APP_INFO, {}),
    Operation("nodana_service", "latest, nothing newer, by app id", 2, ensure_service, SERVICE, {"app": "APP"}),
    Operation(
        "nodana_service",
        "a version that it has, by app id",
        1,
        ensure_service,
        SERVICE,
        {"app": "APP", "state": "present"},
    ),
    Operation("nodana_service_info", "by app id", 1, gather_services, SERVICE_INFO, {"app": "APP"}),
    Operation(
        "nodana_stack", "no change, any number of apps", 2, ensure_stack, STACK, {"apps": [{**MINTS, "count": 2}]}
    ),
    Operation(
        "nodana_stack",
        "no change, by project id",
        1,
        ensure_stack,
        STACK,
        {"project": "PROJECT", "apps": [{**MINTS, "count": 2}]},
    ),
    Operation(
        "nodana_stack", "new project with five apps, wait", 8, ensure_stack, STACK, {"project": "new", "apps": FIVE}
    ),
    Operation("nodana_stack", "one app missing, wait", 4, ensure_stack, STACK, {"apps": [{**MINTS, "count": 3}]}),
    Operation(
        "nodana_stack",
        "no change, state started, two apps",
        4,
        ensure_stack,
        STACK,
        {"apps": [{**MINTS, "count": 2, "state": "started"}]},
    ),
    Operation(
        "nodana_stack",
        "stop two apps, wait",
        9,
        ensure_stack,
        STACK,
        {"apps": [{**MINTS, "count": 2, "state": "stopped"}]},
    ),
    Operation("nodana_stack", "no change, by the id of an empty project", 2, ensure_stack, STACK, {"project": "EMPTY"}),
    Operation(
        "nodana_stack",
        "delete a project with three apps",
        6,
        ensure_stack,
        STACK,
        {
            "apps": [{**MINTS, "count": 2}, {**MINTS, "template": "phoenixd", "count": 1}],
            "state": "absent",
            "delete_apps": True,
        },
    ),
]


@pytest.fixture
def there(simulator: Simulator, api: Api) -> dict[str, str]:
    """The ids behind the words of the operations."""
    project = api.create_project("shop")["id"]
    empty = api.create_project("empty")["id"]
    app = api.create_app("phoenixd", {}, project)["id"]
    for _number in range(2):
        api.create_app("cdk-mintd", {}, project)
    simulator.clear_log()
    return {"PROJECT": project, "APP": app, "EMPTY": empty}


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_no_operation_costs_more_requests_than_documented(
    simulator: Simulator, run: Runner, there: dict[str, str], operation: Operation
) -> None:
    options = {
        name: there.get(value, value) if isinstance(value, str) else value for name, value in operation.options.items()
    }
    run(operation.ensure, operation.defaults, **options)
    assert len(sent(simulator)) == operation.requests, sent(simulator)


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one.ensure in (ensure_app, ensure_stack)], ids=str)
def test_check_mode_tells_the_requests_of_the_real_run(
    simulator: Simulator, run: Runner, there: dict[str, str], operation: Operation
) -> None:
    options = {
        name: there.get(value, value) if isinstance(value, str) else value for name, value in operation.options.items()
    }
    predicted = run(operation.ensure, operation.defaults, **options, check=True)
    simulator.clear_log()
    real = runner(simulator, FakeClock())(operation.ensure, operation.defaults, **options)  # a process of its own
    assert predicted.values["minimum_requests"] == len(sent(simulator)), sent(simulator)
    assert "minimum_requests" not in real.values


def test_check_mode_tells_the_requests_of_a_restart(simulator: Simulator, run: Runner, there: dict[str, str]) -> None:
    predicted = run(ensure_app, APP, id=there["APP"], state="restarted", check=True)
    simulator.clear_log()
    run(ensure_app, APP, id=there["APP"], state="restarted")
    assert predicted.values["minimum_requests"] == len(sent(simulator)), sent(simulator)


def test_the_guide_shows_this_table() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert table() in text, f"Put this between {BEGIN!r} and {END!r} in {GUIDE.name}:\n{table()}"


def table() -> str:
    """Return the table in the form of the guide."""
    rows = [("Module", "Operation", "Requests"), *((one.module, one.about, str(one.requests)) for one in OPERATIONS)]
    listed = "\n".join(f"   * - {module}\n     - {about}\n     - {requests}" for module, about, requests in rows)
    return f"{BEGIN}\n\n.. list-table::\n   :header-rows: 1\n\n{listed}\n\n{END}\n"
