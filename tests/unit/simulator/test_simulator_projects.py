# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Projects: made, renamed, counted, deleted when empty."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nodana.cloud.tests.simulator import accounts
from ansible_collections.nodana.cloud.tests.simulator.calls import Calls
from ansible_collections.nodana.cloud.tests.simulator.errors import BadRequest, Forbidden, NotFound
from ansible_collections.nodana.cloud.tests.simulator.world import World


def test_a_new_project_is_listed_and_can_be_read(calls: Calls) -> None:
    created = calls.create_project({"name": "shop"})
    assert created == {"id": created["id"], "name": "shop"}
    assert created["id"].startswith("prj-")
    project = calls.get_project(created["id"])
    assert list(project) == ["id", "userId", "name", "deleted", "createdAt", "updatedAt"]
    assert (project["name"], project["deleted"]) == ("shop", False)
    assert calls.list_projects() == [project]


def test_names_need_not_be_unique(calls: Calls) -> None:
    first, second = (calls.create_project({"name": "twin"}) for _time in range(2))
    assert first["id"] != second["id"]
    assert [project["name"] for project in calls.list_projects()] == ["twin", "twin"]


def test_a_project_is_renamed(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    project_id = calls.create_project({"name": "old"})["id"]
    created_at = calls.get_project(project_id)["createdAt"]
    monkeypatch.setattr(accounts, "timestamp", lambda: "later")
    assert calls.update_project(project_id, {"name": "new"}) == {"id": project_id, "updated": True}
    project = calls.get_project(project_id)
    assert (project["name"], project["createdAt"], project["updatedAt"]) == ("new", created_at, "later")


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "  "}, {"name": 5}, {"name": "x", "other": 1}])
def test_a_name_that_is_none_is_refused(calls: Calls, body: dict[str, Any]) -> None:
    project_id = calls.create_project({"name": "kept"})["id"]
    with pytest.raises(BadRequest):
        calls.create_project(body)
    with pytest.raises(BadRequest):
        calls.update_project(project_id, body)
    assert [project["name"] for project in calls.list_projects()] == ["kept"]


def test_the_fifth_project_is_refused_until_one_is_deleted(calls: Calls) -> None:
    projects = [calls.create_project({"name": f"{number}"})["id"] for number in range(4)]
    with pytest.raises(Forbidden, match="maximum of 4"):
        calls.create_project({"name": "fifth"})
    calls.delete_project(projects[0])
    calls.create_project({"name": "fifth"})
    assert len(calls.list_projects()) == 4


def test_the_project_limit_can_be_switched_off(world: World, calls: Calls) -> None:
    world.settings = world.settings.changed({"project_limit": 0})
    for number in range(9):
        calls.create_project({"name": f"{number}"})
    assert len(calls.list_projects()) == 9


def test_only_an_empty_project_is_deleted(calls: Calls) -> None:
    app = calls.create_app({"template": "phoenixd"})
    with pytest.raises(Forbidden, match="not empty"):
        calls.delete_project(app["projectId"])
    calls.delete_app(app["id"])
    assert calls.delete_project(app["projectId"]) == {"id": app["projectId"], "deleted": True}
    assert calls.list_projects() == []


def test_a_deleted_project_is_gone(calls: Calls) -> None:
    project_id = calls.create_project({"name": "short"})["id"]
    calls.delete_project(project_id)
    for call in (calls.get_project, calls.delete_project, calls.list_apps):
        with pytest.raises(NotFound):
            call(project_id)
    with pytest.raises(NotFound):
        calls.update_project(project_id, {"name": "again"})


def test_a_deleted_project_may_stay_listed_but_not_be_used(world: World, calls: Calls) -> None:
    world.settings = world.settings.changed({"list_deleted": True})
    project_id = calls.create_project({"name": "short"})["id"]
    calls.delete_project(project_id)
    assert [project["deleted"] for project in calls.list_projects()] == [True]
    assert calls.get_project(project_id)["deleted"] is True
    with pytest.raises(NotFound):
        calls.delete_project(project_id)
    with pytest.raises(NotFound):
        calls.create_app({"template": "phoenixd", "project_id": project_id})


def test_accounts_do_not_see_each_other(world: World, calls: Calls) -> None:
    other = Calls(world, world.accounts["second-key-0123456789"])
    app = calls.create_app({"template": "phoenixd"})
    assert other.list_projects() == []
    with pytest.raises(NotFound):
        other.get_project(app["projectId"])
    with pytest.raises(NotFound):
        other.get_app(app["id"])
    with pytest.raises(NotFound):
        other.delete_app(app["id"])


def test_lists_can_lag_behind_creations(world: World, calls: Calls, clock: Any) -> None:
    world.settings = world.settings.changed({"list_lag": 5})
    project = calls.create_project({"name": "shop"})["id"]
    app = calls.create_app({"template": "phoenixd", "project_id": project})["id"]
    clock.now += 4
    assert (calls.list_projects(), calls.list_apps(project)) == ([], [])
    assert (calls.get_project(project)["id"], calls.get_app(app)["id"]) == (project, app)
    with pytest.raises(Forbidden):
        calls.delete_project(project)
    clock.now += 1
    assert [item["id"] for item in (*calls.list_projects(), *calls.list_apps(project))] == [project, app]
    world.settings = world.settings.changed({"list_lag": 100})
    assert [item["id"] for item in (*calls.list_projects(), *calls.list_apps(project))] == [project, app]
