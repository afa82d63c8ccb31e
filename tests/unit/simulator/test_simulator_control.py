# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control path: what tests can set, force and read."""

from __future__ import annotations

import http.client
import json
from typing import Any

import pytest
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.simulator.settings import Settings
from ansible_collections.nodana.cloud.tests.unit.simulator.asking import Asking


def test_settings_change_what_is_named_and_only_that(simulator: Simulator) -> None:
    before = simulator.settings()
    after = simulator.settings(ready_status="running", project_limit=9)
    assert after == {**before, "ready_status": "running", "project_limit": 9}


@pytest.mark.parametrize(
    "values",
    [
        {"no_such_setting": 1},
        {"rate_interval": -1},
        {"rate_interval": "1"},
        {"ban_after": 1.5},
        {"project_limit": True},
        {"list_deleted": 1},
        {"limit_form": "smoke"},
        {"stopped_status": ""},
        {"extra_secrets": "["},
        {"extra_secrets": "[]"},
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(values))):
        Settings().changed(values)


def test_settings_are_changed_together_or_not_at_all(simulator: Simulator) -> None:
    before = simulator.settings()
    with pytest.raises(ValueError, match="no_such_setting"):
        simulator.settings(jitter=0.5, no_such_setting=1)
    assert simulator.settings() == before


def test_extra_secrets_are_in_the_answer_to_a_create(simulator: Simulator, api: Asking) -> None:
    simulator.settings(extra_secrets=json.dumps({"odd": "\ud800"}))
    assert api.data("POST", "/apps", {"template": "vss"})["odd"] == "\ud800"
    assert simulator.account()["apps"][0]["secrets"] == {"odd": "\ud800"}


def test_state_shows_what_the_api_hides(simulator: Simulator, api: Asking) -> None:
    params = {"webhook": "https://shop.example/paid"}
    created = api.data("POST", "/apps", {"template": "phoenixd", "params": params})
    app = simulator.account()["apps"][0]
    shown = api.data("GET", f"/apps/{created['id']}")
    services = api.data("GET", f"/apps/{created['id']}/services")
    secrets = {name: created[name] for name in ("seed", "password", "restrictedPassword", "webhookSecret")}
    assert app == {**shown, "params": params, "secrets": secrets, "services": services}
    assert [project["id"] for project in simulator.account()["projects"]] == [created["projectId"]]
    assert simulator.account(2)["projects"] == []


def test_state_keeps_deleted_things_apart(simulator: Simulator, api: Asking) -> None:
    created = api.data("POST", "/apps", {"template": "nutshell"})
    api.data("POST", f"/apps/{created['id']}/delete")
    api.data("POST", f"/projects/{created['projectId']}/delete")
    account = simulator.account()
    assert (account["projects"], account["apps"]) == ([], [])
    assert [app["id"] for app in account["deleted_apps"]] == [created["id"]]
    assert [project["id"] for project in account["deleted_projects"]] == [created["projectId"]]


def test_a_status_is_forced_and_released(simulator: Simulator, api: Asking) -> None:
    app_id = api.data("POST", "/apps", {"template": "phoenixd"})["id"]
    simulator.force_status(app_id, "cordoned")
    assert api.data("GET", f"/apps/{app_id}")["status"] == "cordoned"
    simulator.force_status(app_id, None)
    assert api.data("GET", f"/apps/{app_id}")["status"] == "available"
    with pytest.raises(ValueError, match="no such app"):
        simulator.force_status("app-none", "cordoned")


def test_a_forced_status_does_not_outlive_the_app(simulator: Simulator, api: Asking) -> None:
    app_id = api.data("POST", "/apps", {"template": "phoenixd"})["id"]
    simulator.force_status(app_id, "cordoned")
    api.data("POST", f"/apps/{app_id}/delete")
    assert simulator.account()["apps"] == []


def test_a_release_is_what_an_update_moves_to(simulator: Simulator, api: Asking) -> None:
    simulator.settings(transition_delay=0)
    app_id = api.data("POST", "/apps", {"template": "phoenixd"})["id"]
    simulator.release("phoenixd", "0.9.9")
    service = api.data("GET", f"/apps/{app_id}/services")[0]
    assert service["version"] != "0.9.9"
    assert api.data("POST", f"/apps/{app_id}/services/{service['id']}/update")["version"] == "0.9.9"
    assert api.data("GET", f"/apps/{app_id}/services")[0]["version"] == "0.9.9"
    with pytest.raises(ValueError, match="unknown service"):
        simulator.release("nothing", "1.0")


def test_the_log_is_cleared_and_gaps_go_on(simulator: Simulator, api: Asking) -> None:
    api.data("GET", "/projects")
    simulator.clear_log()
    assert simulator.log() == {"requests": [], "violations": 0}
    api.data("GET", "/projects")
    assert [(request["number"], request["gap"] > 0) for request in simulator.log()["requests"]] == [(1, True)]


def test_reset_forgets_everything(simulator: Simulator, api: Asking) -> None:
    first_settings, first_state = simulator.settings(), simulator.account()
    api.data("POST", "/apps", {"template": "phoenixd"})
    simulator.settings(rate_interval=60, ban_after=1)
    api.send("GET", "/projects")
    simulator.fault("slow")
    simulator.release("phoenixd", "9.9.9")
    simulator.reset()
    assert simulator.account() == first_state
    assert (simulator.settings(), simulator.faults(), simulator.log()["requests"]) == (first_settings, [], [])
    app_id = api.data("POST", "/apps", {"template": "phoenixd"})["id"]
    assert api.data("GET", f"/apps/{app_id}/services")[0]["version"] != "9.9.9"


def test_the_control_path_is_no_part_of_the_api(simulator: Simulator, api: Asking) -> None:
    simulator.settings(rate_interval=60)
    for _time in range(3):
        simulator.state()
    assert simulator.log() == {"requests": [], "violations": 0}
    assert api.ask("GET", "/projects") == {"data": []}


def test_a_control_body_that_is_no_json_is_refused(simulator: Simulator) -> None:
    for path in ("settings", "faults", "releases", "apps/app-1"):
        for body in ("{", "5"):
            connection = http.client.HTTPConnection("127.0.0.1", simulator.port, timeout=20)
            connection.request("POST", f"/_simulator/{path}", body)
            assert connection.getresponse().status == 400, f"{path} {body}"
            connection.close()
