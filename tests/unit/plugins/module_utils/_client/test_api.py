# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each call sends the documented request, and a response of another shape is an error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils import _errors as errors
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import (
    Api,
    list_apps,
    list_apps_of_projects,
    list_projects,
    list_services,
)
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import sent, transport
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock
from ansible_collections.nodana.cloud.tests.support.servers import answered, raw_server


@pytest.mark.parametrize("envelope", ["data", "bare"])
def test_every_call_of_the_description_is_made_and_understood(simulator: Simulator, api: Api, envelope: str) -> None:
    simulator.settings(create_envelope=envelope)
    project = api.create_project("shop")["id"]
    api.rename_project(project, "other")
    assert [item["name"] for item in api.projects()] == [api.project(project)["name"]] == ["other"]
    created = api.create_app("phoenixd", {"auto_liquidity": "2m"}, project)
    assert created["projectId"] == project
    assert set(created) == {"projectId", "id", "url", *simulator.account()["apps"][0]["secrets"]}
    assert [item["id"] for item in api.apps(project)] == [api.app(created["id"])["id"]] == [created["id"]]
    (service,) = api.services(created["id"])
    simulator.release("phoenixd", "0.9.9")
    assert api.update_service(created["id"], service["id"])["version"] == "0.9.9"
    api.stop_app(created["id"])
    api.start_app(created["id"])
    api.delete_app(created["id"])
    api.delete_project(project)
    assert len(sent(simulator)) == 13
    assert simulator.account()["deleted_projects"][0]["id"] == project


def test_an_app_without_a_project_gets_a_new_one(simulator: Simulator, api: Api) -> None:
    created = api.create_app("cdk-mintd", {}, None)
    assert simulator.log()["requests"][-1]["body"] == {"template": "cdk-mintd"}
    assert [project["id"] for project in simulator.account()["projects"]] == [created["projectId"]]


@pytest.mark.parametrize(
    "data", [None, {}, "x", 7, [None], [[]], [{}], [{"id": ""}], [{"id": None}], [{"name": "x"}], {"items": []}]
)
def test_a_list_of_another_shape_is_not_taken_for_an_empty_one(data: Any, clock: FakeClock) -> None:
    with raw_server(answered(json.dumps({"data": data}))) as server:
        api = Api(transport(server.url, clock=clock))
        for call in (api.projects, lambda: api.apps("prj-1"), lambda: api.services("app-1")):
            with pytest.raises(errors.Unreadable):
                call()


@pytest.mark.parametrize("data", [None, [], "x", 7, {}, {"id": ""}, {"id": None}, {"id": []}, {"name": "x"}])
def test_a_record_without_an_id_is_none(data: Any, clock: FakeClock) -> None:
    with raw_server(answered(json.dumps({"data": data}))) as server:
        api = Api(transport(server.url, clock=clock))
        for call in (lambda: api.project("prj-1"), lambda: api.app("app-1")):
            with pytest.raises(errors.Unreadable):
                call()
        for create in (lambda: api.create_project("x"), lambda: api.create_app("phoenixd", {}, None)):
            with pytest.raises(errors.AmbiguousOutcome, match="did not return the id of a created object"):
                create()


def test_deleted_things_do_not_exist(simulator: Simulator, api: Api) -> None:
    simulator.settings(list_deleted=True)
    kept, gone = api.create_project("kept")["id"], api.create_project("gone")["id"]
    api.delete_project(gone)
    app = api.create_app("phoenixd", {}, kept)["id"]
    assert [item["id"] for item in list_apps(api, kept)] == [app]
    api.delete_app(app)
    assert [item["id"] for item in list_projects(api)] == [kept]
    assert list_apps(api, kept) == []
    assert list_services(api, app) == []


def test_a_project_that_vanishes_between_two_lists_has_no_apps(api: Api) -> None:
    kept, gone = list_projects(api), [{"id": "prj-gone"}]
    assert list_apps_of_projects(api, [*kept, *gone]) == []


def test_a_project_whose_apps_are_hidden_is_not_taken_for_one_without(clock: FakeClock) -> None:
    def answer(connection: Any) -> None:
        path = server.requests[-1].split(b" ")[1]
        missing = {"message": "No", "error": "NotFoundError", "statusCode": 404}
        connection.sendall(answered(json.dumps(missing if path.endswith(b"/apps") else {"data": [{"id": "prj-1"}]})))

    with raw_server(answer) as server:
        api = Api(transport(server.url, clock=clock))
        with pytest.raises(errors.NotFound):
            list_apps_of_projects(api, list_projects(api))
