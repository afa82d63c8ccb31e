# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The description of the API: valid, complete, and agreeing with what the simulator answers and clients send."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.simulator.routes import ROUTES
from ansible_collections.nodana.cloud.tests.unit.simulator.asking import Asking
from ansible_collections.nodana.cloud.tests.unit.simulator.contract import check_answer, check_request, description
from openapi_spec_validator import validate

STEPS: list[tuple[str, str, Any]] = [
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


def entry(method: str, path: str, body: Any = None, **facts: Any) -> dict[str, Any]:
    """A request as the log shows it."""
    return {"method": method, "path": path, "body": body, "query": "", "content_type": "application/json", **facts}


def test_the_description_is_valid_openapi() -> None:
    validate(description())


def test_the_description_and_the_simulator_know_the_same_calls() -> None:
    described = {
        (method.upper(), re.sub(r"\{\w+\}", ":", path))
        for path, item in description()["paths"].items()
        for method in item
        if method != "parameters"
    }
    assert described == {(route.method, re.sub(r":\w+", ":", route.path)) for route in ROUTES["seed"]}
    assert len(described) == 13


@pytest.mark.parametrize("envelope", ["data", "bare"])
def test_every_call_and_its_answer_agree_with_the_description(simulator: Simulator, api: Asking, envelope: str) -> None:
    simulator.settings(create_envelope=envelope)
    ids: dict[str, str] = {}
    for method, path, body in STEPS:
        if path == "/apps":
            body["project_id"] = ids["projectId"]
        answer = api.ask(method, path.format(**ids), body)
        data = answer if path == "/apps" and envelope == "bare" else answer["data"]
        if path in ("/projects", "/apps") and method == "POST":
            ids[path[1:-1] + "Id"] = data["id"]
        if path.endswith("/services"):
            ids["serviceId"] = data[0]["id"]
    log = simulator.log()["requests"]
    assert len(log) == len({step[:2] for step in STEPS}) == 13
    for request in log:
        check_request(request)


def test_the_bare_form_is_for_creates_only(simulator: Simulator, api: Asking) -> None:
    simulator.settings(create_envelope="bare")
    created = api.ask("POST", "/apps", {"template": "phoenixd"})
    assert {"id", "projectId", "url", "seed"} < set(created)
    assert "data" not in created
    assert "data" in api.ask("POST", "/projects", {"name": "x"})
    assert api.ask("POST", "/apps", {"template": "nothing"})["error"] == "BadRequestError"


UNKNOWN: list[tuple[str, str, Any]] = [
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
        ("GET", "/nodes", 200, {"data": []}),
        ("POST", "/apps", 200, {"id": "app-1", "url": "https://x.nodana.app:1"}),
        ("POST", "/apps", 200, {"id": "app-1", "projectId": "p", "url": "https://x.nodana.app:1", "error": "x"}),
        ("POST", "/projects", 200, {"id": "prj-1", "name": "x"}),
    ],
)
def test_an_answer_that_differs_is_told(method: str, path: str, status: int, body: Any) -> None:
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
    ],
)
def test_a_request_that_differs_is_told(request_: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match=f"{request_['method']} {request_['path']}"):
        check_request(request_)


@pytest.mark.parametrize(
    "request_",
    [
        entry("GET", "/projects", content_type=None),
        entry("POST", "/projects", {"name": "x"}, content_type="application/json; charset=utf-8"),
        entry("POST", "/apps", {"template": "template-of-tomorrow", "params": {"any": [1]}}),
        entry("POST", "/apps", {"template": "nutshell", "params": {"mint_lnd_macaroon": "00"}, "project_id": "prj-1"}),
    ],
)
def test_a_request_that_agrees_passes(request_: dict[str, Any]) -> None:
    check_request(request_)
