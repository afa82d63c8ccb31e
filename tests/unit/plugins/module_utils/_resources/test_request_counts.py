# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The number of requests of each operation, measured at the simulator. The documentation shows the same numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._client.nodes_api import NodesApi
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import sent
from ansible_collections.nodana.cloud.tests.support.machine import Machine
from ansible_collections.nodana.cloud.tests.support.nodes import NodesMachine

Record = dict[str, Any]
PAGES = Path(__file__).resolve().parents[5] / "docs" / "docsite" / "rst"
BEGIN, END = ".. Requests of each operation, begin", ".. Requests of each operation, end"

MINTS: Record = {"template": "cdk-mintd"}
FIVE = [
    {"template": template} for template in ("phoenixd", "lnbits-phoenixd", "alby-hub-phoenixd", "cdk-mintd", "nutshell")
]


@dataclass(frozen=True)
class Operation:
    """A task in the project shop, which holds a phoenixd and two mints, and the requests that it may take.

    ``PROJECT`` and ``APP`` in its options stand for the ids of that project and of the phoenixd, ``EMPTY`` for that of
    a project without apps, ``NODE`` for that of one of two nodes.
    """

    module: str
    about: str
    requests: int
    options: Record

    def __str__(self) -> str:
        return f"{self.module}, {self.about}"


OPERATIONS = [
    Operation("nodana_project", "no change, by name", 1, {"name": "shop"}),
    Operation("nodana_project", "no change, by id", 1, {"id": "PROJECT"}),
    Operation("nodana_project", "create", 2, {"name": "new"}),
    Operation("nodana_project", "rename, by id", 2, {"id": "PROJECT", "name": "other"}),
    Operation("nodana_project", "delete", 3, {"name": "empty", "state": "absent"}),
    Operation(
        "nodana_project",
        "no change, state absent, by an id that does not exist",
        2,
        {"id": "prj-none", "state": "absent"},
    ),
    Operation("nodana_project_info", "all projects", 1, {}),
    Operation(
        "nodana_project_info",
        "one project with its apps",
        2,
        {"id": "PROJECT", "gather_apps": True},
    ),
    Operation("nodana_app", "no change, by project name", 2, {"project": "shop", "template": "phoenixd"}),
    Operation("nodana_app", "no change, by project id", 1, {"project": "PROJECT", "template": "phoenixd"}),
    Operation("nodana_app", "no change, by app id", 1, {"id": "APP"}),
    Operation(
        "nodana_app",
        "no change, count, any number of apps",
        2,
        {"project": "shop", "template": "cdk-mintd", "count": 2},
    ),
    Operation("nodana_app", "no change, state started, by app id", 2, {"id": "APP", "state": "started"}),
    Operation(
        "nodana_app",
        "create in an existing project, wait",
        4,
        {"project": "shop", "template": "nutshell"},
    ),
    Operation(
        "nodana_app",
        "create with its project, wait",
        4,
        {"project": "new", "create_project": True, "template": "nutshell"},
    ),
    Operation(
        "nodana_app",
        "create five with count, wait",
        8,
        {"project": "shop", "template": "nutshell", "count": 5},
    ),
    Operation("nodana_app", "stop, by app id, wait", 5, {"id": "APP", "state": "stopped"}),
    Operation("nodana_app", "delete, by app id", 2, {"id": "APP", "state": "absent"}),
    Operation(
        "nodana_app",
        "no change, state absent, by an id that does not exist",
        2,
        {"id": "app-none", "state": "absent"},
    ),
    Operation("nodana_app_info", "one app, by id", 1, {"id": "APP"}),
    Operation("nodana_app_info", "all apps of a project", 2, {"project": "shop"}),
    Operation("nodana_app_info", "all apps of an account with two projects", 3, {}),
    Operation("nodana_service", "latest, nothing newer, by app id", 2, {"app": "APP"}),
    Operation(
        "nodana_service",
        "a version that it has, by app id",
        1,
        {"app": "APP", "state": "present"},
    ),
    Operation("nodana_service_info", "by app id", 1, {"app": "APP"}),
    Operation("nodana_stack", "no change, any number of apps", 2, {"project": "shop", "apps": [{**MINTS, "count": 2}]}),
    Operation(
        "nodana_stack",
        "no change, by project id",
        1,
        {"project": "PROJECT", "apps": [{**MINTS, "count": 2}]},
    ),
    Operation("nodana_stack", "new project with five apps, wait", 8, {"project": "new", "apps": FIVE}),
    Operation("nodana_stack", "one app missing, wait", 4, {"project": "shop", "apps": [{**MINTS, "count": 3}]}),
    Operation(
        "nodana_stack",
        "no change, state started, two apps",
        4,
        {"project": "shop", "apps": [{**MINTS, "count": 2, "state": "started"}]},
    ),
    Operation(
        "nodana_stack",
        "stop two apps, wait",
        9,
        {"project": "shop", "apps": [{**MINTS, "count": 2, "state": "stopped"}]},
    ),
    Operation("nodana_stack", "no change, by the id of an empty project", 2, {"project": "EMPTY"}),
    Operation(
        "nodana_stack",
        "delete a project with three apps",
        6,
        {
            "project": "shop",
            "apps": [{**MINTS, "count": 2}, {"template": "phoenixd"}],
            "state": "absent",
            "delete_apps": True,
        },
    ),
    Operation("nodana_node", "no change, by name", 1, {"name": "shop"}),
    Operation("nodana_node", "no change, by node id", 1, {"id": "NODE"}),
    Operation("nodana_node", "create, wait", 3, {"name": "new"}),
    Operation("nodana_node", "latest, nothing newer, by name, wait", 5, {"name": "shop", "state": "latest"}),
    Operation("nodana_node", "stop, by name, wait", 3, {"name": "shop", "state": "stopped"}),
    Operation("nodana_node", "delete, by name", 2, {"name": "shop", "state": "absent"}),
    Operation(
        "nodana_node", "no change, state absent, by a name that does not exist", 1, {"name": "x", "state": "absent"}
    ),
    Operation("nodana_node_info", "one node, by id", 1, {"id": "NODE"}),
    Operation("nodana_node_info", "all nodes", 1, {}),
    Operation("nodana_node_info", "two nodes with their versions", 3, {"gather_versions": True}),
]


@pytest.fixture
def there(simulator: Simulator, api: Api) -> dict[str, str]:
    """The ids behind the words of the operations."""
    project = api.create_project("shop")["id"]
    empty = api.create_project("empty")["id"]
    app = api.create_app("phoenixd", {}, project)["id"]
    for _number in range(2):
        api.create_app("cdk-mintd", {}, project)
    simulator.settings(generation=["seed", "nodes"])
    node, _other = (NodesApi.beside(api).create_node(name, "2m", "limited")["node"]["id"] for name in ("shop", "other"))
    simulator.clear_log()
    return {"PROJECT": project, "APP": app, "EMPTY": empty, "NODE": node}


def run(machine: Machine, operation: Operation, there: dict[str, str], **more: Any) -> Record:
    """Run an operation and return the values of its result."""
    if operation.module in ("nodana_node", "nodana_node_info"):
        machine = NodesMachine(machine.simulator, machine.clock, machine.defaults)
    options = {
        name: there.get(value, value) if isinstance(value, str) else value for name, value in operation.options.items()
    }
    return machine.run(operation.module, **{**options, **more}).ok().values


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_no_operation_costs_more_requests_than_documented(
    simulator: Simulator, machine: Machine, there: dict[str, str], operation: Operation
) -> None:
    run(machine, operation, there)
    assert len(sent(simulator)) == operation.requests, sent(simulator)


@pytest.mark.parametrize(
    "operation",
    [
        one
        for one in OPERATIONS
        if one.module in ("nodana_app", "nodana_node", "nodana_stack") and one.options.get("state") != "latest"
    ],
    ids=str,
)
def test_check_mode_tells_the_requests_of_the_real_run(
    simulator: Simulator, machine: Machine, there: dict[str, str], operation: Operation
) -> None:
    predicted = run(machine, operation, there, check=True)
    simulator.clear_log()
    real = run(machine, operation, there)
    assert predicted["minimum_requests"] == len(sent(simulator)), sent(simulator)
    assert "minimum_requests" not in real


def test_check_mode_tells_the_requests_of_a_restart(
    simulator: Simulator, machine: Machine, there: dict[str, str]
) -> None:
    predicted = machine.app(id=there["APP"], state="restarted", check=True).ok()
    simulator.clear_log()
    machine.app(id=there["APP"], state="restarted").ok()
    assert predicted.values["minimum_requests"] == len(sent(simulator)), sent(simulator)


def test_the_page_shows_these_numbers() -> None:
    text = (PAGES / "request_counts.rst").read_text(encoding="utf-8")
    assert table() in text, f"Put this between {BEGIN!r} and {END!r}:\n{table()}"


def test_the_examples_of_the_guide_are_from_the_page() -> None:
    guide = (PAGES / "guide_requests.rst").read_text(encoding="utf-8")
    examples = [line for line in guide.splitlines() if line.startswith("  * ")]
    assert examples
    assert set(examples) <= set(table().splitlines())


def table() -> str:
    """Return the numbers of requests in the form of the page."""
    modules = list(dict.fromkeys(one.module for one in OPERATIONS))
    lines = {name: [f"  * {one.about}: {one.requests}" for one in OPERATIONS if one.module == name] for name in modules}
    listed = "\n\n".join("\n".join([f"``{name}``", *lines[name]]) for name in modules)
    return f"{BEGIN}\n\n{listed}\n\n{END}\n"
