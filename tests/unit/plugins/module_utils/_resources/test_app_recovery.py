# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The apps that an interrupted creation may have created: project, template, owner, and other processes."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._client.creations import FRESH, PATIENCE
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Conflict
from ansible_collections.nodana.cloud.plugins.module_utils._local.process import boot
from ansible_collections.nodana.cloud.plugins.module_utils._local.receipts import Receipt
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Owner
from ansible_collections.nodana.cloud.plugins.module_utils._resources import app_recovery
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.leases import Holder
from ansible_collections.nodana.cloud.tests.support.machine import Machine
from ansible_collections.nodana.cloud.tests.support.servers import answered, raw_server


@pytest.fixture
def machine(simulator: Simulator) -> Machine:
    machine = Machine(simulator)
    machine.project()  # every test has a project shop
    return machine


@pytest.fixture
def shop(machine: Machine) -> str:
    return str(machine.project().result.values["project"]["id"])


def broken_off(machine: Machine, project_id: str | None, known: tuple[str, ...] = (), **fields: Any) -> Receipt:
    """Leave what a run leaves that is killed while its request is under way."""
    receipt = machine.creations.begin("phoenixd", project_id, list(known), fields.pop("owner", None))
    for name, value in fields.items():
        setattr(receipt, name, value)
    receipt.write()
    return receipt


def test_an_app_of_another_project_is_not_taken_for_a_lost_one(machine: Machine, shop: str, api: Api) -> None:
    other = api.create_app("phoenixd", {}, None)
    broken_off(machine, shop)
    run = machine.app(project=None)
    assert run.message == ""
    assert run.result.values["app"]["id"] == other["id"]


def test_an_app_of_another_template_is_not_taken_for_a_lost_one(machine: Machine, shop: str, api: Api) -> None:
    mint = api.create_app("nutshell", {}, shop)
    broken_off(machine, shop, known=(mint["id"],))
    assert mint["id"] not in " ".join(machine.info(template=None).result.warnings)
    assert machine.app().error is None
    assert machine.pending() == []


def test_a_lost_app_in_a_new_project_is_found_by_its_project_and_by_its_id(machine: Machine, api: Api) -> None:
    receipt = broken_off(machine, None)
    lost = api.create_app("phoenixd", {}, None)
    for meant in ({"project": lost["projectId"]}, {"project": None, "template": None, "id": lost["id"]}):
        run = machine.app(**meant)
        assert isinstance(run.error, Conflict)
        assert receipt.path in run.message
        assert machine.app(**meant, state="stopped").result.warnings
    assert isinstance(machine.app(project=None).error, Conflict)


def test_a_creation_in_any_project_does_not_claim_what_this_machine_made_later(machine: Machine) -> None:
    broken_off(machine, None)
    made = machine.app()
    assert made.error is None
    again = machine.app(project=None)
    assert again.message == ""
    assert again.result.values["app"]["id"] == made.result.values["app"]["id"]
    assert machine.pending() == []


def test_an_app_that_another_machine_made_meanwhile_is_not_adopted(machine: Machine, shop: str, api: Api) -> None:
    broken_off(machine, shop)
    other = api.create_app("phoenixd", {}, shop)
    run = machine.app()
    assert other["id"] in run.message
    assert "To keep it, remove the receipt" in run.message


def test_the_first_minutes_are_worth_patience_and_later_ones_are_not(machine: Machine, shop: str) -> None:
    broken_off(machine, shop)
    machine.app()
    assert machine.clock.slept > PATIENCE
    machine.app(state="absent")
    machine.clock.naps.clear()
    broken_off(machine, shop)
    machine.clock.now += FRESH + 1
    machine.app()
    assert machine.clock.slept < PATIENCE
    assert machine.pending() == []


def test_the_time_of_day_does_not_tell_how_old_a_creation_is(machine: Machine, shop: str) -> None:
    broken_off(machine, shop, requested_at="2020-01-01T00:00:00Z")
    machine.app()
    assert machine.clock.slept > PATIENCE


@pytest.mark.parametrize("began", [{}, {"boot": 1, "monotonic": -1e9}, {"boot": boot(), "monotonic": "x"}])
def test_a_creation_of_before_a_restart_may_be_a_new_one(machine: Machine, shop: str, began: dict[str, Any]) -> None:
    broken_off(machine, shop, began=began)
    machine.app()
    assert machine.clock.slept > PATIENCE


def test_an_app_that_shows_late_is_found(
    machine: Machine, shop: str, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken_off(machine, shop)
    look, looks, late = app_recovery._new, [], []

    def looking(*arguments: Any) -> Any:
        looks.append(arguments)
        if len(looks) == 4:  # it shows in the next list
            late.append(api.create_app("phoenixd", {}, shop)["id"])
        return look(*arguments)

    monkeypatch.setattr(app_recovery, "_new", looking)
    run = machine.app()
    assert len(machine.simulator.account()["apps"]) == 1
    assert machine.pending()[0].lost == late
    assert late[0] in run.message


def test_info_tells_of_creations_that_nobody_looked_into(machine: Machine, shop: str) -> None:
    receipt = broken_off(machine, shop)
    (warning,) = machine.info().result.warnings
    assert receipt.path in warning
    assert "while it created a phoenixd app" in warning


@pytest.mark.parametrize("answer", [b"", b'{"data": {"seed": "aban'])
def test_info_advises_no_further_run_where_the_project_was_deleted_elsewhere(
    machine: Machine, shop: str, api: Api, answer: bytes
) -> None:
    receipt = broken_off(machine, shop, response=answer)
    api.delete_project(shop)
    for place in ({"project": None}, {"project": "shop"}, {"project": shop}):
        warning = machine.info(**place).result.warnings[-1]
        assert "no longer exists" in warning
        assert f"emove {receipt.path}" in warning
        assert "Run the task again" not in warning
        assert ("may contain secrets" in warning) == bool(answer)


@pytest.mark.parametrize("known", [True, False], ids=["marked as lost", "not looked into"])
def test_no_warning_advises_to_delete_an_app_that_is_being_deleted(
    machine: Machine, shop: str, api: Api, known: bool
) -> None:
    app = api.create_app("phoenixd", {}, shop)["id"]
    broken_off(machine, shop, lost=[app] if known else [])
    assert "state: absent" in machine.info().result.warnings[-1]
    for check in (True, False):
        run = machine.app(state="absent", check=check)
        assert run.result.changed
        assert run.result.warnings == []
    app = api.create_app("phoenixd", {}, shop)["id"]
    broken_off(machine, shop, lost=[app] if known else [])
    run = machine.stack(("phoenixd", 1), state="absent", delete_apps=True)
    assert run.message == ""
    assert run.result.warnings == []


def test_a_receipt_is_left_alone_until_its_owner_has_ended(machine: Machine, simulator: Simulator) -> None:
    with Holder(os.environ["NODANA_STATE_DIR"]) as owner, Holder(os.environ["NODANA_STATE_DIR"]) as other:
        machine.app(store=False, owner=Owner(owner.lease))
        for run in (machine.app(owner=Owner(other.lease)), machine.info()):
            assert (run.secrets, run.result.warnings) == ([], [])
        assert len(machine.pending()) == 1
        owner.process.kill()
        owner.process.join()
        assert len(machine.app(owner=Owner(other.lease)).secrets) == 1
    assert machine.has_secrets_of(simulator.account()["apps"][0])


@pytest.mark.parametrize("answer", [b'{"data": {"id": "app-1", "seed": "aban', b'{"data": {"seed": "abandon"}}'])
@pytest.mark.parametrize("lost", [[], ["app-gone"]])
def test_what_may_be_a_part_of_secrets_is_never_removed(
    machine: Machine, shop: str, answer: bytes, lost: list[str]
) -> None:
    receipt = broken_off(machine, shop, response=answer, lost=lost)
    run = machine.app()
    assert run.error is None
    assert machine.pending() == []
    (warning,) = run.result.warnings
    kept = warning.rpartition("kept in ")[2].rstrip(".")
    with open(kept, "rb") as file:
        assert file.read().endswith(answer)
    assert os.path.dirname(kept) == os.path.dirname(receipt.path)
    assert machine.app().result.warnings == []


@pytest.mark.parametrize("answer", [b"<html>", b"Internal Server Error", b'{"error": "X", "statusCode": 429}', b" "])
def test_what_is_no_part_of_secrets_goes(machine: Machine, shop: str, answer: bytes) -> None:
    folder = os.path.dirname(broken_off(machine, shop, response=answer).path)
    assert machine.app().result.warnings == []
    assert os.listdir(folder) == []


def test_an_answer_that_was_whole_when_the_connection_broke_is_taken() -> None:
    body = b'{"data": {"id": "app-1", "projectId": "prj-1", "url": "u", "seed": "abandon"}}'
    cut = answered(body).replace(b"Content-Length: %d" % len(body), b"Content-Length: %d" % (len(body) + 1))
    lists = answered(b'{"data": []}')
    replies = iter([lists, cut])

    with raw_server(lambda connection: connection.sendall(next(replies))) as server:
        there: Any = SimpleNamespace(url=server.url, key="a-key-0123456789")
        run = Machine(there).app(project=None, store=False)
    assert run.message == ""
    assert run.secrets[0].secrets == {"seed": "abandon"}


def test_what_arrived_before_the_connection_broke_is_in_the_receipt(state_folder: Path) -> None:
    body = b'{"data": {"id": "app-1", "seed": "abandon'
    cut = answered(body).replace(b"Content-Length: %d" % len(body), b"Content-Length: %d" % (len(body) + 100))
    replies = iter([answered(b'{"data": []}'), cut])
    lists = answered(b'{"data": []}')

    with raw_server(lambda connection: connection.sendall(next(replies, lists))) as server:
        there: Any = SimpleNamespace(url=server.url, key="a-key-0123456789")
        run = Machine(there).app(project=None, store=False)
    assert "was closed before" in run.message
    (path,) = state_folder.rglob("*.receipt")
    assert path.read_bytes().rstrip(b"\0").endswith(b"\n" + body)


def test_settling_removes_receipts_only(machine: Machine, tmp_path: Any) -> None:
    innocent = tmp_path / "innocent.receipt"
    innocent.write_text("{}")
    receipt = broken_off(machine, None)
    folder, name = os.path.split(receipt.path)
    machine.creations.settle([str(innocent), folder, "/", "", f"{folder}//{name}"])
    assert innocent.exists()
    assert machine.pending() == []
