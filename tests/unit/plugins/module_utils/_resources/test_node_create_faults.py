# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every fault on the request that creates a node, and what the next run makes of it."""

from __future__ import annotations

import json

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client.nodes_api import CREATE_TIMEOUT, NodesApi
from ansible_collections.nodana.cloud.plugins.module_utils._errors import AmbiguousOutcome, Conflict, RateLimited
from ansible_collections.nodana.cloud.plugins.module_utils._resources import node_create
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import sent
from ansible_collections.nodana.cloud.tests.support.nodes import NodesMachine

MADE = ["drop_after", "error_after", "cut_json", "empty_body", "no_data", "redirect_after", "named_error_after"]
NOT_MADE = ["drop_before", "error_before", "html_502", "not_json_200", "redirect"]
UNCLEAR = [400, 401, 403, 404, 405, 408, 409, 413, 418, 422, 499]  # with the page of a proxy


@pytest.fixture
def simulator(simulator: Simulator) -> Simulator:
    simulator.settings(generation=["nodes"])
    return simulator


@pytest.fixture
def machine(simulator: Simulator) -> NodesMachine:
    return NodesMachine(simulator)


@pytest.mark.parametrize("fault", MADE)
def test_a_node_without_its_response_is_told_now_and_by_every_later_run(
    machine: NodesMachine, simulator: Simulator, fault: str
) -> None:
    simulator.fault(fault, method="POST")
    first = machine.node()
    (node,) = machine.nodes()
    assert isinstance(first.error, AmbiguousOutcome)
    assert first.result.changed
    assert node["id"] in first.message
    assert f"nodana_node with id: {node['id']} and state: absent" in first.message
    (receipt,) = machine.pending()
    assert receipt.lost == [node["id"]]
    for again in (machine.node(), machine.node(check=True), machine.node(id=node["id"]), machine.node(state="started")):
        assert isinstance(again.error, Conflict)
        assert receipt.path in again.message
    assert node["id"] in machine.node_info().result.warnings[0]
    assert machine.node(name="another").error is None
    assert sent(simulator, "POST") == ["POST /nodes"] * 2
    assert machine.node(id=node["id"], state="absent").error is None
    assert machine.node().error is None
    assert machine.pending() == []
    assert all(machine.has_secrets_of(node) for node in machine.nodes())


@pytest.mark.parametrize("fault", NOT_MADE)
def test_when_nothing_was_created_it_says_so_and_the_next_run_creates(
    machine: NodesMachine, simulator: Simulator, fault: str
) -> None:
    simulator.fault(fault, method="POST")
    first = machine.node()
    assert isinstance(first.error, AmbiguousOutcome)
    assert not first.result.changed
    assert "no new node shop appeared" in first.message
    assert "while it created the node shop" in machine.node_info().result.warnings[0]
    assert machine.node(name="another").error is None
    assert [receipt.node_name for receipt in machine.pending()] == ["shop"]
    assert machine.node().error is None
    assert machine.pending() == []
    assert len(machine.nodes()) == 2


def test_a_list_that_fails_after_a_lost_response_is_reported(
    machine: NodesMachine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_api: NodesApi) -> list[object]:
        raise Conflict("Cannot list")

    monkeypatch.setattr(node_create, "list_nodes", away)
    simulator.fault("drop_after", method="POST")
    run = machine.node()
    assert isinstance(run.error, AmbiguousOutcome)
    assert "the nodes could not be listed: Cannot list" in run.message


@pytest.mark.parametrize("status", UNCLEAR)
@pytest.mark.parametrize("when", ["status_before", "status_after"])
def test_the_page_of_a_proxy_is_no_refusal(machine: NodesMachine, simulator: Simulator, status: int, when: str) -> None:
    simulator.fault(when, method="POST", status=status)
    run = machine.node()
    assert isinstance(run.error, AmbiguousOutcome)
    assert run.result.changed is (when == "status_after")
    assert len(machine.pending()) == 1
    assert sent(simulator, "POST") == ["POST /nodes"]


@pytest.mark.parametrize(("form", "is_clear"), [("error", True), ("message", True), ("html", False), ("empty", False)])
def test_only_an_error_in_the_form_of_the_api_is_a_refusal(
    machine: NodesMachine, simulator: Simulator, form: str, is_clear: bool
) -> None:
    simulator.settings(node_error_form=form, scopes=["nodes:read"])
    run = machine.node()
    assert isinstance(run.error, AmbiguousOutcome) is not is_clear
    assert not run.result.changed
    assert len(machine.pending()) == (0 if is_clear else 1)


@pytest.mark.parametrize("form", ["http", "http-retry-after", "http-retry-date"])
def test_a_rate_limit_is_waited_out(machine: NodesMachine, simulator: Simulator, form: str) -> None:
    simulator.settings(limit_form=form)
    simulator.fault("limit", method="POST", times=2)
    assert machine.node().error is None
    assert machine.has_secrets_of(machine.nodes()[0])
    assert machine.pending() == []


def test_a_rate_limit_response_to_a_creation_that_was_done_is_no_success(
    machine: NodesMachine, simulator: Simulator
) -> None:
    simulator.fault("limit_after", method="POST")
    run = machine.node()
    assert isinstance(run.error, (AmbiguousOutcome, RateLimited))
    assert isinstance(machine.node().error, Conflict)
    assert len(machine.nodes()) == 1


def test_a_slow_creation_is_waited_for_longer_than_other_requests(
    machine: NodesMachine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert CREATE_TIMEOUT >= 120
    simulator.fault("slow_after", method="POST", path="^/nodes$", seconds=0.5)
    api = machine.api
    monkeypatch.setattr(api.transport, "_connection", short(api.transport._connection))
    assert api.create_node("shop", "2m", "limited")["node"]["name"] == "shop"


def short(connection: object) -> object:
    return type(connection)(**{**vars(connection), "request_timeout": 0.2})


@pytest.mark.parametrize("lag", [3.0, 0.0])
def test_a_list_that_lags_behind_creates_no_second_node(
    machine: NodesMachine, simulator: Simulator, lag: float
) -> None:
    simulator.settings(list_lag=lag)
    first = machine.node()
    again = machine.node()
    assert again.message == ""
    assert not again.result.changed
    assert again.values["node"]["id"] == first.values["node"]["id"]
    assert len(machine.nodes()) == 1


def test_a_killed_run_hands_its_secrets_to_the_next_one(machine: NodesMachine) -> None:
    machine.node(store=False)
    (node,) = machine.nodes()
    assert not machine.has_secrets_of(node)
    warnings = machine.node(secrets_dir=None).result.warnings
    assert node["id"] in warnings[0]
    again = machine.node()
    assert not again.result.changed
    assert machine.has_secrets_of(node)
    assert machine.pending() == []


def test_all_credentials_are_kept_whatever_the_response_holds(machine: NodesMachine, simulator: Simulator) -> None:
    extra = {"backupKey": "k" * 20, "nested": {"a": 1}, "__ansible_type": "x"}
    simulator.settings(extra_secrets=json.dumps(extra))
    run = machine.node(return_secrets=True)
    (node,) = machine.nodes()
    kept = machine.kept[node["id"]]
    assert {"seed", "password", "restricted_password", "backup_key", "nested", "raw_response"} == set(kept)
    assert all(str(value) not in str(run.values) for value in kept.values())


def test_apps_and_nodes_do_not_see_each_others_receipts(machine: NodesMachine, simulator: Simulator) -> None:
    simulator.fault("drop_before", method="POST")
    machine.node()
    (receipt,) = machine.pending()
    assert receipt.template == "phoenixd"
    assert type(machine.creations)(simulator.url, simulator.key, machine.clock).pending() == []


def test_a_name_that_the_api_changes_is_an_error_that_says_which_to_use(
    machine: NodesMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = NodesApi.create_node

    def shorten(api: NodesApi, name: str, *arguments: object) -> object:
        return create(api, name[:4], *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(NodesApi, "create_node", shorten)
    run = machine.node(name="shop in town")
    assert isinstance(run.error, Conflict)
    assert "Use name: shop" in run.message
    assert run.result.changed
    assert machine.has_secrets_of(machine.nodes()[0])
