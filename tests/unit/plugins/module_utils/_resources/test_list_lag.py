# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists that lag behind creations: what this machine has just created exists, whatever a list says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._client.creations import RECENT
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Conflict
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import sent
from ansible_collections.nodana.cloud.tests.support.machine import Machine

LAG = 1000.0


@pytest.fixture
def machine(simulator: Simulator) -> Machine:
    machine = Machine(simulator)
    machine.project()
    machine.project()  # a list has shown it
    simulator.settings(list_lag=LAG)
    simulator.clear_log()
    return machine


@pytest.fixture
def shop(machine: Machine) -> str:
    return str(machine.simulator.account()["projects"][0]["id"])


def apps(simulator: Simulator) -> list[str]:
    return [app["id"] for app in simulator.account()["apps"]]


@pytest.mark.parametrize("store", [True, False], ids=["stored", "killed with the response in its receipt"])
@pytest.mark.parametrize("place", ["shop", None, "id"])
def test_the_next_run_uses_the_app_that_no_list_shows(
    machine: Machine, simulator: Simulator, shop: str, place: str | None, store: bool
) -> None:
    project = shop if place == "id" else place
    first = machine.app(project=project, store=store)
    second = machine.app(project=project)
    assert (first.message, second.message) == ("", "")
    assert apps(simulator) == [second.result.values["app"]["id"]]
    assert not second.result.changed
    assert second.result.values["app"]["project_id"] == simulator.account()["apps"][0]["projectId"]
    assert machine.has_secrets_of(simulator.account()["apps"][0])


def test_an_app_in_a_project_that_no_list_shows_is_used(machine: Machine, simulator: Simulator) -> None:
    for _run in range(2):
        assert machine.app(project="new", create_project=True).message == ""
    assert len(apps(simulator)) == 1
    assert [project["name"] for project in simulator.account()["projects"]] == ["shop", "new"]


def test_an_app_that_was_created_with_its_project_is_found_by_that(machine: Machine, simulator: Simulator) -> None:
    project = machine.app(project=None).result.values["app"]["project_id"]
    assert machine.app(project=project).message == ""
    assert len(apps(simulator)) == 1


def test_a_project_that_no_list_shows_is_not_created_again(machine: Machine, simulator: Simulator) -> None:
    first = machine.project(name="new").result.values["project"]
    again = machine.project(name="new")
    assert not again.result.changed
    assert again.result.values["project"]["id"] == first["id"]
    assert machine.stack(("phoenixd", 1), project="new").message == ""
    assert [project["name"] for project in simulator.account()["projects"]] == ["shop", "new"]


def test_a_stack_counts_the_apps_that_no_list_shows(machine: Machine, simulator: Simulator) -> None:
    machine.app()
    assert machine.stack(("phoenixd", 2), ("nutshell", 1)).message == ""
    again = machine.stack(("phoenixd", 2), ("nutshell", 1))
    assert not again.result.changed
    assert len(again.result.values["apps"]) == 3
    assert len(apps(simulator)) == 3


def test_a_stack_waits_for_an_app_that_no_list_shows(machine: Machine, simulator: Simulator) -> None:
    machine.stack(("phoenixd", 2))
    simulator.settings(starting_status="starting")
    for app_id in apps(simulator):
        simulator.force_status(app_id, "starting")

    def become_ready() -> None:
        for app_id in apps(simulator):
            simulator.force_status(app_id, None)

    machine.clock.later(5, become_ready)
    run = machine.stack(("phoenixd", 2), wait=True)
    assert run.message == ""
    assert not run.result.changed


def test_a_missing_app_costs_one_request_until_a_list_shows_it(
    machine: Machine, simulator: Simulator, shop: str, state_folder: Path
) -> None:
    machine.app(project=shop)
    (app,) = apps(simulator)
    simulator.clear_log()
    machine.app(project=shop)
    assert sent(simulator).count(f"GET /apps/{app}") == 1
    simulator.settings(list_lag=0)
    machine.app(project=shop)
    assert list(state_folder.rglob("*.created/*")) == []
    simulator.clear_log()
    machine.app(project=shop)
    assert sent(simulator) == [f"GET /projects/{shop}/apps"]


def test_an_app_that_was_deleted_elsewhere_is_created_again(machine: Machine, simulator: Simulator, api: Api) -> None:
    machine.app()
    api.delete_app(apps(simulator)[0])
    machine.clock.now += RECENT
    second = machine.app()
    assert second.result.values["created"]
    assert machine.has_secrets_of(simulator.account()["apps"][0])
    assert machine.app().result.values["created"] is False


@pytest.mark.parametrize("what", ["app", "project"])
def test_a_receipt_of_what_is_gone_costs_one_request_once(
    machine: Machine, simulator: Simulator, api: Api, state_folder: Path, what: str
) -> None:
    made = machine.app(project=None, store=False).result.values["app"]
    api.delete_app(made["id"])
    if what == "project":
        api.delete_project(made["project_id"])
    machine.clock.now += RECENT
    machine.project()
    machine.info()
    machine.app(secrets_dir=None, state="absent", project=made["project_id"])
    simulator.clear_log()
    assert not machine.project().result.changed
    assert sent(simulator) == ["GET /projects"] + [f"GET /projects/{made['project_id']}"] * (what == "app")
    for receipt in machine.pending():
        receipt.remove()
    machine.project()
    assert not list(state_folder.rglob("*.created/gone*"))


def test_an_app_that_no_list_shows_is_deleted_by_its_project_and_template(
    machine: Machine, simulator: Simulator, state_folder: Path
) -> None:
    machine.app()
    assert machine.app(state="absent").result.changed
    assert apps(simulator) == []
    assert list(state_folder.rglob("*.created/*")) == []
    assert not machine.app(state="absent").result.changed


def test_a_project_with_an_app_that_no_list_shows_is_not_empty(machine: Machine, simulator: Simulator) -> None:
    machine.app()
    run = machine.project(state="absent")
    assert isinstance(run.error, Conflict)
    assert apps(simulator)[0] in run.message
    assert sent(simulator, "POST") == ["POST /apps"]


def test_a_stack_is_deleted_with_the_apps_that_no_list_shows(machine: Machine, simulator: Simulator) -> None:
    machine.stack(("phoenixd", 1), project="new")
    assert machine.stack(("phoenixd", 1), project="new", state="absent", delete_apps=True).message == ""
    assert apps(simulator) == []
    assert [project["name"] for project in simulator.account()["projects"]] == ["shop"]
    assert machine.stack(("phoenixd", 1), project="new").message == ""


def test_a_project_that_was_deleted_elsewhere_is_created_again(machine: Machine, api: Api) -> None:
    first = machine.project(name="new").result.values["project"]["id"]
    api.delete_project(first)
    machine.clock.now += RECENT
    assert machine.project(name="new").result.changed
    assert not machine.project(name="new").result.changed


def test_info_says_what_the_api_says(machine: Machine) -> None:
    machine.app()
    assert machine.info().result.values["apps"] == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"kind": "app"}', b'{"kind": 5, "id": "x"}', b"\xff" * 100])
def test_garbage_in_the_journal_is_skipped(
    machine: Machine, simulator: Simulator, state_folder: Path, content: bytes
) -> None:
    machine.app()
    (entry,) = state_folder.rglob("*.created/*")
    (entry.parent / "app-0.created").write_bytes(content)
    (entry.parent / "app-1.created").mkdir()
    machine.app()
    assert len(apps(simulator)) == 1


def test_the_journal_holds_no_secret_and_is_private(machine: Machine, simulator: Simulator, state_folder: Path) -> None:
    machine.app()
    (entry,) = state_folder.rglob("*.created/*")
    secrets: list[Any] = list(simulator.account()["apps"][0]["secrets"].values())
    assert not any(secret.encode() in entry.read_bytes() for secret in secrets)
    assert entry.stat().st_mode & 0o077 == 0
    assert entry.parent.stat().st_mode & 0o077 == 0
