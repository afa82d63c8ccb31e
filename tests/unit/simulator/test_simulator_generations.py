# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A host serves one or several generations of the API. The routes of the others are not there."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nodana.cloud.tests.simulator.calls import Calls
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.simulator.settings import Settings
from ansible_collections.nodana.cloud.tests.simulator.world import World
from ansible_collections.nodana.cloud.tests.unit.simulator.asking import Asking

ROUTES = {
    "projects": ("GET", "/projects"),
    "services": ("GET", "/apps/app-1/services"),
    "restart": ("POST", "/apps/app-1/restart"),
    "update": ("POST", "/apps/app-1/update"),
    "nodes": ("GET", "/nodes"),
}


def served(simulator: Simulator) -> set[str]:
    """Return the names of the routes that the host has."""
    simulator.settings(missing_routes="gone")
    clients = [Asking(simulator.port, simulator.key, bearer=bearer) for bearer in (False, True)]
    return {
        name
        for name, (method, path) in ROUTES.items()
        if 410 not in {client.send(method, path).status for client in clients}
    }


@pytest.mark.parametrize(
    ("generations", "routes"),
    [
        (["seed"], {"projects", "services"}),
        (["apps"], {"projects", "restart", "update"}),
        (["nodes"], {"nodes"}),
        (["seed", "apps"], {"projects", "services", "restart", "update"}),
        (["nodes", "seed"], {"projects", "services", "nodes"}),
        (["seed", "apps", "nodes"], set(ROUTES)),
    ],
)
def test_a_host_has_the_routes_of_its_generations_only(
    simulator: Simulator, generations: list[str], routes: set[str]
) -> None:
    simulator.settings(generation=generations)
    assert served(simulator) == routes


def test_a_host_starts_with_several_generations() -> None:
    with Simulator(generation=["apps", "nodes"], rate_interval=0) as simulator:
        assert served(simulator) == {"projects", "restart", "update", "nodes"}


@pytest.mark.parametrize("value", [[], ["seed", "tomorrow"], "seed", None])
def test_a_generation_that_does_not_exist_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="generation"):
        Settings().changed({"generation": value})


@pytest.mark.parametrize(
    ("form", "status", "body"),
    [
        ("body", 200, {"message": "Route not found", "error": "NotFoundError", "statusCode": 404}),
        ("http", 404, {"error": {"code": "not_found", "message": "Route not found"}}),
        ("gone", 410, {"error": {"code": "gone", "message": "Route not found"}}),
    ],
)
@pytest.mark.parametrize(("generation", "bearer"), [("seed", True), ("nodes", False)])
def test_a_missing_route_is_reported_in_several_forms_whatever_the_authorization(
    simulator: Simulator, form: str, status: int, body: Any, generation: str, bearer: bool
) -> None:
    simulator.settings(generation=[generation], missing_routes=form)
    api = Asking(simulator.port, simulator.key, bearer=bearer)
    routes = [("GET", "/nodes"), ("DELETE", "/nodes/node-1"), ("POST", "/nodes/node-1/start")]
    if generation == "nodes":
        routes = [("GET", "/projects"), ("GET", "/apps/app-1"), ("POST", "/apps/app-1/delete")]
    for method, path in routes:
        reply = api.send(method, path)
        assert (reply.status, reply.json()) == (status, body)


def test_a_missing_route_can_be_an_html_page(host: Simulator, api: Asking) -> None:
    host.settings(missing_routes="html")
    reply = api.send("GET", "/projects")
    assert (reply.status, reply.headers["content-type"], reply.text[:6]) == (404, "text/html; charset=utf-8", "<html>")


def test_a_missing_thing_is_no_missing_route(simulator: Simulator, api: Asking, node_api: Asking) -> None:
    simulator.settings(generation=["seed", "nodes"], missing_routes="gone")
    assert api.ask("GET", "/apps/app-1")["message"] == "App not found"
    assert node_api.ask("GET", "/nodes/node-1") == {"error": {"code": "not_found", "message": "Node not found"}}


def test_an_update_of_an_app_moves_all_its_services_to_the_newest_version(
    calls: Calls, world: World, clock: Any
) -> None:
    app_id = calls.create_app({"template": "alby-hub-phoenixd"})["id"]
    clock.now += 10
    for service in ("phoenixd", "alby-hub"):
        world.releases[service] += ["8.0.0", "9.0.0"]
    assert calls.update_app(app_id) == {"id": app_id, "image": "nodana/alby-hub-phoenixd:9.0.0", "version": "9.0.0"}
    clock.now += 1
    assert [service["version"] for service in calls.list_services(app_id)] == ["9.0.0", "9.0.0"]
    assert calls.update_app(app_id)["version"] == "9.0.0"


def test_a_restarted_app_starts_again(calls: Calls, clock: Any) -> None:
    app_id = calls.create_app({"template": "phoenixd"})["id"]
    clock.now += 10
    assert calls.restart_app(app_id) == {"id": app_id}
    assert calls.get_app(app_id)["status"] == "starting"
    clock.now += 1
    assert calls.get_app(app_id)["status"] == "available"


def test_one_rate_limit_counts_for_all_generations(simulator: Simulator, api: Asking, node_api: Asking) -> None:
    simulator.settings(generation=["seed", "nodes"])
    api.data("GET", "/projects")
    simulator.settings(rate_interval=60, ban_after=2)
    assert node_api.send("GET", "/nodes").status == 429
    assert api.ask("GET", "/projects")["statusCode"] == 429
    assert node_api.send("GET", "/nodes").status == 403
    assert simulator.log()["violations"] == 3


def test_one_key_serves_both_kinds_unless_keys_are_separate(simulator: Simulator) -> None:
    simulator.settings(generation=["seed", "nodes"], bad_key_form="http")

    def kinds(key: str) -> list[int]:
        return [
            Asking(simulator.port, key).send("GET", "/projects").status,
            Asking(simulator.port, key, bearer=True).send("GET", "/nodes").status,
        ]

    first, second = simulator.keys
    assert kinds(first) == kinds(second) == [200, 200]
    simulator.settings(separate_keys=True)
    assert (kinds(first), kinds(second)) == ([200, 401], [401, 200])


def test_each_kind_takes_its_own_authorization_only(simulator: Simulator) -> None:
    simulator.settings(generation=["seed", "nodes"], bad_key_form="http")
    assert Asking(simulator.port, simulator.key, bearer=True).send("GET", "/projects").status == 401
    assert Asking(simulator.port, simulator.key).send("GET", "/nodes").status == 401
