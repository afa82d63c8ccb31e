# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Apps: created with their secrets, started, stopped, deleted, and what they show meanwhile."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.nodana.cloud.tests.simulator.calls import Calls
from ansible_collections.nodana.cloud.tests.simulator.errors import BadRequest, Forbidden, NotFound
from ansible_collections.nodana.cloud.tests.simulator.world import World


def status(calls: Calls, app_id: str) -> str:
    """Return the status of an app."""
    return calls.get_app(app_id)["status"]


def service_statuses(calls: Calls, app_id: str) -> list[str]:
    """Return the statuses of the services of an app."""
    return [service["status"] for service in calls.list_services(app_id)]


def test_an_app_shows_its_secrets_when_it_is_created_and_never_again(calls: Calls) -> None:
    params = {"auto_liquidity": "2m", "webhook": "https://shop.example/paid"}
    created = calls.create_app({"template": "phoenixd", "params": params})
    assert set(created) == {
        "projectId", "id", "url", "seed", "password", "restrictedPassword", "webhookSecret"
    }  # fmt: skip
    shown = [calls.get_app(created["id"]), calls.list_apps(created["projectId"])[0]]
    assert shown[0] == shown[1]
    assert list(shown[0]) == [
        "id", "userId", "projectId", "template", "rate", "url", "status", "createdAt", "updatedAt"
    ]  # fmt: skip
    assert created["seed"] not in str(shown + calls.list_services(created["id"]))


@pytest.mark.parametrize(
    ("template", "port", "one_time"),
    [
        ("phoenixd", 9740, {"seed", "password", "restrictedPassword"}),
        ("alby-hub-phoenixd", 8080, {"seed", "password", "restrictedPassword"}),
        ("lnbits-phoenixd", 5000, {"seed", "password", "restrictedPassword"}),
        ("cdk-mintd", 8085, set()),
        ("nutshell", 3338, set()),
    ],
)
def test_a_template_decides_on_port_and_secrets(calls: Calls, template: str, port: int, one_time: set[str]) -> None:
    created = calls.create_app({"template": template})
    assert re.fullmatch(rf"https://{template}-[0-9a-f]{{4}}\.nodana\.app:{port}", created["url"])
    assert set(created) - {"id", "projectId", "url"} == one_time


def test_every_app_has_its_own_secrets(calls: Calls) -> None:
    first, second = (calls.create_app({"template": "phoenixd"}) for _time in range(2))
    for name in ("seed", "password", "restrictedPassword"):
        assert first[name] != second[name]


def test_an_app_is_put_into_the_given_project(calls: Calls) -> None:
    project_id = calls.create_project({"name": "shop"})["id"]
    app = calls.create_app({"template": "nutshell", "project_id": project_id})
    assert app["projectId"] == project_id
    assert [listed["id"] for listed in calls.list_apps(project_id)] == [app["id"]]


def test_an_app_without_a_project_makes_one_that_counts(calls: Calls) -> None:
    made = {calls.create_app({"template": "phoenixd"})["projectId"] for _time in range(4)}
    assert {project["id"] for project in calls.list_projects()} == made
    with pytest.raises(Forbidden, match="maximum of 4"):
        calls.create_app({"template": "phoenixd"})


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"template": 7},
        {"template": "no-such-template"},
        {"template": "phoenixd", "name": "mine"},
        {"template": "phoenixd", "project_id": None},
        {"template": "phoenixd", "params": []},
        {"template": "phoenixd", "params": {"auto_liquidity": "3m"}},
        {"template": "phoenixd", "params": {"auto_liquidity": 2}},
        {"template": "phoenixd", "params": {"webhook": "shop.example"}},
        {"template": "phoenixd", "params": {"webhook": "http://[shop"}},
        {"template": "phoenixd", "params": {"mint_name": "x"}},
        {"template": "cdk-mintd", "params": {"mint_lnd_rest_url": "https://lnd.example"}},
        {"template": "nutshell", "params": {"mint_lnd_rest_url": "lnd.example"}},
    ],
)
def test_a_bad_create_is_refused_and_makes_nothing(calls: Calls, body: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        calls.create_app(body)
    assert calls.list_projects() == []


def test_an_unknown_project_is_not_found(calls: Calls) -> None:
    with pytest.raises(NotFound):
        calls.create_app({"template": "phoenixd", "project_id": "prj-none"})


def test_a_template_without_documented_params_takes_any(calls: Calls, world: World) -> None:
    app = calls.create_app({"template": "vss", "params": {"whatever": [1]}})
    kept = world.app(app["id"])
    assert kept is not None
    assert kept.params == {"whatever": [1]}


def test_a_new_app_needs_ten_seconds(calls: Calls, clock: Any) -> None:
    app_id = calls.create_app({"template": "phoenixd"})["id"]
    clock.now += 9.99
    assert (status(calls, app_id), service_statuses(calls, app_id)) == ("starting", ["starting"])
    clock.now += 0.01
    assert (status(calls, app_id), service_statuses(calls, app_id)) == ("available", ["running"])


def test_stop_and_start_show_in_the_services(calls: Calls, clock: Any) -> None:
    app_id = calls.create_app({"template": "lnbits-phoenixd"})["id"]
    clock.now += 10
    assert calls.stop_app(app_id) == {"id": app_id}
    assert service_statuses(calls, app_id) == ["stopping", "stopping"]
    clock.now += 1
    assert (status(calls, app_id), service_statuses(calls, app_id)) == ("available", ["stopped", "stopped"])
    assert calls.start_app(app_id) == {"id": app_id}
    assert service_statuses(calls, app_id) == ["starting", "starting"]
    clock.now += 1
    assert (status(calls, app_id), service_statuses(calls, app_id)) == ("available", ["running", "running"])


def test_start_of_a_starting_app_does_not_make_it_ready_sooner(calls: Calls, clock: Any) -> None:
    app_id = calls.create_app({"template": "phoenixd"})["id"]
    calls.start_app(app_id)
    clock.now += 5
    assert status(calls, app_id) == "starting"


def test_words_of_an_app_can_be_others(calls: Calls, world: World, clock: Any) -> None:
    words = {"starting_status": "provisioning", "ready_status": "running", "stopped_status": "cordoned"}
    world.settings = world.settings.changed(words)
    app_id = calls.create_app({"template": "phoenixd"})["id"]
    seen = [status(calls, app_id)]
    clock.now += 10
    seen.append(status(calls, app_id))
    calls.stop_app(app_id)
    clock.now += 1
    assert [*seen, status(calls, app_id)] == list(words.values())


def test_a_deleted_app_is_gone(calls: Calls) -> None:
    app = calls.create_app({"template": "phoenixd"})
    assert calls.delete_app(app["id"]) == {"id": app["id"]}
    assert calls.list_apps(app["projectId"]) == []
    for call in (calls.get_app, calls.start_app, calls.stop_app, calls.delete_app, calls.list_services):
        with pytest.raises(NotFound):
            call(app["id"])


def test_a_deleted_app_may_stay_listed_but_not_be_used(calls: Calls, world: World) -> None:
    world.settings = world.settings.changed({"list_deleted": True})
    app = calls.create_app({"template": "phoenixd"})
    calls.delete_app(app["id"])
    assert [listed["status"] for listed in calls.list_apps(app["projectId"])] == ["deleted"]
    assert (status(calls, app["id"]), service_statuses(calls, app["id"])) == ("deleted", ["deleted"])
    for call in (calls.start_app, calls.stop_app, calls.delete_app):
        with pytest.raises(NotFound):
            call(app["id"])
    assert calls.delete_project(app["projectId"])["deleted"] is True
