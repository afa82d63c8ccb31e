# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Not found means gone only at a host that has projects and apps; elsewhere it would leave a billed app behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils import _errors as errors
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._context import ModuleContext
from ansible_collections.nodana.cloud.plugins.module_utils._resources.app import ensure_app, gather_apps
from ansible_collections.nodana.cloud.plugins.module_utils._resources.project import ensure_project, gather_projects
from ansible_collections.nodana.cloud.plugins.module_utils._resources.service import ensure_service
from ansible_collections.nodana.cloud.plugins.module_utils._resources.stack import ensure_stack
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import sent, writes
from ansible_collections.nodana.cloud.tests.support.tasks import APP, APP_INFO, PROJECT, SERVICE, STACK, Runner

PROJECT_INFO: dict[str, Any] = {"id": None, "name": None, "gather_apps": False}
TASKS: dict[str, tuple[Callable[[ModuleContext], None], dict[str, Any], dict[str, Any]]] = {
    "app by id": (ensure_app, APP, {"id": "app-1234", "state": "absent"}),
    "app by project": (ensure_app, APP, {"project": "shop", "template": "phoenixd", "state": "absent"}),
    "app by project id": (ensure_app, APP, {"project": "prj-5fd3", "template": "phoenixd", "state": "absent"}),
    "app present": (ensure_app, APP, {"id": "app-1234"}),
    "app info": (gather_apps, APP_INFO, {"id": "app-1234"}),
    "project by id": (ensure_project, PROJECT, {"id": "prj-5fd3", "state": "absent"}),
    "project by name": (ensure_project, PROJECT, {"name": "shop", "state": "absent"}),
    "project info": (gather_projects, PROJECT_INFO, {"id": "prj-5fd3"}),
    "service": (ensure_service, SERVICE, {"template": "phoenixd"}),
    "stack": (ensure_stack, STACK, {"project": "prj-5fd3", "state": "absent", "delete_apps": True}),
}


@pytest.mark.parametrize("form", ["body", "http", "gone"])
@pytest.mark.parametrize("name", TASKS)
def test_a_host_without_projects_and_apps_proves_no_absence(
    simulator: Simulator, run: Runner, name: str, form: str
) -> None:
    simulator.settings(generation=["nodes"], missing_routes=form)
    ensure, defaults, options = TASKS[name]
    result, failure = run.attempt(ensure, defaults, **options)
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
    simulator: Simulator, run: Runner, name: str, requests: list[str]
) -> None:
    ensure, defaults, options = TASKS[name]
    assert not run(ensure, defaults, **options).changed
    assert sent(simulator) == requests


@pytest.mark.parametrize("kind", ["app", "project"])
def test_a_delete_that_is_not_found_is_done_only_if_the_thing_is_gone(
    simulator: Simulator, api: Api, run: Runner, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    project = api.create_project("shop")["id"]
    made = api.create_app("phoenixd", {}, project)["id"] if kind == "app" else project
    ensure, defaults, _options = TASKS[f"{kind} by id"]
    simulator.fault("drop_after", method="POST", path="/delete$")
    delete = getattr(run.api, f"delete_{kind}")

    def not_found(_id: str) -> None:
        raise errors.NotFound("The API returned NotFoundError 404", code=404)

    monkeypatch.setattr(run.api, f"delete_{kind}", not_found)
    failure = run.failure(ensure, defaults, id=made, state="absent")
    assert isinstance(failure, errors.NotFound)
    assert f"{made} still exists" in str(failure)
    monkeypatch.setattr(run.api, f"delete_{kind}", delete)
    assert run(ensure, defaults, id=made, state="absent").changed
    assert not run(ensure, defaults, id=made, state="absent").changed
    assert simulator.account()[f"deleted_{kind}s"][0]["id"] == made
