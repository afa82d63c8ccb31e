# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Neither the list nor the read by its id shows what this machine created: a recent creation is never repeated."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._client.creations import PATIENCE, RECENT
from ansible_collections.nodana.cloud.plugins.module_utils._client.nodes_api import NodesApi
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Conflict, NotFound, WaitTimeout
from ansible_collections.nodana.cloud.plugins.module_utils._local import moment
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import sent
from ansible_collections.nodana.cloud.tests.support.machine import Machine, Run
from ansible_collections.nodana.cloud.tests.support.nodes import NodesMachine

LAG = 1000.0

Make = Callable[..., Run]


@pytest.fixture
def simulator(simulator: Simulator) -> Simulator:
    simulator.settings(generation=["seed", "nodes"])
    return simulator


@pytest.fixture
def machine(simulator: Simulator) -> Machine:
    machine = Machine(simulator)
    machine.project()
    machine.project()  # a list has shown it
    simulator.settings(list_lag=LAG, read_lag=LAG)
    return machine


@pytest.fixture
def nodes(machine: Machine) -> NodesMachine:
    return NodesMachine(machine.simulator, machine.clock, {"secrets_dir": "secrets", "wait": False})


WAYS: dict[str, tuple[str, dict[str, Any]]] = {
    "app": ("nodana_app", {}),
    "app in a new project": ("nodana_app", {"project": None}),
    "stack": ("nodana_stack", {"apps": [{"template": "phoenixd"}], "delete_apps": True}),
    "project": ("nodana_project", {"name": "new"}),
    "node": ("nodana_node", {"name": "shop"}),
}


@pytest.fixture(params=WAYS)
def make(request: pytest.FixtureRequest, machine: Machine, nodes: NodesMachine) -> Make:
    module, options = WAYS[request.param]
    own = nodes if request.param == "node" else machine
    return lambda **given: own.run(module, **{**options, **given})


def made(simulator: Simulator) -> list[str]:
    """Return the ids of all apps, nodes and projects but the first."""
    account = simulator.account()
    return [item["id"] for item in [*account["projects"][1:], *account["apps"], *account["nodes"]]]


def creations(simulator: Simulator) -> list[str]:
    return [request for request in sent(simulator, "POST") if request.count("/") == 1]


@pytest.mark.parametrize("store", [True, False], ids=["stored", "killed with the response in its receipt"])
@pytest.mark.parametrize("again", [{}, {"check": True}, {"state": "absent"}])
def test_a_recent_creation_that_is_not_found_is_an_error(
    simulator: Simulator, make: Make, store: bool, again: dict[str, Any]
) -> None:
    make(store=store)
    before = made(simulator)
    number = len(sent(simulator))
    run = make(**again)
    assert isinstance(run.error, Conflict), run.message
    assert any(identifier in run.message for identifier in before)
    assert "this machine created it at 20" in run.message
    assert f"accepts that {RECENT:g} seconds after the creation" in run.message
    assert not run.result.changed
    assert made(simulator) == before
    assert len(creations(simulator)) == 2  # the first project, too
    assert len(sent(simulator)) - number <= PATIENCE


def test_a_read_that_catches_up_in_time_finds_it(machine: Machine, simulator: Simulator, make: Make) -> None:
    make()
    before = made(simulator)
    machine.clock.later(5, lambda: simulator.settings(read_lag=0))
    run = make()
    assert run.message == ""
    assert not run.result.changed
    assert made(simulator) == before


def test_an_old_creation_that_is_not_found_is_gone(machine: Machine, make: Make) -> None:
    make()
    machine.clock.now += RECENT
    run = make()
    assert run.message == ""
    assert run.result.changed


def test_others_are_created_meanwhile(machine: Machine, nodes: NodesMachine, simulator: Simulator) -> None:
    shop = nodes.node(name="shop").ok().values["node"]["id"]
    assert nodes.node(name="till").message == ""
    app = machine.app(template="phoenixd").ok().values["app"]["id"]
    assert machine.app(template="nutshell").message == ""
    project = machine.project(name="one").ok().values["project"]["id"]
    assert machine.project(name="two").message == ""
    for path in (f"/nodes/{shop}", f"/apps/{app}", f"/projects/{project}"):
        assert sent(simulator).count(f"GET {path}") <= 1


@pytest.mark.parametrize("kind", ["app", "node", "project"])
@pytest.mark.parametrize("state", ["absent", "present"])
def test_an_id_that_is_not_found_is_not_taken_for_absent(
    machine: Machine, nodes: NodesMachine, kind: str, state: str
) -> None:
    create = {"app": machine.app, "node": nodes.node, "project": lambda: machine.project(name="new")}
    identifier = create[kind]().ok().values[kind]["id"]
    others: Any = {"app": {"project": None, "template": None}, "node": {}, "project": {"name": None}}[kind]
    own = nodes if kind == "node" else machine
    run = own.run(f"nodana_{kind}", id=identifier, state=state, **others)
    assert isinstance(run.error, Conflict), run.message
    assert identifier in run.message


def test_a_repetition_of_a_run_that_waited_in_vain_creates_nothing(
    machine: Machine, nodes: NodesMachine, simulator: Simulator
) -> None:
    for run in (nodes.node, machine.app):
        assert isinstance(run(wait=True).error, WaitTimeout)
        before = made(simulator)
        assert isinstance(run().error, Conflict)
        assert made(simulator) == before


def test_a_wait_for_several_new_apps_goes_on(machine: Machine, simulator: Simulator) -> None:
    machine.clock.later(60, lambda: simulator.settings(read_lag=0))
    assert machine.app(count=2, wait=True).message == ""


@pytest.mark.parametrize("form", ["html", "empty"])
def test_the_bare_404_of_a_proxy_never_proves_that_a_node_is_gone(
    nodes: NodesMachine, simulator: Simulator, state_folder: Path, form: str
) -> None:
    node = nodes.node().ok().values["node"]
    simulator.settings(node_error_form=form)
    nodes.clock.now += 100 * RECENT
    for options in ({"name": "shop"}, {"name": "shop", "state": "absent"}, {"id": node["id"], "state": "absent"}):
        run = nodes.run("nodana_node", **options)
        assert isinstance(run.error, Conflict)
        assert node["id"] in run.message
        assert "does not prove" in run.message
    (entry,) = state_folder.rglob("*.created/node-*")
    assert f"remove {entry}" in run.message
    entry.unlink()
    assert nodes.node().ok().changed


@pytest.mark.parametrize("form", ["html", "empty"])
def test_a_receipt_is_named_if_it_is_all_that_knows_of_a_node(
    nodes: NodesMachine, simulator: Simulator, form: str
) -> None:
    nodes.node(store=False)
    for entry in Path(nodes.creations.journal.path_of(nodes.creations.created()[0])).parent.iterdir():
        entry.unlink()
    simulator.settings(node_error_form=form)
    nodes.clock.now += 100 * RECENT
    (receipt,) = nodes.pending()
    assert f"remove {receipt.path}" in nodes.node().message


@pytest.mark.parametrize("began", [{}, {"boot": 1, "monotonic": 1.0}])
@pytest.mark.parametrize(
    ("age", "made_at", "is_recent"), [(0, "2020-01-01T00:00:00Z", True), (2 * RECENT, "2099-01-01T00:00:00Z", False)]
)
def test_after_a_restart_or_on_another_machine_the_times_of_files_tell_how_old_a_creation_is(
    nodes: NodesMachine, state_folder: Path, began: dict[str, Any], age: float, made_at: str, is_recent: bool
) -> None:
    nodes.node()
    (entry,) = state_folder.rglob("*.created/*")
    content = json.loads(entry.read_text())
    entry.write_text(json.dumps({**content, "began": began, "made_at": made_at}))
    os.utime(entry, (0, entry.stat().st_mtime - age))
    assert isinstance(nodes.node().error, Conflict) is is_recent


def test_a_moment_of_another_clock_has_no_age(nodes: NodesMachine) -> None:
    now = moment.now(nodes.clock)
    nodes.clock.now += 5
    assert moment.age(now, nodes.clock) == 5
    assert moment.age({**now, "boot": 0}, nodes.clock) is None
    assert moment.age({}, nodes.clock) is None


def test_a_deletion_by_this_machine_proves_that_it_is_gone(nodes: NodesMachine, simulator: Simulator) -> None:
    nodes.node()
    simulator.settings(read_lag=0)
    assert nodes.node(state="absent").ok().changed
    simulator.settings(read_lag=LAG)
    assert nodes.node().ok().changed
    assert len(nodes.nodes()) == 1


def test_an_id_with_another_name_is_not_taken_for_absent_either(machine: Machine) -> None:
    project = machine.project(name="new").ok().values["project"]["id"]
    run = machine.project(id=project, name="renamed", state="absent")
    assert isinstance(run.error, Conflict), run.message
    assert project in run.message


@pytest.mark.parametrize("kind", ["app", "node", "project"])
def test_a_deletion_that_does_not_find_what_is_new_proves_nothing(
    machine: Machine, nodes: NodesMachine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    create = {"app": machine.app, "node": nodes.node, "project": lambda: machine.project(name="new")}
    identifier = create[kind]().ok().values[kind]["id"]
    simulator.settings(read_lag=0)
    others: Any = {"app": {"project": None, "template": None}, "node": {}, "project": {"name": None}}[kind]
    own = nodes if kind == "node" else machine
    client: type[Api | NodesApi] = NodesApi if kind == "node" else Api

    def of_a_server_that_lags(_api: Any, _identifier: str) -> Any:
        simulator.settings(read_lag=LAG)
        raise NotFound("The API returned NotFoundError 404", code=404)

    with monkeypatch.context() as patched:
        patched.setattr(client, f"delete_{kind}", of_a_server_that_lags)
        run = own.run(f"nodana_{kind}", id=identifier, state="absent", **others)
    assert isinstance(run.error, NotFound), run.message
    assert "may still exist and be billed. Run the task again later." in run.message
    assert not run.result.changed
    simulator.settings(read_lag=0)
    assert own.run(f"nodana_{kind}", id=identifier, state="absent", **others).ok().changed
