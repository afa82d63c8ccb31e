# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Services: identification, updates and their results."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils import _errors as errors
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._resources.service import (
    select_service,
    wants_update,
)
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import writes
from ansible_collections.nodana.cloud.tests.support.machine import Machine
from hypothesis import given
from hypothesis import strategies as st

names = st.sampled_from(["a", "b", "c"])
services = st.lists(
    st.fixed_dictionaries({"id": st.sampled_from(["a", "1", "2", "3"]), "slug": names, "service": names}),
    max_size=3,
    unique_by=lambda service: service["id"],
)


@given(services=services, wanted=st.none() | names)
def test_one_of_several_services_is_never_picked(services: list[dict[str, Any]], wanted: str | None) -> None:
    ways = [[service for service in services if service[key] == wanted] for key in ("id", "slug", "service")]
    matches = services if wanted is None else next(filter(None, ways), [])
    if len(matches) == 1:
        assert select_service(services, wanted, "app-1") is matches[0]
        return
    with pytest.raises(errors.Conflict if matches else errors.NotFound, match="app-1 has"):
        select_service(services, wanted, "app-1")


@pytest.mark.parametrize(
    ("current", "state", "wanted", "asks"),
    [
        ("0.7.1", "latest", None, True),
        ("0.7.1", "present", None, False),
        ("0.7.1", "latest", "0.7.1", False),
        ("0.7.1", "present", "0.7.2", True),
        ("0.9.9", "latest", "0.10.0", True),
        ("v0.9.9", "latest", "0.10.0", True),
        (None, "latest", "0.7.2", True),
        ("nightly", "latest", "0.7.2", True),
    ],
)
def test_an_update_is_asked_for_if_it_may_help(current: str | None, state: str, wanted: str | None, asks: bool) -> None:
    assert wants_update(current, state, wanted) is asks


@given(st.lists(st.integers(0, 30), min_size=1, max_size=4), st.lists(st.integers(0, 30), min_size=1, max_size=4))
def test_no_update_leads_back(have: list[int], want: list[int]) -> None:
    current, wanted = ".".join(map(str, have)), ".".join(map(str, want))
    if have > want:
        with pytest.raises(errors.Conflict, match="newer than the requested"):
            wants_update(current, "latest", wanted)
    else:
        assert wants_update(current, "latest", wanted) is (current != wanted)


@pytest.fixture
def app(simulator: Simulator, api: Api) -> str:
    created = api.create_app("phoenixd", {}, None)["id"]
    simulator.clear_log()
    return created


def test_an_update_reports_both_versions(simulator: Simulator, machine: Machine, app: str) -> None:
    simulator.release("phoenixd", "0.9.9")
    result = machine.service(app=app).ok()
    assert result.changed
    assert result.values["service"]["version"] == "0.9.9"
    assert result.values["service"]["previous_version"] == result.before["version"] == "0.7.1"
    again = machine.service(app=app).ok()
    assert not again.changed
    assert again.values["service"]["previous_version"] == "0.9.9"


@pytest.mark.parametrize(
    "options", [{"state": "latest"}, {"version": "0.9.9"}, {"state": "present"}, {"version": "0.7.1"}]
)
def test_check_mode_writes_nothing_and_makes_no_version_up(
    simulator: Simulator, machine: Machine, app: str, options: dict[str, str]
) -> None:
    simulator.release("phoenixd", "0.9.9")
    result = machine.service(app=app, check=True, **options).ok()
    assert writes(simulator) == []
    assert result.values["service"]["version"] == options.get("version", "0.7.1")
    assert result.changed is (options.get("version") == "0.9.9")
    assert bool(result.warnings) is (options.get("state") == "latest")


def test_another_version_than_the_wanted_one_fails_with_both_and_says_that_it_changed(
    simulator: Simulator, machine: Machine, app: str
) -> None:
    simulator.release("phoenixd", "0.8.0")
    for before, changed in (("0.7.1", True), ("0.8.0", False)):
        result, failure = machine.service(app=app, version="0.9.9")
        assert before in str(failure)
        assert "0.8.0" in str(failure)
        assert "0.9.9" in str(failure)
        assert result.changed is changed
        assert result.values["service"]["version"] == "0.8.0"


@pytest.mark.parametrize("check", [True, False])
def test_a_wanted_version_is_reached_once_and_no_older_one_is_asked_for(
    simulator: Simulator, machine: Machine, app: str, check: bool
) -> None:
    simulator.release("phoenixd", "0.9.9")
    reached = machine.service(app=app, version="0.9.9", check=check).ok()
    assert (reached.before["version"], reached.after["version"]) == ("0.7.1", "0.9.9")
    assert len(writes(simulator)) == (0 if check else 1)
    machine.service(app=app, version="0.9.9").ok()
    assert not machine.service(app=app, version="0.9.9", check=check).ok().changed
    older = machine.service(app=app, version="0.7.1", check=check)
    assert isinstance(older.error, errors.Conflict)
    assert (older.result.changed, older.result.values["service"]["version"]) == (False, "0.9.9")
    assert len(writes(simulator)) == 1


def test_a_stopped_service_is_updated_and_stays_stopped(simulator: Simulator, machine: Machine, app: str) -> None:
    machine.app(id=app, state="stopped").ok()
    simulator.release("phoenixd", "0.9.9")
    service = machine.service(app=app).ok().values["service"]
    assert (service["version"], service["status"]) == ("0.9.9", "stopped")


@pytest.mark.parametrize("fault", ["drop_after", "redirect_after", "named_error_after", "limit_after"])
@pytest.mark.parametrize("wait", [True, False])
def test_an_update_without_an_answer_is_looked_after(
    simulator: Simulator, machine: Machine, app: str, wait: bool, fault: str
) -> None:
    simulator.release("phoenixd", "0.9.9")
    simulator.settings(transition_delay=0)
    simulator.fault(fault, method="POST")
    result = machine.service(app=app, wait=wait).ok()
    assert result.changed
    assert result.values["service"]["version"] == "0.9.9"
    assert len(writes(simulator)) == 1


def test_an_update_that_met_the_limit_is_sent_again_once_the_version_is_known(
    simulator: Simulator, machine: Machine, app: str
) -> None:
    simulator.release("phoenixd", "0.9.9")
    simulator.fault("limit", method="POST")
    assert machine.service(app=app, wait=False).ok().values["service"]["version"] == "0.9.9"
    assert len(writes(simulator)) == 2


def test_an_update_that_did_not_happen_is_told_as_unknown(simulator: Simulator, machine: Machine, app: str) -> None:
    simulator.release("phoenixd", "0.9.9")
    simulator.fault("drop_before", method="POST")
    result, failure = machine.service(app=app)
    assert isinstance(failure, errors.AmbiguousOutcome)
    assert "the version is still 0.7.1" in str(failure)
    assert not result.changed
    assert len(writes(simulator)) == 1


def test_a_service_that_does_not_come_up_again_is_told_and_counts_as_changed(
    simulator: Simulator, machine: Machine, app: str
) -> None:
    simulator.release("phoenixd", "0.9.9")
    simulator.settings(transition_delay=1e6)
    result, failure = machine.service(app=app, wait_timeout=5)
    assert isinstance(failure, errors.WaitTimeout)
    assert result.changed


@pytest.mark.parametrize("name", ["lnbits", "phoenixd"])
def test_one_of_two_services_is_updated(simulator: Simulator, api: Api, machine: Machine, name: str) -> None:
    app = api.create_app("lnbits-phoenixd", {}, None)["id"]
    assert isinstance(machine.service(app=app).failure, errors.Conflict)
    simulator.release("lnbits", "9.0.0")
    simulator.release("phoenixd", "9.0.0")
    assert machine.service(app=app, service=name).ok().values["service"]["service"] == name
    assert [service["service"] for service in api.services(app) if service["version"] == "9.0.0"] == [name]


def test_the_app_may_be_meant_by_project_and_template(api: Api, machine: Machine, app: str) -> None:
    listed = machine.run("nodana_service_info", template="phoenixd").ok().values["services"]
    assert [service["app_id"] for service in listed] == [app]
    api.create_app("phoenixd", {}, None)
    assert isinstance(machine.run("nodana_service_info", template="phoenixd").failure, errors.Conflict)
    assert isinstance(machine.run("nodana_service_info", template="nutshell").failure, errors.NotFound)
    assert isinstance(machine.run("nodana_service_info", app="app-none").failure, errors.NotFound)
