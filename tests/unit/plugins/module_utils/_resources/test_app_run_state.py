# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starting, stopping and restarting: decided by the services, waited for, and told when it does not come."""

from __future__ import annotations

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils import _errors as errors
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import sent, writes
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock
from ansible_collections.nodana.cloud.tests.support.machine import Machine


@pytest.fixture
def app(simulator: Simulator, api: Api) -> str:
    """The id of a running app of two services."""
    created = api.create_app("lnbits-phoenixd", {}, None)["id"]
    simulator.clear_log()
    return created


def services(simulator: Simulator) -> list[str]:
    return [service["status"] for service in simulator.account()["apps"][0]["services"]]


@pytest.mark.parametrize("stopped_status", ["available", "stopped", "cordoned", "running"])
def test_the_services_tell_whether_an_app_runs_whatever_its_status_says(
    simulator: Simulator, machine: Machine, app: str, stopped_status: str
) -> None:
    simulator.settings(stopped_status=stopped_status)
    for state, command, seen in (("stopped", "stop", "stopped"), ("started", "start", "running")):
        simulator.clear_log()
        assert machine.app(id=app, state=state).ok().changed
        assert services(simulator) == [seen] * 2
        assert not machine.app(id=app, state=state).ok().changed
        assert writes(simulator) == [f"POST /apps/{app}/{command}"]


@pytest.mark.parametrize("stopped_status", ["available", "stopped", "cordoned"])
def test_a_stopped_app_is_present_and_left_in_peace(
    simulator: Simulator, machine: Machine, app: str, stopped_status: str
) -> None:
    simulator.settings(stopped_status=stopped_status)
    machine.app(id=app, state="stopped").ok()
    assert not machine.app(id=app).ok().changed
    assert services(simulator) == ["stopped"] * 2


@pytest.mark.parametrize("state", ["started", "stopped", "restarted", "absent", "present"])
@pytest.mark.parametrize("before", ["running", "stopped"])
def test_check_mode_touches_no_app(simulator: Simulator, machine: Machine, app: str, state: str, before: str) -> None:
    if before == "stopped":
        machine.app(id=app, state="stopped").ok()
    simulator.clear_log()
    predicted = machine.app(id=app, state=state, check=True).ok()
    assert writes(simulator) == []
    assert services(simulator) == [before] * 2
    real = machine.app(id=app, state=state).ok()
    assert predicted.changed is real.changed
    assert (set(predicted.before), set(predicted.after)) == (set(real.before), set(real.after))
    assert state == "absent" or set(real.before) == set(real.after)


@pytest.mark.parametrize(("before", "was"), [("running", "started"), ("stopped", "stopped")])
def test_a_restart_stops_waits_and_starts(
    simulator: Simulator, machine: Machine, app: str, before: str, was: str
) -> None:
    if before == "stopped":
        machine.app(id=app, state="stopped").ok()
    simulator.clear_log()
    result = machine.app(id=app, state="restarted").ok()
    assert result.changed
    assert (result.before["state"], result.after["state"]) == (was, "started")
    commands = [line for line in writes(simulator) if not line.endswith("/delete")]
    assert commands == [f"POST /apps/{app}/stop", f"POST /apps/{app}/start"]
    assert services(simulator) == ["running"] * 2


def test_a_restart_that_cannot_start_again_says_so(simulator: Simulator, machine: Machine, app: str) -> None:
    simulator.fault("error_before", path="/start$", times=1000)
    result, failure = machine.app(id=app, state="restarted")
    assert f"{app} was requested to stop, but not yet to start again" in str(failure)
    assert "state: started" in str(failure)
    assert result.changed


@pytest.mark.parametrize("state", ["started", "stopped"])
def test_what_does_not_come_in_time_is_told_with_what_was_seen(
    simulator: Simulator, machine: Machine, app: str, state: str
) -> None:
    if state == "started":
        machine.app(id=app, state="stopped").ok()
    simulator.settings(transition_delay=1e6)
    result, failure = machine.app(id=app, state=state, wait_timeout=5)
    assert isinstance(failure, errors.WaitTimeout)
    assert f"lnbits {'starting' if state == 'started' else 'stopping'}" in str(failure)
    assert result.changed


@pytest.mark.parametrize("state", ["started", "stopped"])
def test_without_wait_the_call_is_made_and_that_is_all(
    simulator: Simulator, machine: Machine, app: str, state: str
) -> None:
    if state == "started":
        machine.app(id=app, state="stopped").ok()
    simulator.settings(transition_delay=1e6)
    simulator.clear_log()
    assert machine.app(id=app, state=state, wait=False).ok().changed
    assert sent(simulator)[2:] == [f"POST /apps/{app}/{'start' if state == 'started' else 'stop'}"]


def test_an_app_that_is_on_its_way_is_not_told_again(simulator: Simulator, machine: Machine, app: str) -> None:
    simulator.settings(transition_delay=1e6)
    machine.app(id=app, state="stopped", wait=False).ok()
    assert not machine.app(id=app, state="stopped", wait=False).ok().changed
    machine.app(id=app, state="started", wait=False).ok()
    assert not machine.app(id=app, state="started", wait=False).ok().changed
    assert len(writes(simulator)) == 2


def test_a_cordoned_app_cannot_be_started(simulator: Simulator, machine: Machine, app: str, clock: FakeClock) -> None:
    simulator.force_status(app, "cordoned")
    failure = machine.app(id=app, state="started").failure
    assert "remains cordoned" in str(failure)
    assert clock.slept < 60


@pytest.mark.parametrize("state", ["stopped", "restarted"])
def test_an_app_that_does_not_exist_is_not_created_to_be_stopped(
    simulator: Simulator, machine: Machine, app: str, state: str
) -> None:
    assert app
    failure = machine.app(template="nutshell", state=state).failure
    assert isinstance(failure, errors.NotFound)
    assert "nutshell" in str(failure)
    assert writes(simulator) == []


@pytest.mark.parametrize("state", ["started", "stopped", "restarted", "present"])
def test_a_deleted_app_does_not_exist(simulator: Simulator, api: Api, machine: Machine, app: str, state: str) -> None:
    simulator.settings(list_deleted=True)
    api.delete_app(app)
    simulator.clear_log()
    assert isinstance(machine.app(id=app, state=state).failure, errors.NotFound)
    assert not machine.app(id=app, state="absent").ok().changed
    assert writes(simulator) == []


def test_a_delete_whose_answer_is_lost_is_done_all_the_same(simulator: Simulator, machine: Machine, app: str) -> None:
    simulator.fault("drop_after", method="POST")
    result = machine.app(id=app, state="absent").ok()
    assert result.changed
    assert result.values["app"]["id"] == app
    assert (result.before["id"], result.after) == (app, {})
    assert simulator.account()["apps"] == []


@pytest.mark.parametrize("stopped_status", ["available", "stopped", "cordoned"])
def test_a_stopped_app_is_visible(simulator: Simulator, machine: Machine, app: str, stopped_status: str) -> None:
    simulator.settings(stopped_status=stopped_status)
    assert machine.app(id=app).ok().values["app"]["running"] is None
    for state, running in (("started", True), ("stopped", False), ("started", True), ("restarted", True)):
        for check in (True, False):
            result = machine.app(id=app, state=state, check=check).ok()
            assert result.values["app"]["running"] is running, (state, check)
        if state != "restarted":
            assert machine.app(id=app, state=state).ok().values["app"]["running"] is running


def test_whether_an_app_runs_is_not_claimed_without_a_look(simulator: Simulator, machine: Machine, app: str) -> None:
    simulator.settings(transition_delay=1e6)
    for state, before in (("stopped", True), ("started", None)):
        for check in (True, False):
            result = machine.app(id=app, state=state, wait=False, check=check).ok()
            assert result.before["running"] is before
            assert result.values["app"]["running"] is result.after["running"] is None


def test_no_request_is_sent_only_to_see_whether_an_app_runs(simulator: Simulator, machine: Machine, app: str) -> None:
    machine.app(id=app).ok()
    machine.info(id=app).ok()
    assert sent(simulator) == [f"GET /apps/{app}"] * 2


def test_an_app_that_is_cordoned_because_it_is_stopped_is_seen_to_be_stopped(
    simulator: Simulator, machine: Machine, app: str
) -> None:
    simulator.settings(stopped_status="cordoned")
    machine.app(id=app, state="stopped").ok()
    assert machine.app(id=app).ok().values["app"]["running"] is False


@pytest.mark.parametrize("state", ["started", "stopped"])
def test_listed_services_tell_whether_an_app_runs(machine: Machine, app: str, state: str) -> None:
    machine.app(id=app, state=state).ok()
    (listed,) = machine.info(id=app, gather_services=True).ok().values["apps"]
    assert listed["running"] is (state == "started")
