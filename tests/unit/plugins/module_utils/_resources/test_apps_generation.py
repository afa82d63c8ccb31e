# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Apps on an API without services: run states, updates, and what is missing."""

from __future__ import annotations

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils import _errors as errors
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import sent, writes
from ansible_collections.nodana.cloud.tests.support.machine import Machine

FORMS = ["body", "http", "html", "gone"]


@pytest.fixture(params=FORMS)
def app(request: pytest.FixtureRequest, simulator: Simulator, api: Api) -> str:
    """The id of a running app on an API without services, for each form of the response to a missing route."""
    simulator.settings(generation=["apps"], missing_routes=request.param)
    created: str = api.create_app("phoenixd", {}, None)["id"]
    simulator.clear_log()
    return created


def learned(app: str) -> list[str]:
    """Return the requests that read an app and learn that the API has no services."""
    return [f"GET /apps/{app}", f"GET /apps/{app}/services", f"GET /apps/{app}"]


def test_an_available_app_counts_as_started(simulator: Simulator, machine: Machine, app: str) -> None:
    result = machine.app(id=app, state="started").ok()
    assert not result.changed
    assert result.values["app"]["running"] is None
    assert sent(simulator) == learned(app)


def test_an_available_app_may_run_so_it_is_stopped_each_time(simulator: Simulator, machine: Machine, app: str) -> None:
    for _time in range(2):
        simulator.clear_log()
        result = machine.app(id=app, state="stopped").ok()
        assert result.changed
        assert (result.before["state"], result.after["state"]) == ("available", "stopped")
        assert result.values["app"]["running"] is None
        assert writes(simulator) == [f"POST /apps/{app}/stop"]


def test_a_status_that_tells_is_followed(simulator: Simulator, machine: Machine, app: str) -> None:
    simulator.settings(stopped_status="stopped")
    for state, running in (("stopped", False), ("started", None)):
        result = machine.app(id=app, state=state).ok()
        assert result.changed
        assert result.values["app"]["running"] is running
        assert not machine.app(id=app, state=state).ok().changed
    assert writes(simulator) == [f"POST /apps/{app}/stop", f"POST /apps/{app}/start"]


def test_a_restart_is_one_request(simulator: Simulator, machine: Machine, app: str) -> None:
    predicted = machine.app(id=app, state="restarted", check=True).ok()
    simulator.clear_log()
    assert machine.app(id=app, state="restarted").ok().changed
    assert sent(simulator) == [*learned(app), f"POST /apps/{app}/restart", f"GET /apps/{app}"]
    assert predicted.values["minimum_requests"] == len(sent(simulator))


def test_an_update_reports_version_and_image(simulator: Simulator, machine: Machine, app: str) -> None:
    simulator.release("phoenixd", "0.8.1")
    simulator.clear_log()
    result = machine.app(id=app, state="latest").ok()
    assert result.changed
    assert result.values["version"] == "0.8.1"
    assert result.values["image"] == "nodana/phoenixd:0.8.1"
    assert result.values["previous_version"] is None
    assert sent(simulator) == [*learned(app), f"POST /apps/{app}/update", f"GET /apps/{app}"]


def test_check_mode_does_not_know_whether_there_is_an_update(simulator: Simulator, machine: Machine, app: str) -> None:
    result = machine.app(id=app, state="latest", check=True).ok()
    assert not result.changed
    assert "cannot predict whether an update changes" in result.warnings[0]
    assert writes(simulator) == []


@pytest.mark.usefixtures("app")
def test_an_app_that_is_gone_is_not_taken_for_an_api_without_services(machine: Machine) -> None:
    for state in ("started", "stopped", "restarted", "latest"):
        assert isinstance(machine.app(id="app-0000", state=state).failure, errors.NotFound)
    assert not machine.app(id="app-0000", state="absent").ok().changed


@pytest.mark.parametrize("module", ["nodana_service", "nodana_service_info"])
def test_services_fail_and_name_the_alternative(simulator: Simulator, machine: Machine, app: str, module: str) -> None:
    failure = machine.run(module, app=app).failure
    assert isinstance(failure, errors.MissingRoute)
    assert str(failure) == "This API has no services; use nodana_app with state: latest."
    assert sent(simulator) == [f"GET /apps/{app}/services", f"GET /apps/{app}"]


@pytest.mark.usefixtures("app")
def test_apps_are_listed_without_services_and_with_one_warning(
    simulator: Simulator, machine: Machine, api: Api
) -> None:
    api.create_app("nutshell", {}, None)
    simulator.clear_log()
    result = machine.info(gather_services=True).ok()
    assert [(one["services"], one["running"]) for one in result.values["apps"]] == [([], None)] * 2
    assert len(result.warnings) == 1
    assert len([line for line in sent(simulator) if line.endswith("/services")]) == 1


@pytest.mark.usefixtures("app")
def test_a_stack_needs_no_services(machine: Machine) -> None:
    for state, changed in (("started", True), ("started", False), ("stopped", True), ("present", False)):
        result = machine.stack(project="shop", apps=[{"template": "phoenixd", "state": state}]).ok()
        assert result.changed is changed


def test_on_an_api_with_services_an_update_goes_through_them(simulator: Simulator, machine: Machine, api: Api) -> None:
    app = api.create_app("lnbits-phoenixd", {}, None)["id"]
    before = {service["service"]: service["version"] for service in api.services(app)}
    simulator.release("phoenixd", "0.9.9")
    result = machine.app(id=app, state="latest").ok()
    assert result.changed
    assert result.before["versions"] == before
    assert result.after["versions"] == {**before, "phoenixd": "0.9.9"}
    assert not machine.app(id=app, state="latest").ok().changed


def test_the_version_of_an_app_with_one_service_is_that_of_the_service(
    simulator: Simulator, machine: Machine, api: Api
) -> None:
    app = api.create_app("phoenixd", {}, None)["id"]
    (service,) = api.services(app)
    simulator.release("phoenixd", "0.9.9")
    result = machine.app(id=app, state="latest").ok()
    assert (result.values["previous_version"], result.values["version"]) == (service["version"], "0.9.9")
    assert result.values["app"]["running"] is True
