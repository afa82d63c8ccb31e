# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every fault on the request that creates a project, by nodana_project and on the way to an app."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._client.transport import Recheck
from ansible_collections.nodana.cloud.plugins.module_utils._errors import AmbiguousOutcome
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import sent
from ansible_collections.nodana.cloud.tests.support.machine import Machine, Run

MADE = [
    *("drop_after", "error_after", "cut_json", "empty_body", "no_data"),
    *("redirect_after", "named_error_after", "limit_after"),
]
NOT_MADE = ["drop_before", "error_before", "html_502", "not_json_200", "redirect"]

WAYS: dict[str, Callable[[Machine], Run]] = {
    "nodana_project": lambda machine: machine.project(),
    "nodana_app": lambda machine: machine.app(create_project=True),
}


@pytest.fixture(params=WAYS)
def make(request: pytest.FixtureRequest) -> Callable[[Machine], Run]:
    return WAYS[request.param]


@pytest.fixture
def machine(simulator: Simulator) -> Machine:
    return Machine(simulator)


@pytest.mark.parametrize("fault", MADE)
def test_a_new_project_without_its_answer_is_used(
    machine: Machine, simulator: Simulator, make: Callable[[Machine], Run], fault: str
) -> None:
    simulator.fault(fault, method="POST", path="^/projects$")
    run = make(machine)
    assert run.message == ""
    assert run.result.changed
    (project,) = simulator.account()["projects"]
    assert f"the project shop was lost; {project['id']} is the new project" in run.result.warnings[-1]
    assert sent(simulator, "POST", "/projects") == ["POST /projects"]


@pytest.mark.parametrize("status", [400, 404, 408, 425, 499])
def test_a_new_project_behind_an_unclear_status_is_used(
    machine: Machine, simulator: Simulator, make: Callable[[Machine], Run], status: int
) -> None:
    simulator.fault("status_after", method="POST", path="^/projects$", status=status)
    assert make(machine).error is None
    assert sent(simulator, "POST", "/projects") == ["POST /projects"]


@pytest.mark.parametrize("fault", NOT_MADE)
def test_when_no_project_was_made_the_next_run_makes_it(
    machine: Machine, simulator: Simulator, make: Callable[[Machine], Run], fault: str
) -> None:
    simulator.fault(fault, method="POST", path="^/projects$")
    run = make(machine)
    assert isinstance(run.error, AmbiguousOutcome)
    assert not run.result.changed
    assert "no new project shop appeared. Most likely no project was created" in run.message
    assert make(machine).error is None
    assert len(simulator.account()["projects"]) == 1


def test_a_list_that_fails_does_not_hide_that_a_project_may_exist(
    machine: Machine, simulator: Simulator, make: Callable[[Machine], Run]
) -> None:
    simulator.fault("drop_after", method="POST", path="^/projects$")
    simulator.fault("slow", method="GET", path="^/projects$")  # the list before it
    simulator.fault("html_502", method="GET", path="^/projects$", times=100)
    run = make(machine)
    assert isinstance(run.error, AmbiguousOutcome)
    assert "the projects could not be listed: " in run.message
    assert "POST" in run.message
    simulator.clear_faults()
    assert make(machine).error is None
    assert len(simulator.account()["projects"]) == 1


@pytest.mark.parametrize("form", ["body", "http", "http-retry-after"])
def test_limit_answers_are_waited_out(
    machine: Machine, simulator: Simulator, make: Callable[[Machine], Run], form: str
) -> None:
    simulator.settings(limit_form=form)
    simulator.fault("limit", method="POST", path="^/projects$", times=3)
    assert make(machine).error is None
    assert len(simulator.account()["projects"]) == 1


@pytest.mark.parametrize("fault", MADE)
def test_of_several_new_ones_none_is_picked(
    machine: Machine, simulator: Simulator, api: Api, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    create = Api.create_project

    def racing(self: Api, name: str, recheck: Recheck | None = None) -> dict[str, object]:
        create(api, name)  # another machine
        simulator.fault(fault, method="POST", path="^/projects$")
        return create(self, name, recheck)

    monkeypatch.setattr(Api, "create_project", racing)
    run = machine.project()
    assert isinstance(run.error, AmbiguousOutcome)
    assert run.result.changed
    assert len(simulator.account()["projects"]) == 2
    assert all(project["id"] in run.message for project in simulator.account()["projects"])
