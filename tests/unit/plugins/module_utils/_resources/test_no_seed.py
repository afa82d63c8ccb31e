# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A creation whose response holds no seed phrase is an error, after everything else that came is stored."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Unreadable
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.machine import Machine
from ansible_collections.nodana.cloud.tests.support.nodes import NodesMachine
from ansible_collections.nodana.cloud.tests.support.servers import answered, raw_server

NO_SEEDS: list[Any] = [None, "", "  ", [], {}]
NODE = {"id": "node-1", "name": "shop", "status": "running", "endpointUrl": "https://a", "failureMessage": None}


@pytest.fixture
def machine(simulator: Simulator) -> NodesMachine:
    simulator.settings(generation=["nodes"])
    return NodesMachine(simulator)


@pytest.mark.parametrize("seed", NO_SEEDS)
@pytest.mark.parametrize("store", [True, False], ids=["stored", "killed with the response in its receipt"])
def test_a_node_without_a_seed_is_an_error(machine: NodesMachine, simulator: Simulator, seed: Any, store: bool) -> None:
    simulator.settings(extra_secrets=json.dumps({"seed": seed}))
    run = machine.node(store=store)
    if not store:
        run = machine.node()
    (node,) = machine.nodes()
    assert isinstance(run.error, Unreadable)
    assert f"The node {node['id']} (shop) was created, but" in run.message
    assert "Do not put money on it" in run.message
    assert "kept as raw_response in its secrets file in secrets" in run.message
    assert run.result.changed is store
    assert run.values["node"]["id"] == node["id"]
    kept = machine.kept[node["id"]]
    assert kept["password"] == node["secrets"]["password"]
    assert json.loads(kept["raw_response"])["credentials"] == node["secrets"]
    assert machine.pending() == []
    assert not machine.node().ok().changed
    assert len(machine.nodes()) == 1


@pytest.mark.parametrize("credentials", [{}, {"credentials": None}, {"credentials": {}}, {"credentials": "lost"}])
def test_a_node_without_credentials_is_an_error(credentials: dict[str, Any]) -> None:
    made = json.dumps({"node": NODE, **credentials})
    replies = iter([answered(json.dumps({"nodes": []})), answered(made, "202 Accepted")])
    with raw_server(lambda connection: connection.sendall(next(replies))) as server:
        there: Any = SimpleNamespace(url=server.url, key="a-key-0123456789")
        run = NodesMachine(there).node(secrets_dir=None, return_secrets=True, wait=False, store=False)
    assert "The node node-1 (shop) was created, but" in run.message
    assert "kept as raw_response in the returned secrets" in run.message
    assert run.result.changed
    assert run.secrets[0].secrets["raw_response"] == made
    assert run.secrets[0].on_disk


def test_another_task_that_stores_such_secrets_warns(machine: NodesMachine, simulator: Simulator) -> None:
    simulator.settings(extra_secrets='{"seed": null}')
    machine.node(store=False)
    simulator.settings(extra_secrets="{}")
    run = machine.node(name="till")
    assert run.message == ""
    assert "holds no seed phrase" in run.result.warnings[0]


def test_an_app_fails_only_if_no_secret_came_at_all(simulator: Simulator) -> None:
    machine = Machine(simulator)
    machine.project()
    simulator.settings(extra_secrets=json.dumps({"seed": None, "mnemonic": "a name that is not documented"}))
    assert machine.app().ok().changed
    nothing = {"seed": None, "password": "", "restrictedPassword": None}
    simulator.settings(extra_secrets=json.dumps(nothing))
    assert machine.app(template="nutshell").ok().changed
    run = machine.app(count=2)
    made = [app["id"] for app in simulator.account()["apps"] if app["template"] == "phoenixd"]
    assert isinstance(run.error, Unreadable)
    assert f"The app {made[-1]} (phoenixd) was created, but" in run.message
    assert json.loads(machine.kept[made[-1]]["raw_response"])["data"].items() >= nothing.items()


@pytest.fixture
def seedless(simulator: Simulator) -> Machine:
    machine = Machine(simulator)
    machine.project()
    simulator.settings(extra_secrets=json.dumps({"seed": None, "password": "", "restrictedPassword": None}))
    return machine


def test_a_stack_says_that_it_created_such_an_app(seedless: Machine, simulator: Simulator) -> None:
    run = seedless.stack(apps=[{"template": "phoenixd"}, {"template": "nutshell"}])
    (app,) = simulator.account()["apps"]
    assert isinstance(run.error, Unreadable)
    assert run.values["done"] == [f"create phoenixd: {app['id']}"]
    assert run.values["not_done"] == ["create nutshell"]


def test_such_an_app_of_another_project_is_a_warning(seedless: Machine, simulator: Simulator) -> None:
    seedless.app(store=False)
    simulator.settings(extra_secrets="{}")
    run = seedless.app(project="other", create_project=True)
    assert run.message == ""
    assert any("holds no seed phrase" in warning for warning in run.result.warnings)
