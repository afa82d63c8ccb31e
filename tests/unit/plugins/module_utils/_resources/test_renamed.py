# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An API that lists a creation under another name or template than the requested one: nothing is created twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._client.creations import FRESH
from ansible_collections.nodana.cloud.plugins.module_utils._client.nodes_api import NodesApi
from ansible_collections.nodana.cloud.plugins.module_utils._errors import AmbiguousOutcome, Conflict
from ansible_collections.nodana.cloud.plugins.module_utils._local.receipts import Receipt
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import sent
from ansible_collections.nodana.cloud.tests.support.machine import Machine, Run
from ansible_collections.nodana.cloud.tests.support.nodes import NodesMachine

FAULTS = ["drop_after", "error_after", "cut_json", "limit_after"]
LISTED = {"node": "n-0001", "app": "alby-hub-phoenixd", "stack": "alby-hub-phoenixd", "project": "Project-2"}
"""The name or template that the API uses instead of the requested one, by kind."""


class Killed(BaseException):
    """The end of a process."""


class Shop:
    """A machine that creates one node, app or project, and an API that renames it."""

    def __init__(self, simulator: Simulator, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
        simulator.settings(generation=["seed", "nodes"])
        self.simulator = simulator
        self.kind = kind
        self.machine = NodesMachine(simulator) if kind == "node" else Machine(simulator)
        self.patched = monkeypatch
        if kind != "node":
            self.machine.project()
        simulator.clear_log()
        self.rename()

    def rename(self) -> None:
        """Let the API rename what is created from now on."""
        listed = LISTED[self.kind]
        node, app, project = NodesApi.create_node, Api.create_app, Api.create_project
        others: Any = {
            "node": (NodesApi, "create_node", lambda api, _name, *more: node(api, listed, *more)),
            "app": (Api, "create_app", lambda api, _template, *more: app(api, listed, *more)),
            "project": (Api, "create_project", lambda api, _name, *more: project(api, listed, *more)),
        }
        self.patched.setattr(*others["app" if self.kind == "stack" else self.kind])

    def run(self, name: str | None = None, **options: Any) -> Run:
        """Run the task for the requested name or template, or for another one."""
        if self.kind == "stack":
            return self.machine.stack((name or "phoenixd", 1), **options)
        option = {"template": name or "phoenixd"} if self.kind == "app" else {"name": name or "new"}
        return self.machine.run(f"nodana_{self.kind}", **option, **options)

    def made(self) -> list[dict[str, Any]]:
        account = self.simulator.account()
        return {"node": account["nodes"], "project": account["projects"][1:]}.get(self.kind, account["apps"])

    def creations(self) -> int:
        return len([request for request in sent(self.simulator, "POST") if request.count("/") == 1])


@pytest.fixture(params=LISTED)
def shop(request: pytest.FixtureRequest, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Shop:
    return Shop(simulator, request.param, monkeypatch)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("later", [0.0, FRESH])
def test_after_a_lost_response_it_is_reported_and_never_created_again(
    shop: Shop, simulator: Simulator, fault: str, later: float
) -> None:
    simulator.fault(fault, method="POST")
    first = shop.run()
    (made,) = shop.made()
    assert isinstance(first.error, AmbiguousOutcome)
    assert first.result.changed
    assert made["id"] in first.message
    assert LISTED[shop.kind] in first.message
    if shop.kind == "node":
        assert made["endpointUrl"] in first.message
    shop.machine.clock.now += later
    for again in ({}, {"check": True}):
        run = shop.run(**again)
        assert isinstance(run.error, Conflict), run.message
        assert made["id"] in run.message
        assert LISTED[shop.kind] in run.message
    assert len(shop.machine.pending()) == (shop.kind != "project")
    assert shop.creations() == 1


@pytest.mark.parametrize("later", [0.0, FRESH])
@pytest.mark.parametrize("shop", ["node", "app", "stack"], indirect=True)
def test_after_a_kill_it_is_reported_and_its_receipt_is_kept(shop: Shop, later: float) -> None:
    def die(_receipt: Receipt, _piece: bytes) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Receipt, "add", die)
        with pytest.raises(Killed):
            shop.run()
    shop.machine.clock.now += later
    for again in ({"check": True}, {}, {}):
        run = shop.run(**again)
        assert isinstance(run.error, Conflict), run.message
        assert shop.made()[0]["id"] in run.message
        assert "may be the" in run.message
    (receipt,) = shop.machine.pending()
    assert receipt.lost == [shop.made()[0]["id"]]
    assert shop.creations() == 1
    receipt.remove()
    assert not shop.run(LISTED[shop.kind]).ok().changed


def test_a_created_one_is_named_and_never_created_again(shop: Shop, state_folder: Path) -> None:
    first = shop.run()
    assert isinstance(first.error, Conflict) is (shop.kind in ("node", "project"))
    assert first.result.changed
    (made,) = shop.made()
    for again in ({}, {"check": True}, {}):
        run = shop.run(**again)
        assert isinstance(run.error, Conflict), run.message
        assert made["id"] in run.message
        assert f": {LISTED[shop.kind]} from now on" in run.message
    assert not shop.run(LISTED[shop.kind]).ok().changed
    assert shop.creations() == 1
    entry = Path(run.message.rpartition("remove ")[2].rstrip("."))
    assert entry.parent.parent == state_folder
    entry.unlink()
    shop.run()
    assert shop.creations() == 2


@pytest.mark.parametrize("shop", ["node", "app"], indirect=True)
def test_after_it_was_deleted_the_requested_one_is_created(shop: Shop) -> None:
    shop.run()
    others = {"project": None, "template": None} if shop.kind == "app" else {}
    absent = shop.machine.run(f"nodana_{shop.kind}", id=shop.made()[0]["id"], state="absent", **others)
    assert absent.ok().changed
    shop.run()
    assert shop.creations() == 2


def test_a_project_that_was_renamed_on_purpose_does_not_count(simulator: Simulator) -> None:
    machine = Machine(simulator)
    made = machine.project(name="new").ok().values["project"]["id"]
    assert machine.project(id=made, name="old").ok().changed
    assert machine.project(name="new").ok().changed
    assert [project["name"] for project in simulator.account()["projects"]] == ["old", "new"]


def test_a_node_of_another_machine_is_blamed_only_by_the_interrupted_task(simulator: Simulator) -> None:
    simulator.settings(generation=["nodes"])
    machine = NodesMachine(simulator)
    simulator.fault("drop_before", method="POST")
    assert isinstance(machine.node().error, AmbiguousOutcome)
    other = machine.api.create_node("other", "2m", "limited")["node"]["id"]
    assert machine.node(name="other").message == ""
    assert machine.node(id=other).message == ""
    assert machine.node(name="third").message == ""
    run = machine.node()
    assert isinstance(run.error, Conflict)
    assert other in run.message
    assert "To keep it, remove the receipt" in run.message
    assert machine.node(id=other, state="absent").error is None
    assert machine.node().message == ""
    assert machine.pending() == []


def test_the_requested_name_is_waited_for_before_another_one_counts(simulator: Simulator) -> None:
    simulator.settings(generation=["nodes"])
    machine = NodesMachine(simulator)
    receipt = machine.creations.begin("phoenixd", None, [], None, "shop")
    other = machine.api.create_node("other", "2m", "limited")["node"]["id"]
    machine.clock.later(5, lambda: machine.api.create_node("shop", "2m", "limited"))
    run = machine.node()
    (shop,) = [node["id"] for node in machine.nodes() if node["name"] == "shop"]
    assert isinstance(run.error, Conflict)
    assert shop in run.message
    assert other not in run.message
    assert machine.pending()[0].lost == [shop]
    assert receipt.path in run.message
