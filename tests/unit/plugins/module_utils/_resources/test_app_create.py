# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Failures while an app is created: no app is created twice, and each created app is reported."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils import _errors as errors
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import sent, writes
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock
from ansible_collections.nodana.cloud.tests.support.machine import Machine, handed_over

NEW: dict[str, Any] = {"project": "shop", "create_project": True, "template": "phoenixd"}


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("place", [{}, NEW])
def test_nothing_is_created_without_a_place_for_the_secrets(
    simulator: Simulator, machine: Machine, check: bool, place: dict[str, Any]
) -> None:
    failure = machine.app(**{"template": "phoenixd", **place}, return_secrets=False, check=check).failure
    assert isinstance(failure, errors.Invalid)
    assert "secrets are shown only once" in str(failure)
    assert "return_secrets: true" in str(failure)
    assert writes(simulator) == []


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({**NEW, "params": {"auto_liquidity": "7m"}}, errors.Invalid),
        ({**NEW, "params": {"mint_name": "x"}}, errors.Invalid),
        ({**NEW, "template": " "}, errors.Invalid),
        ({**NEW, "project": "\n"}, errors.Invalid),
        ({**NEW, "count": 2, "state": "stopped"}, errors.Invalid),
        ({**NEW, "count": 2, "state": "absent"}, errors.Invalid),
        ({"id": ""}, errors.Invalid),
        ({"id": "../projects"}, errors.Invalid),
    ],
)
def test_faults_of_the_input_are_told_before_any_request(
    simulator: Simulator, machine: Machine, options: dict[str, Any], error: type[errors.NodanaError]
) -> None:
    assert machine.app(**options).failure.__class__ is error
    assert sent(simulator) == []


def test_a_project_that_is_not_there_is_made_only_if_allowed(simulator: Simulator, machine: Machine) -> None:
    failure = machine.app(**{**NEW, "create_project": False}).failure
    assert "create_project: true" in str(failure)
    assert writes(simulator) == []
    machine.app(**NEW).ok()
    assert writes(simulator) == ["POST /projects", "POST /apps"]
    assert [project["name"] for project in simulator.account()["projects"]] == ["shop"]


def test_an_id_of_no_project_makes_none(simulator: Simulator, machine: Machine) -> None:
    failure = machine.app(**{**NEW, "project": "prj-none"}).failure
    assert isinstance(failure, errors.NotFound)
    assert "use a name" in str(failure)
    assert writes(simulator) == []


def test_nothing_is_waited_for_before_the_secrets_of_a_new_app_are_handed_over(
    api: Api, machine: Machine, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Api, "services", lambda _api, _app_id: [])
    there = api.create_app("phoenixd", {}, api.create_project("shop")["id"])["id"]
    result, failure = machine.app(**NEW, state="started", count=2, secrets_dir="secrets", request_interval=0)
    assert f"{there} (phoenixd) has no services" in str(failure)
    assert len(result.secrets) == 1
    assert clock.slept == 0


def test_an_unknown_template_is_passed_on_with_a_note(simulator: Simulator, machine: Machine) -> None:
    result = machine.app(template="boltzd", params={"anything": [1]}).ok()
    assert simulator.account()["apps"][0]["params"] == {"anything": [1]}
    assert "not documented" in result.warnings[0]


@pytest.mark.parametrize("envelope", ["data", "bare"])
@pytest.mark.parametrize("ready", ["available", "running"])
def test_a_new_app_is_waited_for_in_all_forms(
    simulator: Simulator, machine: Machine, envelope: str, ready: str
) -> None:
    simulator.settings(create_envelope=envelope, ready_status=ready)
    result = machine.app(**NEW).ok()
    account = simulator.account()["apps"][0]
    assert result.values["app"]["status"] == ready
    assert result.values["app"]["rate"] == account["rate"]
    assert set(handed_over(result)[account["id"]]) == {"seed", "password", "restricted_password"}


@pytest.mark.parametrize("fault", ["drop_after", "error_after", "cut_json", "empty_body", "no_data"])
def test_an_app_that_was_made_without_telling_is_named(
    simulator: Simulator, api: Api, machine: Machine, fault: str
) -> None:
    api.create_app("phoenixd", {}, api.create_project("other")["id"])
    simulator.clear_log()
    simulator.fault(fault, path="^/apps$")
    result, failure = machine.app(**NEW)
    assert isinstance(failure, errors.AmbiguousOutcome)
    made = [app["id"] for app in simulator.account()["apps"]][1]
    assert f"new since then, with lost secrets: {made} (" in str(failure)
    assert "state: absent" in str(failure)
    assert result.changed
    assert writes(simulator) == ["POST /projects", "POST /apps"]


@pytest.mark.parametrize("fault", ["drop_before", "error_before", "html_502"])
def test_an_app_that_was_not_made_is_not_made_up(simulator: Simulator, machine: Machine, fault: str) -> None:
    simulator.fault(fault, path="^/apps$")
    result, failure = machine.app(template="phoenixd")
    assert isinstance(failure, errors.AmbiguousOutcome)
    assert "no new phoenixd app appeared" in str(failure)
    assert not result.changed
    assert writes(simulator) == ["POST /apps"]


def test_a_look_that_fails_as_well_is_told(simulator: Simulator, machine: Machine) -> None:
    simulator.fault("drop_after", path="^/apps$")
    simulator.fault("error_before", path="/apps$", method="GET", times=1000)
    _result, failure = machine.app(**NEW)
    assert isinstance(failure, errors.AmbiguousOutcome)
    assert "the apps could not be listed" in str(failure)
    assert len(writes(simulator)) == 2


@pytest.mark.parametrize("fault", ["drop_after", "error_before", "no_data"])
def test_a_failure_among_several_creations_keeps_the_secrets_of_the_others(
    simulator: Simulator, machine: Machine, fault: str
) -> None:
    simulator.fault("slow", path="^/apps$", seconds=0)
    simulator.fault("slow", path="^/apps$", seconds=0)
    simulator.fault(fault, path="^/apps$")
    result, failure = machine.app(**NEW, count=4)
    assert isinstance(failure, errors.AmbiguousOutcome)
    first, second = simulator.account()["apps"][:2]
    assert [app["id"] for app in result.values["apps"]] == [first["id"], second["id"]]
    assert {app: kept["seed"] for app, kept in handed_over(result).items()} == {
        app["id"]: app["secrets"]["seed"] for app in (first, second)
    }
    assert len(sent(simulator, "POST", "/apps")) == 3


def test_a_refusal_after_the_project_was_made_says_that_something_changed(
    simulator: Simulator, machine: Machine
) -> None:
    result, failure = machine.app(**{**NEW, "template": "no-such-template"})
    assert isinstance(failure, errors.Invalid)
    assert result.changed
    assert len(simulator.account()["projects"]) == 1


@pytest.mark.parametrize("place", [NEW, {"template": "phoenixd"}])
def test_a_refused_template_is_named_with_the_place_of_the_app(
    simulator: Simulator, machine: Machine, place: dict[str, Any]
) -> None:
    message = str(machine.app(**{**place, "template": "phoenix"}).failure)
    projects = simulator.account()["projects"]
    where = f"the project shop ({projects[0]['id']})" if projects else "a new project"
    assert message.startswith(
        f"POST {simulator.url}/apps: No phoenix app was created in {where}: The API returned BadRequestError 400"
    )
    assert "Check the name of the template" in message
    assert "nutshell, phoenixd" in message


def test_a_template_that_the_api_does_not_find_is_named(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def not_found(*_arguments: Any) -> None:
        raise errors.NotFound('The API returned NotFoundError 404: "Not found"', code=404, request="POST /apps")

    monkeypatch.setattr(Api, "create_app", not_found)
    message = str(machine.app(template="phoenix").failure)
    assert message.startswith("POST /apps: No phoenix app was created in a new project: The API returned NotFoundError")
    assert "Check the name of the template" in message


@pytest.mark.parametrize("count", [None, 2])
def test_a_wait_that_fails_leaves_app_and_secrets_in_the_outcome(
    simulator: Simulator, machine: Machine, count: int | None
) -> None:
    simulator.settings(startup_delay=1e6)
    result, failure = machine.app(**NEW, wait_timeout=20, count=count)
    assert isinstance(failure, errors.WaitTimeout)
    assert result.changed
    assert result.values["created"]
    for app in simulator.account()["apps"]:
        assert app["id"] in str(failure)
        assert handed_over(result)[app["id"]]["seed"] == app["secrets"]["seed"]
    again = machine.app(**NEW, wait_timeout=20, count=count)
    assert isinstance(again.error, errors.WaitTimeout)
    assert not again.result.changed
    assert len(simulator.account()["apps"]) == (count or 1)


@pytest.mark.parametrize("fault", ["error_before", "drop_before", "not_json_200", "limit"])
def test_a_wait_that_meets_faults_without_end_leaves_app_and_secrets_too(
    simulator: Simulator, machine: Machine, fault: str
) -> None:
    simulator.settings(startup_delay=1e6)
    machine.clock.later(10, lambda: simulator.fault(fault, method="GET", times=1000))
    result, failure = machine.app(**NEW)
    assert failure is not None
    assert result.changed
    (app,) = simulator.account()["apps"]
    assert handed_over(result)[app["id"]]["seed"] == app["secrets"]["seed"]


def test_nobody_asks_before_a_new_app_can_be_ready(simulator: Simulator, machine: Machine, clock: FakeClock) -> None:
    simulator.settings(startup_delay=1e6)
    clock.later(12, lambda: simulator.force_status(simulator.account()["apps"][0]["id"], "available"))
    machine.app(**NEW).ok()
    assert len(sent(simulator, "GET")) <= 4
    assert clock.slept < 15


def test_several_apps_are_waited_for_by_one_request_a_round(simulator: Simulator, machine: Machine) -> None:
    simulator.settings(startup_delay=1e6)
    machine.app(**NEW, count=3, wait_timeout=12)
    project = simulator.account()["projects"][0]["id"]
    looks = [line for line in sent(simulator, "GET") if line != "GET /projects"]
    assert set(looks) == {f"GET /projects/{project}/apps"}
    assert len(looks) <= 6


def test_a_cordoned_app_gets_some_time_and_is_then_told(
    simulator: Simulator, machine: Machine, clock: FakeClock
) -> None:
    clock.later(4, lambda: simulator.force_status(simulator.account()["apps"][0]["id"], "cordoned"))
    result, failure = machine.app(**NEW)
    assert isinstance(failure, errors.Conflict)
    assert "remains cordoned" in str(failure)
    assert 30 <= clock.slept < 60
    assert handed_over(result)


def test_an_app_that_exists_and_is_cordoned_is_no_success(simulator: Simulator, machine: Machine) -> None:
    app = machine.app(**NEW).ok().values["app"]["id"]
    simulator.force_status(app, "cordoned")
    run = machine.app(**NEW)
    assert isinstance(run.error, errors.Conflict)
    assert "remains cordoned" in run.message
    assert not run.result.changed


def test_a_count_reports_all_apps_and_adds_only_what_is_missing(simulator: Simulator, machine: Machine) -> None:
    for count, had in ((2, 0), (2, 2), (1, 2), (3, 2)):
        simulator.clear_log()
        for check in (True, False):
            before = [app["id"] for app in simulator.account()["apps"]]
            result = machine.app(**NEW, count=count, check=check).ok()
            made = max(0, count - had)
            apps = result.values["apps"]
            assert (result.changed, result.values["created"]) == (made > 0, made > 0)
            assert [app["id"] for app in apps[:had]] == before
            assert [app["status"] for app in apps] == ["available"] * (had + made)
            assert (len(result.before["apps"]), len(result.after["apps"])) == (had, had + made)
            assert result.before["count"] == {"phoenixd": had}
            assert result.after["count"] == {"phoenixd": had + made}
            assert result.after["apps"][had:] == [{**app, "params": {}} for app in apps[had:]]
            assert "app" not in result.values
            assert len(handed_over(result)) == len(simulator.account()["apps"]) - had == (0 if check else made)
        assert simulator.account()["deleted_apps"] == []


def test_a_cordoned_app_may_come_back(simulator: Simulator, machine: Machine, clock: FakeClock) -> None:
    def force(status: str) -> None:
        simulator.force_status(simulator.account()["apps"][0]["id"], status)

    clock.later(4, lambda: force("cordoned"))
    clock.later(33, lambda: force("available"))
    assert machine.app(**NEW).ok().values["app"]["status"] == "available"
