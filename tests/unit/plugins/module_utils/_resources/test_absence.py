# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Not found means gone only at a host that has projects and apps; elsewhere it would leave a billed app behind."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils import _errors as errors
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import sent, writes
from ansible_collections.nodana.cloud.tests.support.machine import Machine

TASKS: dict[str, tuple[str, dict[str, Any]]] = {
    "app by id": ("nodana_app", {"id": "app-1234", "state": "absent"}),
    "app by project": ("nodana_app", {"project": "shop", "template": "phoenixd", "state": "absent"}),
    "app by project id": ("nodana_app", {"project": "prj-5fd3", "template": "phoenixd", "state": "absent"}),
    "app present": ("nodana_app", {"id": "app-1234"}),
    "app info": ("nodana_app_info", {"id": "app-1234"}),
    "project by id": ("nodana_project", {"id": "prj-5fd3", "state": "absent"}),
    "project by name": ("nodana_project", {"name": "shop", "state": "absent"}),
    "project info": ("nodana_project_info", {"id": "prj-5fd3"}),
    "service": ("nodana_service", {"template": "phoenixd"}),
    "stack": ("nodana_stack", {"project": "prj-5fd3", "state": "absent", "delete_apps": True}),
}


@pytest.mark.parametrize("form", ["body", "http", "gone"])
@pytest.mark.parametrize("name", TASKS)
def test_a_host_without_projects_and_apps_proves_no_absence(
    simulator: Simulator, machine: Machine, name: str, form: str
) -> None:
    simulator.settings(generation=["nodes"], missing_routes=form)
    module, options = TASKS[name]
    result, failure = machine.run(module, **options)
    assert isinstance(failure, errors.MissingRoute)
    assert "This API has no projects and apps; use nodana_node" in str(failure)
    assert f"{simulator.url} does not find its list of projects" in str(failure)
    assert "check api_url" in str(failure)
    assert not result.changed
    assert len(sent(simulator)) <= 2
    assert writes(simulator) == []


@pytest.mark.parametrize(
    ("name", "requests"),
    [
        ("app by id", ["GET /apps/app-1234", "GET /projects"]),
        ("project by id", ["GET /projects/prj-5fd3", "GET /projects"]),
        ("project by name", ["GET /projects"]),
    ],
)
def test_what_is_not_there_is_absent_once_the_host_has_listed_projects(
    simulator: Simulator, machine: Machine, name: str, requests: list[str]
) -> None:
    module, options = TASKS[name]
    assert not machine.run(module, **options).ok().changed
    assert sent(simulator) == requests


@pytest.mark.parametrize("kind", ["app", "project"])
def test_a_delete_that_is_not_found_is_done_only_if_the_thing_is_gone(
    simulator: Simulator, api: Api, machine: Machine, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    project = api.create_project("shop")["id"]
    made = api.create_app("phoenixd", {}, project)["id"] if kind == "app" else project
    module = f"nodana_{kind}"
    simulator.fault("drop_after", method="POST", path="/delete$")

    def not_found(_api: Api, _id: str) -> None:
        raise errors.NotFound("The API returned NotFoundError 404", code=404)

    with monkeypatch.context() as patched:
        patched.setattr(Api, f"delete_{kind}", not_found)
        failure = machine.run(module, id=made, state="absent").failure
    assert isinstance(failure, errors.NotFound)
    assert f"{made} still exists" in str(failure)
    assert machine.run(module, id=made, state="absent").ok().changed
    assert not machine.run(module, id=made, state="absent").ok().changed
    assert simulator.account()[f"deleted_{kind}s"][0]["id"] == made
