# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A project with its apps in one task: missing apps are created, others are unchanged, and the plan is reported."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils import _errors as errors
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._resources.stack import ensure_stack
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import sent, writes
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock
from ansible_collections.nodana.cloud.tests.support.machine import RETURNED, Machine, handed_over

Record = dict[str, Any]


@pytest.fixture
def machine(simulator: Simulator, clock: FakeClock) -> Machine:
    return Machine(simulator, clock, {**RETURNED, "project": "shop"})


def apps(**counts: int) -> list[Record]:
    """Return the option ``apps`` with this count of each template."""
    return [entry(name.replace("_", "-"), count=count) for name, count in counts.items()]


def entry(template: str, **given: Any) -> Record:
    return {"template": template, **given}


WANTED = apps(phoenixd=1, cdk_mintd=2)


def test_a_new_project_gets_its_apps_and_a_second_run_changes_nothing(simulator: Simulator, machine: Machine) -> None:
    first = machine.stack(apps=WANTED).ok()
    (project,) = simulator.account()["projects"]
    assert sent(simulator)[:5] == ["GET /projects", "POST /projects", *["POST /apps"] * 3]
    assert first.changed
    assert first.values["created"]
    assert first.values["project"]["id"] == project["id"]
    assert [app["template"] for app in first.values["apps"]] == ["phoenixd", "cdk-mintd", "cdk-mintd"]
    assert {app["status"] for app in first.values["apps"]} == {"available"}
    ids = [app["id"] for app in simulator.account()["apps"]]
    assert first.values["done"] == [
        f"create the project shop: {project['id']}",
        *(f"create {app['template']}: {app['id']}" for app in first.values["apps"]),
    ]
    assert [app["id"] for app in first.values["apps"]] == ids == list(handed_over(first))
    again = machine.stack(apps=WANTED).ok()
    assert not again.changed
    assert again.before == again.after
    assert again.values["done"] == again.values["not_done"] == []
    assert [app["id"] for app in again.values["apps"]] == ids


def test_a_check_shows_the_whole_plan_and_sends_nothing(simulator: Simulator, machine: Machine) -> None:
    predicted = machine.stack(apps=WANTED, check=True).ok()
    assert writes(simulator) == []
    real = machine.stack(apps=WANTED).ok()
    assert predicted.changed
    assert predicted.values["done"] == [step.split(":")[0] for step in real.values["done"]]
    assert predicted.before == real.before == {"project": {}, "apps": [], "count": {"phoenixd": 0, "cdk-mintd": 0}}
    assert predicted.after["count"] == real.after["count"] == {"phoenixd": 1, "cdk-mintd": 2}
    assert predicted.after["project"]["name"] == real.after["project"]["name"] == "shop"
    for key in ("template", "status"):
        assert [app[key] for app in predicted.after["apps"]] == [app[key] for app in real.after["apps"]]
    assert "seed" not in str(real.after)


def test_the_difference_shows_the_params_of_new_apps_without_credentials(machine: Machine) -> None:
    machine.stack(apps=apps(nutshell=1)).ok()
    params = {
        "mint_name": "Shop",
        "mint_lnd_rest_url": "https://lnd:hidden-word@lnd.example.com",
        "mint_lnd_macaroon": "0201036c6e64",
    }
    wanted = [entry("phoenixd", params={"auto_liquidity": "2m"}), entry("nutshell", count=2, params=params)]
    masked = {**params, "mint_lnd_rest_url": "https://lnd:********@lnd.example.com", "mint_lnd_macaroon": "********"}
    for check in (True, False):
        result = machine.stack(apps=wanted, check=check).ok()
        there, *new = result.after["apps"]
        assert "params" not in there
        assert {app["template"]: app["params"] for app in new} == {
            "phoenixd": {"auto_liquidity": "2m"},
            "nutshell": masked,
        }
        assert "params" not in result.values["apps"][-1]
        assert (result.before["count"]["nutshell"], result.after["count"]["nutshell"]) == (1, 2)
    assert machine.stack(apps=wanted).ok().after["count"] == {"nutshell": 2, "phoenixd": 1}


def test_only_what_is_missing_is_made_beside_what_is_there(simulator: Simulator, api: Api, machine: Machine) -> None:
    project = api.create_project("shop")["id"]
    there = [api.create_app("cdk-mintd", {}, project)["id"], api.create_app("nutshell", {}, project)["id"]]
    result = machine.stack(apps=[entry("cdk-mintd", count=2, params={"mint_name": "Shop"})]).ok()
    (new,) = [app for app in simulator.account()["apps"] if app["id"] not in there]
    assert (new["template"], new["params"]) == ("cdk-mintd", {"mint_name": "Shop"})
    assert [app["id"] for app in result.values["apps"]] == [there[0], new["id"]]
    assert [app["id"] for app in result.before["apps"]] == there[:1]


def test_more_apps_than_wanted_are_told_and_never_touched(simulator: Simulator, api: Api, machine: Machine) -> None:
    project = api.create_project("shop")["id"]
    there = [api.create_app("cdk-mintd", {}, project)["id"] for _number in range(3)]
    simulator.clear_log()
    result = machine.stack(apps=WANTED[1:]).ok()
    assert result.values["surplus"] == {"cdk-mintd": 1}
    failure = machine.stack(apps=[entry("cdk-mintd", state="stopped")]).failure
    assert all(app in str(failure) for app in there)
    failure = machine.stack(apps=WANTED, state="absent", delete_apps=True).failure
    assert all(app in str(failure) for app in there)
    assert writes(simulator) == []


def test_states_are_seen_to(simulator: Simulator, machine: Machine) -> None:
    machine.stack(apps=WANTED).ok()
    simulator.clear_log()
    stopped = machine.stack(apps=[entry("cdk-mintd", count=2, state="stopped"), entry("phoenixd")]).ok()
    mints = [app["id"] for app in simulator.account()["apps"] if app["template"] == "cdk-mintd"]
    assert writes(simulator) == [f"POST /apps/{mint}/stop" for mint in mints]
    assert stopped.values["done"] == [f"stop {mint} (cdk-mintd)" for mint in mints]
    assert [app["state"] for app in stopped.after["apps"] if app["template"] == "cdk-mintd"] == ["stopped"] * 2
    started = machine.stack(apps=[entry("cdk-mintd", count=2, state="started")]).ok()
    assert {service["status"] for app in simulator.account()["apps"] for service in app["services"]} == {"running"}
    assert started.changed
    assert not machine.stack(apps=[entry("cdk-mintd", count=2, state="started")]).ok().changed


def test_a_stopped_app_of_a_stack_is_visible(machine: Machine) -> None:
    machine.stack(apps=WANTED).ok()
    wanted = [entry("phoenixd"), entry("cdk-mintd", count=2, state="stopped")]
    for check in (True, False, False):
        result = machine.stack(apps=wanted, check=check).ok()
        assert [app["running"] for app in result.values["apps"]] == [None, False, False]


def test_nothing_is_made_to_be_stopped(simulator: Simulator, machine: Machine) -> None:
    failure = machine.stack(apps=[entry("phoenixd"), entry("nutshell", state="stopped")]).failure
    assert "nutshell" in str(failure)
    assert writes(simulator) == []


def test_absent_deletes_the_listed_apps_and_the_project(simulator: Simulator, machine: Machine) -> None:
    machine.stack(apps=WANTED).ok()
    simulator.clear_log()
    predicted = machine.stack(apps=WANTED, state="absent", delete_apps=True, check=True).ok()
    assert writes(simulator) == []
    gone = machine.stack(apps=WANTED, state="absent", delete_apps=True).ok()
    assert simulator.account()["apps"] == simulator.account()["projects"] == []
    assert predicted.values == {**gone.values, "minimum_requests": 6}
    assert (predicted.before, predicted.after) == (gone.before, gone.after)
    assert gone.after == {"project": {}, "apps": [], "count": {"phoenixd": 0, "cdk-mintd": 0}}
    assert gone.before["count"] == {"phoenixd": 1, "cdk-mintd": 2}
    assert len(gone.before["apps"]) == 3
    assert not machine.stack(apps=WANTED, state="absent", delete_apps=True).ok().changed


def test_absent_deletes_the_other_apps_if_one_cannot_be_deleted(simulator: Simulator, machine: Machine) -> None:
    wanted = apps(phoenixd=2, cdk_mintd=2)
    machine.stack(apps=wanted).ok()
    first, second, third, last = (app["id"] for app in simulator.account()["apps"])
    for app_id in (first, third):
        simulator.fault("status_before", status=409, path=f"^/apps/{app_id}/delete$")
    result, failure = machine.stack(apps=wanted, state="absent", delete_apps=True)
    assert isinstance(failure, errors.Conflict)
    assert f"/apps/{first}/delete: The API returned HTTP 409; " in str(failure)
    assert f"/apps/{third}/delete: The API returned HTTP 409; done before" in str(failure)
    assert result.values["done"] == [f"delete {second} (phoenixd)", f"delete {last} (cdk-mintd)"]
    left = [f"delete {first} (phoenixd)", f"delete {third} (cdk-mintd)"]
    assert result.values["not_done"] == [*left, "delete the project shop"]
    assert [app["id"] for app in simulator.account()["apps"]] == [first, third]
    assert [app["id"] for app in result.after["apps"]] == [first, third]
    assert result.changed
    assert machine.stack(apps=apps(phoenixd=1, cdk_mintd=1), state="absent", delete_apps=True).ok().changed
    assert simulator.account()["projects"] == []


def test_absent_stops_at_an_error_that_concerns_every_app(simulator: Simulator, machine: Machine) -> None:
    machine.stack(apps=WANTED).ok()
    simulator.clear_log()
    simulator.fault("status_before", status=401, path="/delete$", times=9)
    result, failure = machine.stack(apps=WANTED, state="absent", delete_apps=True)
    assert isinstance(failure, errors.Unauthorized)
    assert len(result.values["not_done"]) == 4
    assert len(writes(simulator)) == 1


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "cut_json"])
def test_a_creation_that_broke_off_is_forgotten_with_its_project(
    simulator: Simulator, machine: Machine, fault: str
) -> None:
    simulator.fault(fault, path="^/apps$")
    assert isinstance(machine.stack(apps=apps(phoenixd=1)).failure, errors.AmbiguousOutcome)
    machine.stack(apps=apps(phoenixd=1), state="absent", delete_apps=True).ok()
    assert simulator.account()["projects"] == []
    assert machine.info(project=None).ok().warnings == []


def test_nodana_project_forgets_it_as_well(simulator: Simulator, machine: Machine) -> None:
    simulator.fault("drop_before", path="^/apps$")
    assert machine.stack(apps=apps(phoenixd=1)).error
    machine.project(name="shop", state="absent").ok()
    assert machine.info(project=None).ok().warnings == []


def test_absent_deletes_nothing_where_more_is_there_than_was_listed(simulator: Simulator, machine: Machine) -> None:
    machine.stack(apps=WANTED).ok()
    simulator.clear_log()
    failure = machine.stack(apps=WANTED[1:], state="absent", delete_apps=True).failure
    assert "(phoenixd)" in str(failure)
    assert writes(simulator) == []


@pytest.mark.parametrize(
    "options",
    [
        {"project": " "},
        {"apps": apps(phoenixd=0)},
        {"apps": [entry("phoenixd"), entry("phoenixd", count=2)]},
        {"apps": [entry("phoenixd", params={"auto_liquidity": "7m"})]},
        {"apps": WANTED, "state": "absent"},
    ],
)
def test_faults_of_the_input_are_told_before_any_request(
    simulator: Simulator, machine: Machine, options: dict[str, Any]
) -> None:
    assert isinstance(machine.stack(**options).failure, errors.Invalid)
    assert sent(simulator) == []


def test_nothing_at_all_is_made_without_a_place_for_the_secrets(simulator: Simulator, machine: Machine) -> None:
    assert "secrets are shown only once" in str(machine.stack(apps=WANTED, return_secrets=False).failure)
    assert writes(simulator) == []


def test_an_id_of_no_project_makes_none(simulator: Simulator, machine: Machine) -> None:
    assert isinstance(machine.stack(apps=WANTED, project="prj-none").failure, errors.NotFound)
    assert writes(simulator) == []


@pytest.mark.parametrize("fault", ["error_before", "drop_after"])
def test_a_failure_in_the_middle_tells_what_was_done_and_what_not(
    simulator: Simulator, api: Api, machine: Machine, fault: str
) -> None:
    for _number in range(2):
        simulator.fault("slow", path="^/apps$", seconds=0)
    simulator.fault(fault, path="^/apps$")
    wanted = apps(phoenixd=1, cdk_mintd=3)
    result, failure = machine.stack(apps=wanted)
    first, second = simulator.account()["apps"][:2]
    assert len(result.values["done"]) == 3
    assert result.values["not_done"] == ["create cdk-mintd"] * 2
    assert f"create phoenixd: {first['id']}" in str(failure)
    assert "not done: create cdk-mintd (2 times)" in str(failure)
    assert list(handed_over(result)) == [first["id"], second["id"]]
    if fault == "drop_after":  # until the user has handled the app whose secrets are lost
        lost = simulator.account()["apps"][2]["id"]
        assert lost in str(machine.stack(apps=wanted).failure)
        api.delete_app(lost)
    assert machine.stack(apps=wanted).ok().changed
    assert sorted(app["template"] for app in simulator.account()["apps"]) == ["cdk-mintd"] * 3 + ["phoenixd"]


def test_a_defect_in_the_middle_tells_what_was_not_done_as_well(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Api, "create_app", broken)
    context = machine.context("nodana_stack", apps=apps(phoenixd=2))
    with pytest.raises(ZeroDivisionError):
        ensure_stack(context)
    assert len(context.result.values["done"]) == 1
    assert context.result.values["not_done"] == ["create phoenixd"] * 2


def test_a_wait_in_vain_names_those_that_are_not_ready(simulator: Simulator, machine: Machine) -> None:
    machine.stack(apps=apps(phoenixd=2)).ok()
    simulator.settings(startup_delay=1e6)
    message = str(machine.stack(apps=apps(phoenixd=2, nutshell=2), wait_timeout=12).failure)
    there, new = simulator.account()["apps"][:2], simulator.account()["apps"][2:]
    assert all(f"{app['id']} (nutshell) starting" in message for app in new)
    assert not any(app["id"] in message for app in there)


@pytest.mark.parametrize("number", [1, 2])
def test_an_app_that_somebody_deletes_is_not_waited_for(
    simulator: Simulator, api: Api, machine: Machine, clock: FakeClock, number: int
) -> None:
    simulator.settings(startup_delay=1e6)
    clock.later(20, lambda: api.delete_app(simulator.account()["apps"][0]["id"]))
    failure = machine.stack(apps=apps(phoenixd=number)).failure
    assert "was deleted elsewhere" in str(failure)
    assert clock.slept < 30


def test_a_new_app_that_is_not_listed_yet_is_waited_for(
    simulator: Simulator, machine: Machine, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    list_apps = Api.apps
    monkeypatch.setattr(Api, "apps", lambda api, project: list_apps(api, project) if clock.slept > 20 else [])
    result = machine.stack(apps=apps(phoenixd=2)).ok()
    assert {app["status"] for app in result.values["apps"]} == {"available"}
    assert len(simulator.account()["apps"]) == 2


def test_new_apps_are_waited_for_together_from_when_the_first_can_be_ready(
    simulator: Simulator, machine: Machine, clock: FakeClock
) -> None:
    simulator.settings(startup_delay=1e6)

    def ready() -> None:
        for app in simulator.account()["apps"]:
            simulator.force_status(app["id"], "available")

    clock.later(12, ready)  # 10 s after the first app was created
    machine.stack(apps=apps(phoenixd=4, nutshell=4)).ok()
    looks = [line for line in sent(simulator, "GET") if line.endswith("/apps")]
    assert len(looks) == 1
    assert clock.slept == 12


def test_the_second_look_comes_when_the_last_app_can_be_ready(
    simulator: Simulator, machine: Machine, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator.settings(startup_delay=1e6)
    create = Api.create_app

    def slowly(*arguments: Any) -> Record:
        made = create(*arguments)
        clock.later(10, lambda: simulator.force_status(made["id"], "available"))
        return made

    monkeypatch.setattr(Api, "create_app", slowly)
    machine.stack(apps=apps(phoenixd=5, nutshell=15)).ok()
    assert len([line for line in sent(simulator, "GET") if line.endswith("/apps")]) <= 3
    assert clock.slept <= 33


def test_apps_that_are_still_starting_are_waited_for_with_the_new_ones(
    simulator: Simulator, api: Api, machine: Machine, clock: FakeClock
) -> None:
    simulator.settings(startup_delay=1e6)
    project = api.create_project("shop")["id"]
    there = api.create_app("phoenixd", {}, project)["id"]
    simulator.force_status(there, "starting")

    def ready() -> None:
        for app in simulator.account()["apps"]:
            simulator.force_status(app["id"], "available")

    clock.later(12, ready)
    result = machine.stack(apps=apps(phoenixd=2)).ok()
    assert {app["status"] for app in result.values["apps"]} == {"available"}
    assert not any(line.endswith(there) for line in sent(simulator))
