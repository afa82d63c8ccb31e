# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every fault on the request that creates, in every form of answer, and what the next run makes of it."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._client.retry import MOST_RATE_LIMIT_RESPONSES
from ansible_collections.nodana.cloud.plugins.module_utils._errors import (
    AmbiguousOutcome,
    Conflict,
    RateLimited,
    Unreachable,
)
from ansible_collections.nodana.cloud.plugins.module_utils._local.lock import LockTimeout
from ansible_collections.nodana.cloud.plugins.module_utils._local.receipts import Receipt
from ansible_collections.nodana.cloud.plugins.module_utils._local.state_dir import StateUnavailable
from ansible_collections.nodana.cloud.plugins.module_utils._resources import app_create
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import sent
from ansible_collections.nodana.cloud.tests.support.machine import Machine

PASSING = [
    *("drop_after", "error_after", "cut_json", "empty_body", "no_data"),
    *("drop_before", "error_before", "html_502", "not_json_200", "limit"),
]
MADE = ["drop_after", "error_after", "cut_json", "empty_body", "no_data", "redirect_after", "named_error_after"]
NOT_MADE = ["drop_before", "error_before", "html_502", "not_json_200", "redirect"]
UNCLEAR = [400, 401, 403, 404, 407, 408, 409, 413, 418, 422, 425, 451, 499]  # with a proxy's page
FORMS = ["data", "bare"]
PLACES = [{"project": "shop"}, {"project": None}]


@pytest.fixture(params=FORMS)
def machine(request: pytest.FixtureRequest, simulator: Simulator) -> Machine:
    machine = Machine(simulator)
    machine.project()
    simulator.settings(create_envelope=request.param)
    simulator.clear_log()
    return machine


@pytest.fixture(params=PLACES, ids=["in a project", "in a new one"])
def place(request: pytest.FixtureRequest) -> dict[str, Any]:
    return request.param


def away(*_arguments: object) -> None:
    raise Unreachable("Cannot connect to the API", sent=False)


@pytest.mark.parametrize("fault", MADE)
def test_an_app_without_its_answer_is_told_now_and_by_every_later_run(
    machine: Machine, simulator: Simulator, place: dict[str, Any], fault: str
) -> None:
    simulator.fault(fault, method="POST")
    first = machine.app(**place)
    (app,) = simulator.account()["apps"]
    assert isinstance(first.error, AmbiguousOutcome)
    assert first.result.changed
    assert re.search(
        rf"^POST http://.*/apps: .*new since then, with lost secrets: {app['id']} \(phoenixd, about 0\.34 per day",
        first.message,
    )
    assert f"nodana_app with id: {app['id']} and state: absent" in first.message
    (receipt,) = machine.pending()
    assert receipt.lost == [app["id"]]
    for again in (
        machine.app(**place),
        machine.app(**place, check=True),
        machine.app(id=app["id"], template=None, project=None),
    ):
        assert isinstance(again.error, Conflict)
        assert re.search(rf"{app['id']}.* its secrets are lost", again.message)
        assert receipt.path in again.message
    (warning,) = machine.info(**place).result.warnings
    assert f"{app['id']} (phoenixd, about" in warning
    assert sent(simulator, "POST") == ["POST /apps"]


@pytest.mark.parametrize("fault", MADE)
def test_after_the_lost_app_is_deleted_another_one_is_created(
    machine: Machine, simulator: Simulator, place: dict[str, Any], fault: str
) -> None:
    simulator.fault(fault, method="POST")
    machine.app(**place)
    (lost,) = simulator.account()["apps"]
    assert machine.app(id=lost["id"], template=None, project=None, state="absent").error is None
    second = machine.app(**place)
    assert second.message == ""
    (app,) = simulator.account()["apps"]
    assert machine.has_secrets_of(app)
    assert machine.pending() == []


@pytest.mark.parametrize("fault", MADE)
def test_after_the_lost_app_is_deleted_elsewhere_another_one_is_created(
    machine: Machine, simulator: Simulator, api: Api, fault: str
) -> None:
    simulator.fault(fault, method="POST")
    machine.app()
    api.delete_app(simulator.account()["apps"][0]["id"])
    assert machine.app().error is None
    assert machine.has_secrets_of(simulator.account()["apps"][0])
    assert machine.pending() == []


def test_after_the_marker_is_removed_the_app_is_taken_for_fine(machine: Machine, simulator: Simulator) -> None:
    simulator.fault("drop_after", method="POST")
    machine.app()
    os.unlink(machine.pending()[0].path)
    second = machine.app()
    assert second.error is None
    assert second.result.values["app"]["id"] == simulator.account()["apps"][0]["id"]
    assert not second.result.changed


@pytest.mark.parametrize("fault", NOT_MADE)
def test_when_nothing_was_made_it_says_so_and_the_next_run_creates(
    machine: Machine, simulator: Simulator, place: dict[str, Any], fault: str
) -> None:
    simulator.fault(fault, method="POST")
    first = machine.app(**place)
    assert isinstance(first.error, AmbiguousOutcome)
    assert not first.result.changed
    assert "no new phoenixd app appeared in 10 s. Most likely no app was created" in first.message
    assert [receipt.lost for receipt in machine.pending()] == [[]]
    second = machine.app(**place)
    assert second.message == ""
    (app,) = simulator.account()["apps"]
    assert machine.has_secrets_of(app)
    assert machine.pending() == []


@pytest.mark.parametrize("form", ["body", "http", "http-retry-after"])
def test_limit_answers_are_waited_out(machine: Machine, simulator: Simulator, form: str) -> None:
    simulator.settings(limit_form=form)
    simulator.fault("limit", method="POST", times=2)
    assert machine.app().error is None
    assert machine.has_secrets_of(simulator.account()["apps"][0])
    assert machine.pending() == []


@pytest.mark.parametrize("form", ["body", "http"])
def test_a_limit_that_does_not_end_leaves_the_question_to_the_next_run(
    machine: Machine, simulator: Simulator, form: str
) -> None:
    simulator.settings(limit_form=form)
    simulator.fault("limit", method="POST", times=MOST_RATE_LIMIT_RESPONSES)
    assert isinstance(machine.app().error, RateLimited)
    assert [receipt.lost for receipt in machine.pending()] == [[]]
    assert machine.app().error is None
    assert machine.pending() == []


def test_an_app_that_was_made_behind_the_last_limit_answer_is_not_taken_for_fine(
    machine: Machine, simulator: Simulator
) -> None:
    simulator.fault("limit", method="POST", times=MOST_RATE_LIMIT_RESPONSES - 1)
    simulator.fault("limit_after", method="POST")
    assert isinstance(machine.app().error, RateLimited)
    assert isinstance(machine.app().error, Conflict)
    assert len(simulator.account()["apps"]) == 1


@pytest.mark.parametrize("fault", MADE)
def test_a_fault_after_limit_answers_is_no_answer(machine: Machine, simulator: Simulator, fault: str) -> None:
    simulator.fault("limit", method="POST", times=2)
    simulator.fault(fault, method="POST")
    first = machine.app()
    (app,) = simulator.account()["apps"]
    assert app["id"] in first.message
    assert b"TooManyRequests" not in machine.pending()[0].response
    assert len(simulator.account()["apps"]) == 1


def test_a_slow_answer_is_no_fault(machine: Machine, simulator: Simulator) -> None:
    simulator.fault("slow_after", method="POST", seconds=0.1)
    assert machine.app().error is None
    assert machine.has_secrets_of(simulator.account()["apps"][0])


def test_what_is_refused_leaves_nothing_behind(machine: Machine, api: Api) -> None:
    for number in range(3):
        api.create_project(f"{number}")
    run = machine.app(project=None)
    assert "maximum of 4" in run.message
    assert machine.pending() == []


@pytest.mark.parametrize("status", UNCLEAR)
def test_an_unclear_status_after_a_creation_that_was_done_is_no_refusal(
    machine: Machine, simulator: Simulator, place: dict[str, Any], status: int
) -> None:
    simulator.fault("status_after", method="POST", status=status)
    first = machine.app(**place)
    (app,) = simulator.account()["apps"]
    assert isinstance(first.error, AmbiguousOutcome)
    assert app["id"] in first.message
    assert machine.pending()[0].lost == [app["id"]]
    assert isinstance(machine.app(**place).error, Conflict)
    assert len(simulator.account()["apps"]) == 1


@pytest.mark.parametrize("status", UNCLEAR)
def test_an_unclear_status_before_a_creation_keeps_its_receipt_for_the_next_run(
    machine: Machine, simulator: Simulator, status: int
) -> None:
    simulator.fault("status_before", method="POST", status=status)
    assert isinstance(machine.app().error, AmbiguousOutcome)
    assert [receipt.lost for receipt in machine.pending()] == [[]]
    assert machine.app().error is None
    assert machine.has_secrets_of(simulator.account()["apps"][0])
    assert machine.pending() == []


@pytest.mark.parametrize("form", ["body", "http", "http-retry-after"])
def test_an_app_that_was_made_behind_a_limit_answer_is_not_made_again(
    machine: Machine, simulator: Simulator, place: dict[str, Any], form: str
) -> None:
    simulator.settings(limit_form=form)
    simulator.fault("limit_after", method="POST")
    run = machine.app(**place)
    (app,) = simulator.account()["apps"]
    assert isinstance(run.error, AmbiguousOutcome)
    assert app["id"] in run.message
    assert machine.pending()[0].lost == [app["id"]]
    assert sent(simulator, "POST") == ["POST /apps"]


def test_a_limit_answer_is_followed_by_one_look_before_the_creation_is_sent_again(
    machine: Machine, simulator: Simulator
) -> None:
    project = simulator.account()["projects"][0]["id"]
    simulator.fault("limit", method="POST", times=2)
    assert machine.app(project=project).error is None
    look, create = f"GET /projects/{project}/apps", "POST /apps"
    assert sent(simulator)[-5:] == [create, look, create, look, create]


def test_a_creation_is_not_sent_again_when_nobody_can_look_after_a_limit_answer(
    machine: Machine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator.fault("limit_after", method="POST")
    with monkeypatch.context() as patched:
        patched.setattr(app_create, "list_apps_of_projects", away)
        run = machine.app()
    assert isinstance(run.error, AmbiguousOutcome)
    assert "took effect failed: Cannot connect" in run.message
    assert sent(simulator, "POST") == ["POST /apps"]
    assert isinstance(machine.app().error, Conflict)


def test_a_killed_run_between_answer_and_file_is_finished_by_the_next(machine: Machine, simulator: Simulator) -> None:
    assert machine.app(store=False).error is None
    (app,) = simulator.account()["apps"]
    (warning,) = machine.info().result.warnings
    assert machine.pending()[0].path in warning
    assert not any(secret in warning for secret in app["secrets"].values())
    (check_warning,) = machine.app(check=True, store=False).result.warnings
    assert check_warning == warning
    (no_place,) = machine.app(secrets_dir=None, store=False).result.warnings
    assert no_place == warning
    second = machine.app()
    assert second.error is None
    assert [app.this_run for app in second.secrets] == [False]
    assert not second.result.changed
    assert machine.has_secrets_of(app)
    assert machine.pending() == []


def test_the_receipts_of_other_tasks_are_taken_care_of_too(machine: Machine) -> None:
    machine.app(store=False)
    machine.app(store=False, template="cdk-mintd", params={"mint_name": "m"})
    mint = machine.app(template="nutshell")
    assert sorted(app.template for app in mint.secrets) == ["cdk-mintd", "nutshell", "phoenixd"]
    assert machine.pending() == []


def test_a_refusal_hands_over_what_earlier_runs_left(machine: Machine, simulator: Simulator) -> None:
    machine.app(store=False)
    run = machine.app(template="nutshell", project="there is none")
    assert run.error is not None
    assert machine.has_secrets_of(simulator.account()["apps"][0])


@pytest.mark.parametrize("call", ["^/projects$", "/apps$"])
@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_of_a_list_makes_nothing_twice(machine: Machine, simulator: Simulator, call: str, fault: str) -> None:
    machine.app()
    simulator.fault(fault, method="GET", path=call)
    run = machine.app()
    assert run.error is None
    assert len(simulator.account()["apps"]) == 1


@pytest.mark.parametrize("fault", [*MADE, *NOT_MADE])
def test_an_api_that_stays_away_leaves_the_question_to_the_next_run(
    machine: Machine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    simulator.fault(fault, method="POST")
    with monkeypatch.context() as patched:
        patched.setattr(app_create, "list_apps_of_projects", away)
        first = machine.app()
    assert isinstance(first.error, AmbiguousOutcome)
    assert "the apps could not be listed: Cannot connect" in first.message
    made = simulator.account()["apps"]
    second = machine.app()
    assert len(simulator.account()["apps"]) == 1
    assert (second.error is None) == (not made)


def test_nobody_looks_and_creates_while_another_does(machine: Machine, simulator: Simulator) -> None:
    with machine.creations.one_at_a_time("creating phoenixd apps"):
        for run in (machine.app(store=False), machine.project()):
            assert isinstance(run.error, LockTimeout)
            assert "creating phoenixd apps" in run.message
        assert sent(simulator) == []
        assert machine.app(check=True).error is None
        assert machine.app(state="absent").error is None
    assert machine.app().error is None


def test_what_never_came_to_sending_leaves_nothing_behind(
    machine: Machine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:
        raise StateUnavailable("no slot")

    with monkeypatch.context() as patched:
        patched.setattr(Api, "create_app", refuse)
        assert isinstance(machine.app().error, StateUnavailable)
    assert machine.pending() == []
    assert simulator.account()["apps"] == []


def test_an_answer_that_did_not_get_on_disk_counts_as_lost_until_its_secrets_are_safe(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def only_in_memory(receipt: Receipt, piece: bytes) -> None:
        receipt.response += piece

    with monkeypatch.context() as patched:
        patched.setattr(Receipt, "add", only_in_memory)
        (entry,) = machine.app(store=False).secrets
    assert not entry.on_disk
    assert isinstance(machine.app().error, Conflict)
    machine.creations.settle([entry.receipt])
    assert machine.app().error is None
