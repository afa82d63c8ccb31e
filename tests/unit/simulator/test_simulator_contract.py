# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The descriptions of the API are valid and complete, and agree with what the simulator and clients send."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.nodana.cloud.tests.simulator.descriptions import FOLDER, GENERATIONS, description
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.simulator.routes import ROUTES
from ansible_collections.nodana.cloud.tests.unit.simulator.asking import Asking
from ansible_collections.nodana.cloud.tests.unit.simulator.contract import check_answer, check_request
from openapi_spec_validator import validate

Steps = list[tuple[str, str, Any]]
SEED: Steps = [
    ("POST", "/projects", {"name": "shop"}),
    ("GET", "/projects", None),
    ("GET", "/projects/{projectId}", None),
    ("POST", "/projects/{projectId}/update", {"name": "other"}),
    ("POST", "/apps", {"template": "phoenixd", "params": {"auto_liquidity": "2m", "webhook": "https://shop.example"}}),
    ("GET", "/projects/{projectId}/apps", None),
    ("GET", "/apps/{appId}", None),
    ("GET", "/apps/{appId}/services", None),
    ("POST", "/apps/{appId}/services/{serviceId}/update", None),
    ("POST", "/apps/{appId}/stop", None),
    ("POST", "/apps/{appId}/start", None),
    ("POST", "/apps/{appId}/delete", None),
    ("POST", "/projects/{projectId}/delete", None),
]
APPS: Steps = [
    ("POST", "/apps", {"template": "lnbits-phoenixd"}),
    ("POST", "/apps/{appId}/restart", None),
    ("POST", "/apps/{appId}/update", None),
]
NODES: Steps = [
    ("POST", "/nodes", {"name": "shop", "autoLiquidity": "5m", "accessMode": "full"}),
    ("GET", "/nodes", None),
    ("GET", "/nodes/{nodeId}", None),
    ("GET", "/nodes/{nodeId}/update", None),
    ("POST", "/nodes/{nodeId}/update", None),
    ("POST", "/nodes/{nodeId}/restart", None),
    ("POST", "/nodes/{nodeId}/stop", None),
    ("POST", "/nodes/{nodeId}/start", None),
    ("DELETE", "/nodes/{nodeId}", None),
]


def entry(method: str, path: str, body: Any = None, **facts: Any) -> dict[str, Any]:
    """Return a request as the log shows it."""
    return {"method": method, "path": path, "body": body, "query": "", "content_type": "application/json", **facts}


@pytest.mark.parametrize("generation", GENERATIONS)
def test_the_description_is_valid_openapi(generation: str) -> None:
    validate(description(generation), base_uri=(FOLDER / f"{generation}.yaml").as_uri())


@pytest.mark.parametrize(("generation", "calls"), [("seed", 13), ("apps", 13), ("nodes", 9)])
def test_the_description_and_the_simulator_have_the_same_calls(generation: str, calls: int) -> None:
    paths = {**description("seed")["paths"], **description(generation)["paths"]}
    described = {
        (method.upper(), re.sub(r"\{\w+\}", ":", path))
        for path in description(generation)["paths"]
        for method in (description("seed")["paths"][path] if "$ref" in paths[path] else paths[path])
        if method != "parameters"
    }
    assert described == {(route.method, re.sub(r":\w+", ":", route.path)) for route in ROUTES[generation]}
    assert len(described) == calls


@pytest.mark.parametrize(("generation", "steps"), [("seed", SEED), ("apps", APPS), ("nodes", NODES)], ids=GENERATIONS)
def test_every_call_and_its_response_agree_with_the_description(
    simulator: Simulator, generation: str, steps: Steps
) -> None:
    simulator.settings(generation=[generation], transition_delay=0)
    api = Asking(simulator.port, simulator.key, bearer=generation == "nodes")
    ids: dict[str, str] = {}
    for method, path, body in steps:
        if path == "/apps" and ids:
            body = {**body, "project_id": ids["projectId"]}
        response = api.ask(method, path.format(**ids), body)
        if (method, path) == ("POST", "/nodes"):
            ids["nodeId"] = response["node"]["id"]
        elif (method, path) in (("POST", "/projects"), ("POST", "/apps")):
            ids[path[1:-1] + "Id"] = response["data"]["id"]
        elif path.endswith("/services"):
            ids["serviceId"] = response["data"][0]["id"]
    log = simulator.log()["requests"]
    assert {request["outcome"] for request in log} == {"ok"}
    assert len(log) == len({step[:2] for step in steps})
    for request in log:
        check_request(request)


def test_the_bare_form_is_for_creates_only(simulator: Simulator, api: Asking) -> None:
    simulator.settings(create_envelope="bare")
    created = api.send("POST", "/apps", '{"template": "phoenixd"}', Content_Type="application/json").json()
    assert {"id", "projectId", "url", "seed"} < set(created)
    assert "data" not in created
    assert "data" in api.ask("POST", "/projects", {"name": "x"})
    assert api.ask("POST", "/apps", {"template": "nothing"})["error"] == "BadRequestError"


NODE = {
    "id": "node-1",
    "name": "",
    "status": "provisioning",
    "endpointUrl": "https://x.nodana.app",
    "failureMessage": None,
    "updateStatus": None,
}
CREDENTIALS = {"seed": "abandon", "password": "x", "restrictedPassword": "y"}
UNKNOWN: Steps = [
    ("GET", "/projects/prj-none", None),
    ("GET", "/projects/prj-none/apps", None),
    ("POST", "/projects/prj-none/update", {"name": "x"}),
    ("POST", "/projects/prj-none/delete", None),
    ("GET", "/apps/app-none", None),
    ("GET", "/apps/app-none/services", None),
    ("POST", "/apps/app-none/start", None),
    ("POST", "/apps/app-none/stop", None),
    ("POST", "/apps/app-none/delete", None),
    ("POST", "/apps/app-none/services/svc-none/update", None),
    ("POST", "/apps", {"template": "phoenixd", "project_id": "prj-none"}),
]


def test_an_unknown_id_is_answered_with_an_error_of_the_described_form(api: Asking) -> None:
    for method, path, body in UNKNOWN:
        answer = api.ask(method, path, body)
        assert (answer["error"], answer["statusCode"]) == ("NotFoundError", 404), f"{method} {path}"


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/projects", 200, {}),
        ("GET", "/projects", 200, {"data": {}}),
        ("GET", "/projects", 200, {"data": [{"id": "prj-1"}]}),
        ("GET", "/projects", 200, {"data": [], "error": "NotFoundError"}),
        ("GET", "/projects", 200, {"message": "x", "error": "NotFoundError"}),
        ("GET", "/projects", 404, {"message": "x", "error": "NotFoundError", "statusCode": 404}),
        ("GET", "/projects", 500, {"message": "x", "error": "x", "statusCode": 500}),
        ("DELETE", "/projects", 200, {"data": []}),
        ("GET", "/projects", 200, {"data": [], "more": 1}),
        ("POST", "/apps", 200, {"id": "app-1", "projectId": "p", "url": "https://x.nodana.app:1"}),
        ("POST", "/apps", 200, {"data": {"id": "app-1", "url": "https://x.nodana.app:1"}}),
        ("POST", "/apps/app-1/restart", 200, {"id": "app-1"}),
        ("POST", "/apps/app-1/update", 200, {"data": {"id": "app-1", "version": "1.0"}}),
        ("GET", "/nodes", 200, {"data": []}),
        ("GET", "/nodes", 200, {"nodes": [{"id": "node-1"}]}),
        ("GET", "/nodes/node-1", 200, {**NODE, "name": None}),
        ("GET", "/nodes/node-1", 200, {"node": NODE}),
        ("GET", "/nodes/node-1", 404, {"message": "x", "error": "NotFoundError", "statusCode": 404}),
        ("POST", "/nodes", 200, {"node": NODE, "credentials": CREDENTIALS}),
        ("POST", "/nodes", 202, {"node": NODE, "credentials": {**CREDENTIALS, "seed": None}}),
        ("POST", "/nodes/node-1/stop", 204, None),
        ("DELETE", "/nodes/node-1", 200, NODE),
        ("DELETE", "/nodes/node-1", 204, {}),
        ("POST", "/projects", 200, {"id": "prj-1", "name": "x"}),
    ],
)
def test_a_response_that_differs_is_reported(method: str, path: str, status: int, body: Any) -> None:
    with pytest.raises(AssertionError, match=f"{method} {path}"):
        check_answer(method, path, status, body)


@pytest.mark.parametrize(
    "request_",
    [
        entry("PUT", "/projects"),
        entry("GET", "/projects/"),
        entry("GET", "/projects", query="page=2"),
        entry("GET", "/projects", body={}),
        entry("POST", "/projects"),
        entry("POST", "/projects", {"name": ""}),
        entry("POST", "/projects", {"name": "x", "state": "present"}),
        entry("POST", "/projects", {"name": "x"}, content_type="text/plain"),
        entry("POST", "/projects", {"name": "x"}, content_type=None),
        entry("POST", "/apps", {"template": "phoenixd", "projectId": "prj-1"}),
        entry("POST", "/apps", {"template": "phoenixd", "project_id": None}),
        entry("POST", "/apps", {"template": "phoenixd", "params": {"auto_liquidity": "3m"}}),
        entry("POST", "/apps", {"template": "lnbits-phoenixd", "params": {"webhook": "https://x.example"}}),
        entry("POST", "/apps", {"template": "nutshell", "params": {"mint_lnd_rest_url": "x.example"}}),
        entry("POST", "/apps/app-1/stop", {"force": True}),
        entry("POST", "/nodes", {"name": None}),
        entry("POST", "/nodes", {"autoLiquidity": "3m"}),
        entry("POST", "/nodes", {"auto_liquidity": "2m"}),
        entry("POST", "/nodes/node-1/stop", {}),
    ],
)
def test_a_request_that_differs_is_reported(request_: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match=f"{request_['method']} {request_['path']}"):
        check_request(request_)


@pytest.mark.parametrize(
    "request_",
    [
        entry("GET", "/projects", content_type=None),
        entry("POST", "/projects", {"name": "x"}, content_type="application/json; charset=utf-8"),
        entry("POST", "/apps", {"template": "template-of-tomorrow", "params": {"any": [1]}}),
        entry("POST", "/apps", {"template": "nutshell", "params": {"mint_lnd_macaroon": "00"}, "project_id": "prj-1"}),
        entry("POST", "/nodes", {"accessMode": "limited", "autoLiquidity": "10m"}),
        entry("POST", "/nodes/node-1/update", content_type=None),
        entry("DELETE", "/nodes/node-1", content_type=None),
    ],
)
def test_a_request_that_agrees_passes(request_: dict[str, Any]) -> None:
    check_request(request_)
