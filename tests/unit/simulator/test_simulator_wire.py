# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HTTP interface: methods, paths, bodies, and the request log."""

from __future__ import annotations

import time

from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.unit.simulator.asking import Asking

JSON = {"Content_Type": "application/json"}


NO_CALLS: list[tuple[str, str, str | None, dict[str, str], str]] = [
    ("DELETE", "/projects/prj-1", None, {}, "MethodNotAllowedError"),
    ("DELETE", "/projects", None, {}, "MethodNotAllowedError"),
    ("PUT", "/apps/app-1", "{}", JSON, "MethodNotAllowedError"),
    ("GET", "/apps", None, {}, "MethodNotAllowedError"),
    ("POST", "/apps/app-1", None, {}, "MethodNotAllowedError"),
    ("GET", "/apps/app-1/stop", None, {}, "MethodNotAllowedError"),
    ("GET", "/", None, {}, "NotFoundError"),
    ("GET", "/projects/", None, {}, "NotFoundError"),
    ("GET", "/nodes", None, {}, "NotFoundError"),
    ("POST", "/apps/app-1/restart", None, {}, "NotFoundError"),
    ("POST", "/projects", '{"name":', JSON, "BadRequestError"),
    ("POST", "/projects", '["name"]', JSON, "BadRequestError"),
    ("POST", "/projects", "null", JSON, "BadRequestError"),
    ("POST", "/projects", None, JSON, "BadRequestError"),
    ("POST", "/projects", "\udcff", JSON, "BadRequestError"),
    ("POST", "/projects", '{"name": "x"}', {"Content_Type": "text/plain"}, "UnsupportedMediaTypeError"),
    ("POST", "/projects", "name=x", {}, "UnsupportedMediaTypeError"),
    ("POST", "/apps/app-1/stop", '{"force": true}', JSON, "BadRequestError"),
]


def test_a_request_that_is_no_call_gets_an_error_and_status_200(simulator: Simulator, api: Asking) -> None:
    for method, path, text, headers, error in NO_CALLS:
        raw = None if text is None else text.encode(errors="surrogateescape")
        reply = api.send(method, path, raw, **headers)
        what = f"{method} {path} {text!r}"
        assert reply.status == 200, what
        assert set(reply.json()) == {"message", "error", "statusCode"}, what
        assert reply.json()["error"] == error, what
    outcomes = [request["outcome"] for request in simulator.log()["requests"]]
    assert outcomes == [error for *_request, error in NO_CALLS]
    assert simulator.account()["projects"] == []


def test_calls_without_a_body_take_the_header_of_one(api: Asking) -> None:
    app_id = api.data("POST", "/apps", {"template": "phoenixd"})["id"]
    for text in (None, "", "{}"):
        assert api.send("POST", f"/apps/{app_id}/stop", text, **JSON).json() == {"data": {"id": app_id}}
    assert api.send("POST", f"/apps/{app_id}/start").json() == {"data": {"id": app_id}}


def test_an_encoded_slash_stays_within_an_id(api: Asking) -> None:
    app_id = api.data("POST", "/apps", {"template": "phoenixd"})["id"]
    assert api.ask("GET", f"/apps/{app_id}%2Fservices")["message"] == "App not found"
    assert api.data("GET", "/apps/" + app_id.replace("-", "%2D"))["id"] == app_id


def test_text_of_all_kinds_comes_back_as_it_went_in(api: Asking) -> None:
    name = 'Grüße ₿ {{ 7 * 7 }} "quoted" \n' + "x" * 10_000
    project_id = api.data("POST", "/projects", {"name": name})["id"]
    assert api.data("GET", f"/projects/{project_id}")["name"] == name


def test_the_log_tells_what_arrived_when(simulator: Simulator, api: Asking) -> None:
    before = time.monotonic()
    api.send("POST", "/projects?x=1", '{"name": "shop"}', User_Agent="a test", **JSON)
    api.send("GET", "/apps/app-none")
    Asking(simulator.port, simulator.keys[1]).send("GET", "/projects")
    first, second, third = simulator.log()["requests"]
    assert first.pop("at") >= before
    assert first == {
        "number": 1,
        "gap": None,
        "key": "account-1",
        "authorized": True,
        "method": "POST",
        "path": "/projects",
        "query": "x=1",
        "body": {"name": "shop"},
        "content_type": "application/json",
        "user_agent": "a test",
        "status": 200,
        "outcome": "ok",
        "violation": False,
    }
    assert (second["number"], second["outcome"], second["body"]) == (2, "NotFoundError", None)
    assert 0 < second["gap"] < 20
    assert (third["key"], third["gap"]) == ("account-2", None)


def test_the_log_shows_the_body_of_a_refused_request(simulator: Simulator) -> None:
    Asking(simulator.port, "wrong-key-0123456789").send("POST", "/projects", '{"name": "x"}', **JSON)
    assert simulator.log()["requests"][0]["body"] == {"name": "x"}


def test_neither_key_nor_secret_is_in_the_log(simulator: Simulator, api: Asking) -> None:
    created = api.data("POST", "/apps", {"template": "phoenixd"})
    log = str(simulator.log())
    for secret in (simulator.key, created["seed"], created["password"], created["restrictedPassword"]):
        assert secret not in log


def longest_delay(simulator: Simulator, api: Asking) -> tuple[float, float]:
    """Return the longest time of ten requests until one arrived, and from then until its response."""
    inward, outward = [], []
    for _time in range(10):
        sent = time.monotonic()
        api.send("GET", "/projects")
        answered = time.monotonic()
        arrived = simulator.log()["requests"][-1]["at"]
        inward.append(arrived - sent)
        outward.append(answered - arrived)
    return max(inward), max(outward)


def test_jitter_delays_before_the_arrival(simulator: Simulator, api: Asking) -> None:
    simulator.settings(jitter=0.05)
    assert longest_delay(simulator, api)[0] > 0.01


def test_jitter_can_delay_the_answer_too(simulator: Simulator, api: Asking) -> None:
    simulator.settings(jitter=0.05, jitter_answer=True)
    assert longest_delay(simulator, api)[1] > 0.01
