# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nodes: created with their credentials, provisioned, started, stopped, updated step by step, deleted."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nodana.cloud.tests.simulator.errors import ApiError, BadRequest, Conflict, NotFound
from ansible_collections.nodana.cloud.tests.simulator.node_calls import NodeCalls
from ansible_collections.nodana.cloud.tests.simulator.world import World

FIELDS = ["id", "name", "status", "endpointUrl", "failureMessage", "updateStatus"]


def status(calls: NodeCalls, node_id: str) -> str:
    """Return the status of a node."""
    return calls.get_node(node_id)["status"]


@pytest.fixture
def running(node_calls: NodeCalls, clock: Any) -> str:
    """Return the id of a node that runs."""
    node_id: str = node_calls.create_node({})["node"]["id"]
    clock.now += 10
    return node_id


def test_a_node_shows_its_credentials_when_it_is_created_and_never_again(node_calls: NodeCalls) -> None:
    created = node_calls.create_node({"name": "shop", "autoLiquidity": "5m", "accessMode": "full"})
    assert list(created) == ["node", "credentials"]
    assert list(created["credentials"]) == ["seed", "password", "restrictedPassword"]
    node = node_calls.get_node(created["node"]["id"])
    assert list(node) == FIELDS
    assert node_calls.list_nodes()["nodes"] == [node] == [created["node"]]


def test_only_failure_and_update_are_null_while_a_node_without_a_name_is_provisioned(node_calls: NodeCalls) -> None:
    node = node_calls.create_node({})["node"]
    assert {name for name, value in node.items() if value is None} == {"failureMessage", "updateStatus"}
    assert node["status"] == "provisioning"


def test_a_new_node_needs_ten_seconds(node_calls: NodeCalls, clock: Any) -> None:
    node_id = node_calls.create_node({})["node"]["id"]
    clock.now += 9.99
    assert status(node_calls, node_id) == "provisioning"
    clock.now += 0.01
    assert status(node_calls, node_id) == "running"


@pytest.mark.parametrize(
    "body",
    [
        {"name": ""},
        {"name": None},
        {"name": 7},
        {"autoLiquidity": "3m"},
        {"autoLiquidity": None},
        {"accessMode": ["full"]},
        {"access_mode": "full"},
        {"template": "phoenixd"},
    ],
)
def test_a_bad_create_is_refused_and_makes_nothing(node_calls: NodeCalls, body: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        node_calls.create_node(body)
    assert node_calls.list_nodes()["nodes"] == []


def test_the_state_has_what_the_api_never_shows(node_calls: NodeCalls, world: World) -> None:
    node_calls.create_node({"name": "a"})
    node_calls.create_node({"name": "b", "autoLiquidity": "10m", "accessMode": "full"})
    nodes = world.state()["accounts"]["account-1"]["nodes"]
    assert [(node["autoLiquidity"], node["accessMode"]) for node in nodes] == [("2m", "limited"), ("10m", "full")]
    assert [node["version"] for node in nodes] == ["0.7.1", "0.7.1"]


def test_names_are_unique_only_if_they_have_to_be(node_calls: NodeCalls, world: World) -> None:
    first = node_calls.create_node({"name": "shop"})["node"]["id"]
    node_calls.delete_node(node_calls.create_node({"name": "shop"})["node"]["id"])
    world.settings = world.settings.changed({"unique_node_names": True})
    with pytest.raises(Conflict):
        node_calls.create_node({"name": "shop"})
    node_calls.delete_node(first)
    assert node_calls.create_node({"name": "shop"})["node"]["name"] == "shop"


def test_stop_start_and_restart_take_a_second(node_calls: NodeCalls, running: str, clock: Any) -> None:
    seen = []
    for call in (node_calls.stop_node, node_calls.start_node, node_calls.restart_node):
        seen.append(call(running)["status"])
        clock.now += 1
        seen.append(status(node_calls, running))
    assert seen == ["stopping", "stopped", "starting", "running", "starting", "running"]


@pytest.mark.parametrize(
    ("after", "refused"),
    [
        ("create", {"start", "stop", "restart", "update"}),
        ("run", {"start"}),
        ("stop", {"start", "stop", "restart", "update"}),
        ("stopped", {"stop", "restart"}),
        ("start", {"start", "stop", "restart", "update"}),
    ],
)
def test_a_call_that_the_state_does_not_allow_is_a_conflict(
    node_calls: NodeCalls, clock: Any, after: str, refused: set[str]
) -> None:
    node_id = node_calls.create_node({})["node"]["id"]
    if after != "create":
        clock.now += 10
    if after in ("stop", "stopped", "start"):
        node_calls.stop_node(node_id)
    if after in ("stopped", "start"):
        clock.now += 1
    if after == "start":
        node_calls.start_node(node_id)
    calls = {name: getattr(node_calls, f"{name}_node") for name in ("start", "stop", "restart", "update")}
    for name in refused:
        with pytest.raises(Conflict):
            calls[name](node_id)


def test_an_update_goes_to_the_next_version_only(node_calls: NodeCalls, world: World, running: str, clock: Any) -> None:
    world.releases["phoenixd"] += ["0.7.2", "0.8.0"]
    versions = [node_calls.get_update(running)]
    for _step in range(3):
        update = node_calls.update_node(running)["updateStatus"]
        assert node_calls.get_node(running)["updateStatus"] == update
        clock.now += 1
        assert node_calls.get_node(running)["updateStatus"] is None
        versions.append(node_calls.get_update(running))
    assert [version["currentVersion"] for version in versions] == ["0.7.1", "0.7.2", "0.8.0", "0.8.0"]


def test_an_update_in_progress_is_shown_and_is_a_conflict(node_calls: NodeCalls, world: World, running: str) -> None:
    world.releases["phoenixd"].append("0.8.0")
    node = node_calls.update_node(running)
    assert (node["status"], node["updateStatus"]) == ("running", "updating")
    assert node_calls.get_update(running) == {"currentVersion": "0.7.1"}
    with pytest.raises(Conflict, match="in progress"):
        node_calls.update_node(running)


def test_an_update_of_the_newest_version_can_be_a_conflict(node_calls: NodeCalls, world: World, running: str) -> None:
    assert node_calls.update_node(running)["updateStatus"] is None
    world.settings = world.settings.changed({"update_of_newest": "conflict"})
    with pytest.raises(Conflict, match="newest version"):
        node_calls.update_node(running)


@pytest.mark.parametrize(
    ("form", "expected"), [("text", {"currentVersion": "0.7.1"}), ("null", {"currentVersion": None}), ("absent", {})]
)
def test_the_current_version_has_three_forms(
    node_calls: NodeCalls, world: World, running: str, form: str, expected: dict[str, Any]
) -> None:
    world.settings = world.settings.changed({"current_version": form})
    assert node_calls.get_update(running) == expected


def test_the_status_words_are_settings(node_calls: NodeCalls, world: World, clock: Any) -> None:
    words = {name: f"{name}-word" for name in ("ready", "stopping", "stopped", "starting", "failed")}
    world.settings = world.settings.changed({f"node_{name}_status": word for name, word in words.items()})
    node_id = node_calls.create_node({})["node"]["id"]
    clock.now += 10
    seen = [status(node_calls, node_id), node_calls.stop_node(node_id)["status"]]
    clock.now += 1
    seen += [status(node_calls, node_id), node_calls.start_node(node_id)["status"]]
    world.settings = world.settings.changed({"node_failure": "no capacity"})
    failing = node_calls.create_node({})["node"]["id"]
    clock.now += 10
    assert [*seen, status(node_calls, failing)] == list(words.values())


def test_a_failed_provisioning_says_why_and_can_only_be_deleted(
    node_calls: NodeCalls, world: World, clock: Any
) -> None:
    world.settings = world.settings.changed({"node_failure": "no capacity"})
    node = node_calls.create_node({})["node"]
    assert (node["status"], node["failureMessage"]) == ("provisioning", None)
    clock.now += 10
    node = node_calls.get_node(node["id"])
    assert (node["status"], node["failureMessage"]) == ("failed", "no capacity")
    for call in (node_calls.start_node, node_calls.stop_node, node_calls.restart_node, node_calls.update_node):
        with pytest.raises(Conflict):
            call(node["id"])
    node_calls.delete_node(node["id"])
    assert node_calls.list_nodes()["nodes"] == []


def test_a_deleted_node_is_gone_or_stays_listed_as_deleted(node_calls: NodeCalls, world: World, running: str) -> None:
    node_calls.delete_node(running)
    calls = [getattr(node_calls, f"{name}_node") for name in ("start", "stop", "restart", "update", "delete")]
    for call in (*calls, node_calls.get_node, node_calls.get_update):
        with pytest.raises(NotFound):
            call(running)
    world.settings = world.settings.changed({"list_deleted": True})
    assert [node["status"] for node in node_calls.list_nodes()["nodes"]] == ["deleted"]
    for call in calls:
        with pytest.raises(ApiError):
            call(running)


def test_a_list_shows_a_new_node_late_but_its_id_can_be_read(node_calls: NodeCalls, world: World, clock: Any) -> None:
    world.settings = world.settings.changed({"list_lag": 5})
    node = node_calls.create_node({})["node"]
    assert node_calls.list_nodes()["nodes"] == []
    assert node_calls.get_node(node["id"]) == node
    clock.now += 5
    assert [listed["id"] for listed in node_calls.list_nodes()["nodes"]] == [node["id"]]


def test_a_new_node_can_be_read_late_but_at_once_after_a_list(node_calls: NodeCalls, world: World, clock: Any) -> None:
    world.settings = world.settings.changed({"list_lag": 5, "read_lag": 10})
    node_id = node_calls.create_node({})["node"]["id"]
    with pytest.raises(NotFound):
        node_calls.get_node(node_id)
    clock.now += 5
    assert len(node_calls.list_nodes()["nodes"]) == 1
    assert node_calls.get_node(node_id)["id"] == node_id


def test_a_node_of_another_account_is_not_found(node_calls: NodeCalls, world: World, running: str) -> None:
    other = NodeCalls(world, world.accounts["second-key-0123456789"])
    with pytest.raises(NotFound):
        other.delete_node(running)
    assert status(node_calls, running) == "running"
