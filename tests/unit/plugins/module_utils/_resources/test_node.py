# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A node from its creation to its deletion, through the real client over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils import _errors as errors
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import sent
from ansible_collections.nodana.cloud.tests.support.nodes import NodesMachine

FIELDS = ["failure_message", "id", "name", "status", "template", "update_status", "url"]


@pytest.fixture
def simulator(simulator: Simulator) -> Simulator:
    simulator.settings(generation=["nodes"])
    return simulator


@pytest.fixture
def machine(simulator: Simulator) -> NodesMachine:
    return NodesMachine(simulator)


def changes(simulator: Simulator) -> list[str]:
    return [request for request in sent(simulator) if not request.startswith("GET ")]


@pytest.mark.parametrize("check", [True, False])
def test_a_missing_node_is_created_with_what_was_asked_for(
    machine: NodesMachine, simulator: Simulator, check: bool
) -> None:
    run = machine.node(auto_liquidity="10m", access_mode="full", check=check)
    assert run.message == ""
    assert run.result.changed
    assert run.values["created"]
    assert sorted(run.values["node"]) == FIELDS
    assert run.result.before == {}
    assert run.result.after["params"] == {"auto_liquidity": "10m", "access_mode": "full"}
    if check:
        assert run.values["node"]["id"] is None
        assert run.values["minimum_requests"] == 3
        assert sent(simulator) == ["GET /nodes"]
        return
    (node,) = machine.nodes()
    assert (node["autoLiquidity"], node["accessMode"], node["name"]) == ("10m", "full", "shop")
    assert machine.has_secrets_of(node)
    assert machine.pending() == []
    record = run.values["node"]
    assert (record["id"], record["url"], record["status"]) == (node["id"], node["endpointUrl"], "running")
    assert sent(simulator) == ["GET /nodes", "POST /nodes", f"GET /nodes/{node['id']}"]
    assert not set(node["secrets"].values()) & set(str(run.result.after).split("'"))


@pytest.mark.parametrize("check", [True, False])
def test_an_existing_node_is_left_alone(machine: NodesMachine, simulator: Simulator, check: bool) -> None:
    node_id = machine.node().values["node"]["id"]
    simulator.clear_log()
    for options, request in (({}, "GET /nodes"), ({"id": node_id}, f"GET /nodes/{node_id}")):
        run = machine.node(check=check, **options)
        assert run.message == ""
        assert not run.result.changed
        assert run.result.before == run.result.after == run.values["node"]
        assert sent(simulator) == [request]
        simulator.clear_log()


def test_several_nodes_of_one_name_are_an_error_that_lists_them(machine: NodesMachine, simulator: Simulator) -> None:
    simulator.fill(nodes=1)
    (first,) = machine.nodes()
    name = first["name"]
    machine.api.create_node(name, "2m", "limited")
    for state in ("present", "absent", "stopped", "latest"):
        run = machine.node(name=name, state=state)
        assert isinstance(run.error, errors.Conflict)
        assert all(node["id"] in run.message for node in machine.nodes())
    assert len(machine.nodes()) == 2


def test_no_node_is_created_without_a_destination_for_its_secrets(machine: NodesMachine, simulator: Simulator) -> None:
    run = machine.node(secrets_dir=None)
    assert "No node shop was created" in run.message
    assert changes(simulator) == []


@pytest.mark.parametrize("name", ["", " ", " shop", "shop ", "a\nb"])
def test_a_bad_name_fails_before_the_first_request(machine: NodesMachine, simulator: Simulator, name: str) -> None:
    assert isinstance(machine.node(name=name).error, errors.Invalid)
    assert sent(simulator) == []


def test_a_name_that_differs_only_in_spaces_or_upper_case_is_not_created(machine: NodesMachine) -> None:
    machine.node(name="shop")
    run = machine.node(name="Sh op")
    assert isinstance(run.error, errors.Conflict)
    assert "shop (node-" in run.message
    assert len(machine.nodes()) == 1


@pytest.mark.parametrize("state", ["stopped", "restarted", "latest"])
@pytest.mark.parametrize("by", [{"name": "nowhere"}, {"id": "node-1234"}])
def test_only_present_and_started_create(
    machine: NodesMachine, simulator: Simulator, state: str, by: dict[str, Any]
) -> None:
    assert isinstance(machine.node(state=state, **by).error, errors.NotFound)
    assert isinstance(machine.node(state="present", id="node-1234").error, errors.NotFound)
    assert changes(simulator) == []


@pytest.mark.parametrize("check", [True, False])
def test_a_node_is_deleted_and_then_absent(machine: NodesMachine, simulator: Simulator, check: bool) -> None:
    node = machine.node().values["node"]
    simulator.clear_log()
    run = machine.node(state="absent", check=check)
    assert run.message == ""
    assert run.result.changed
    assert run.result.before == node
    assert run.result.after == {}
    assert changes(simulator) == ([] if check else [f"DELETE /nodes/{node['id']}"])
    assert len(machine.nodes()) == (1 if check else 0)
    if not check:
        assert not machine.node(state="absent").result.changed
        assert not machine.node(id=node["id"], state="absent").result.changed


@pytest.mark.parametrize("form", ["body", "http", "html", "gone"])
@pytest.mark.parametrize("options", [{}, {"id": "node-1234"}, {"state": "absent"}, {"id": "n", "state": "absent"}])
def test_a_host_without_nodes_says_so_and_proves_no_absence(
    machine: NodesMachine, simulator: Simulator, form: str, options: dict[str, Any]
) -> None:
    simulator.settings(generation=["apps"], missing_routes=form)
    run = machine.node(**options)
    assert isinstance(run.error, errors.MissingRoute)
    assert "This API has no nodes" in run.message
    assert "Use nodana_app" in run.message
    assert not run.result.changed
    assert changes(simulator) == []
    assert isinstance(machine.node_info(**{k: v for k, v in options.items() if k == "id"}).error, errors.MissingRoute)


@pytest.mark.parametrize("fault", ["drop_after", "error_after", "cut_json", "html_502", "drop_before"])
def test_a_deletion_is_repeated_until_the_absence_is_proven(
    machine: NodesMachine, simulator: Simulator, fault: str
) -> None:
    machine.node()
    simulator.fault(fault, method="DELETE")
    run = machine.node(state="absent")
    assert run.message == ""
    assert run.result.changed
    assert machine.nodes() == []


def test_a_deletion_that_is_only_accepted_is_waited_for(machine: NodesMachine, simulator: Simulator) -> None:
    machine.node()
    simulator.fault("no_data", method="DELETE")  # status 200 and a message
    assert machine.node(state="absent").error is None
    node = machine.node().values["node"]
    simulator.fault("not_json_200", method="DELETE", times=3)
    run = machine.node(state="absent", id=node["id"])
    assert isinstance(run.error, errors.Unreadable)
    assert len(machine.nodes()) == 1


def test_a_node_that_is_being_deleted_is_waited_for_and_never_taken_for_present(
    machine: NodesMachine, simulator: Simulator
) -> None:
    node = machine.node().values["node"]
    simulator.force_node(node["id"], status="deleting")
    simulator.clear_log()
    for state in ("present", "started", "latest"):
        run = machine.node(state=state)
        assert isinstance(run.error, errors.Conflict)
        assert "is being deleted" in run.message
    assert isinstance(machine.node(state="absent", wait_timeout=5.0).error, errors.WaitTimeout)
    assert changes(simulator) == []
    api = machine.api
    machine.clock.later(3, lambda: api.delete_node(node["id"]))
    gone = machine.node(state="absent")
    assert gone.message == ""
    assert not gone.result.changed


def test_the_scopes_of_the_key_are_named(machine: NodesMachine, simulator: Simulator) -> None:
    simulator.settings(scopes=["nodes:read"])
    run = machine.node()
    assert isinstance(run.error, errors.Forbidden)
    assert "nodes:write" in run.message
    assert "Developers -> API Keys" in run.message
    assert not run.result.changed
    assert machine.pending() == []
    simulator.settings(separate_keys=True)
    run = machine.node()
    assert isinstance(run.error, errors.Unauthorized)
    assert "nodes_api_key" in run.message
    assert "Developers -> API Keys" in run.message


def test_nodes_are_listed_with_their_versions(machine: NodesMachine, simulator: Simulator) -> None:
    simulator.fill(nodes=2)
    first, second = machine.nodes()
    assert [node["id"] for node in machine.node_info().values["nodes"]] == [first["id"], second["id"]]
    simulator.clear_log()
    (found,) = machine.node_info(name=second["name"], gather_versions=True).values["nodes"]
    assert sorted(found) == sorted([*FIELDS, "version"])
    assert found["version"] == second["version"]
    assert sent(simulator) == ["GET /nodes", f"GET /nodes/{second['id']}/update"]
    assert machine.node_info(id="node-1234").values["nodes"] == []
    simulator.settings(current_version="absent")
    assert machine.node_info(id=first["id"], gather_versions=True).values["nodes"][0]["version"] is None
