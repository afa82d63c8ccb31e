# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HTTP interface for nodes as the vendor's client needs it: authorization, status codes, bodies and faults."""

from __future__ import annotations

import http.client
import json
import socket
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.unit.simulator.asking import Asking, basic
from ansible_collections.nodana.cloud.tests.unit.simulator.test_simulator_programs import ask as ask_program

JSON = {"Content_Type": "application/json"}
NO_CALLS: list[tuple[str, str, str | None, dict[str, str], int, str]] = [
    ("GET", "/nodes/node-none", None, {}, 404, "not_found"),
    ("DELETE", "/nodes/node-none", None, {}, 404, "not_found"),
    ("PUT", "/nodes", "{}", JSON, 405, "method_not_allowed"),
    ("DELETE", "/nodes", None, {}, 405, "method_not_allowed"),
    ("POST", "/nodes", "{", JSON, 400, "bad_request"),
    ("POST", "/nodes", "[]", JSON, 400, "bad_request"),
    ("POST", "/nodes", None, {}, 400, "bad_request"),
    ("POST", "/nodes", "{}", {}, 415, "unsupported_media_type"),
    ("POST", "/nodes/node-none/start", '{"force": true}', JSON, 400, "bad_request"),
]


def create(api: Asking, **body: Any) -> str:
    """Create a node. Return its id."""
    node_id: str = api.ask("POST", "/nodes", body)["node"]["id"]
    return node_id


def test_a_create_is_accepted_and_a_delete_has_no_body(node_api: Asking) -> None:
    created = node_api.send("POST", "/nodes", "{}", **JSON)
    assert created.status == 202
    deleted = node_api.send("DELETE", f"/nodes/{created.json()['node']['id']}")
    assert (deleted.status, deleted.text) == (204, "")
    assert node_api.ask("GET", "/nodes")["nodes"] == []


def test_everything_but_create_and_delete_has_status_200(node_api: Asking) -> None:
    node_id = create(node_api)
    calls = [("GET", ""), ("GET", "/update"), ("POST", "/update"), ("POST", "/stop"), ("POST", "/start")]
    for method, path in [*calls, ("POST", "/restart")]:
        assert node_api.send(method, f"/nodes/{node_id}{path}").status == 200
    assert node_api.send("GET", "/nodes").status == 200


def test_a_request_that_is_no_call_gets_a_real_status_and_an_error(host: Simulator, node_api: Asking) -> None:
    for method, path, text, headers, status, code in NO_CALLS:
        reply = node_api.send(method, path, text, **headers)
        what = f"{method} {path} {text!r}"
        assert (reply.status, reply.json()["error"]["code"]) == (status, code), what
        assert list(reply.json()["error"]) == ["code", "message"], what
    assert host.account()["nodes"] == []


def test_a_refusal_is_a_real_409(node_api: Asking) -> None:
    reply = node_api.send("POST", f"/nodes/{create(node_api)}/start")
    assert (reply.status, reply.json()["error"]["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    ("form", "content_type", "body"),
    [
        ("error", "application/json", '{"error": {"code": "not_found", "message": "Node not found"}}'),
        ("message", "application/json", '{"message": "Node not found", "error": "NotFoundError", "statusCode": 404}'),
        ("html", "text/html", "<html><body><h1>404</h1></body></html>"),
        ("empty", "text/plain", ""),
    ],
)
def test_an_error_has_four_forms(host: Simulator, node_api: Asking, form: str, content_type: str, body: str) -> None:
    host.settings(node_error_form=form)
    reply = node_api.send("GET", "/nodes/node-none")
    assert (reply.status, reply.headers["content-type"].partition(";")[0], reply.text) == (404, content_type, body)


def test_only_bearer_with_a_known_key_opens(host: Simulator) -> None:
    nobody = Asking(host.port, None)
    for authorization in ("", "Bearer", "Bearer wrong", f"Bearer x{host.key}", basic("", host.key), host.key):
        reply = nobody.send("GET", "/nodes", Authorization=authorization)
        assert (reply.status, reply.json()["error"]["code"]) == (401, "unauthorized"), authorization
    assert nobody.send("GET", "/nodes", Authorization=f"bearer {host.key}").status == 200


@pytest.mark.parametrize(
    ("scopes", "reading", "writing"), [(["nodes:read"], 200, 403), (["nodes:write"], 403, 202), ([], 403, 403)]
)
def test_a_missing_scope_is_named(
    host: Simulator, node_api: Asking, scopes: list[str], reading: int, writing: int
) -> None:
    host.settings(scopes=scopes)
    replies = {
        "nodes:read": node_api.send("GET", "/nodes"),
        "nodes:write": node_api.send("POST", "/nodes", "{}", **JSON),
    }
    assert [reply.status for reply in replies.values()] == [reading, writing]
    for scope, reply in replies.items():
        assert reply.status != 403 or scope in reply.json()["error"]["message"]
    assert len(host.account()["nodes"]) == (1 if writing == 202 else 0)


@pytest.mark.parametrize("form", ["body", "http", "http-retry-after", "http-retry-date"])
def test_a_rate_limit_is_a_real_429(host: Simulator, node_api: Asking, form: str) -> None:
    node_api.ask("GET", "/nodes")
    host.settings(rate_interval=60, limit_form=form, retry_after=30)
    reply = node_api.send("GET", "/nodes")
    retry_after = reply.headers.get("retry-after")
    assert (reply.status, reply.json()["error"]["code"]) == (429, "too_many_requests")
    if form == "http-retry-date":
        wait = (parsedate_to_datetime(str(retry_after)) - parsedate_to_datetime(reply.headers["date"])).total_seconds()
        assert 28 <= wait <= 32
    else:
        assert retry_after == ("30" if form == "http-retry-after" else None)


def raw(simulator: Simulator, head: str) -> int:
    """Send a request of these lines and no others. Return the status of the response."""
    with socket.create_connection(("127.0.0.1", simulator.port), timeout=20) as connection:
        connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n")
        return int(connection.recv(65536).split()[1])


def test_a_post_without_body_needs_no_header_but_the_key(host: Simulator, api: Asking, node_api: Asking) -> None:
    host.settings(generation=["seed", "nodes"])
    node_id, app_id = create(node_api), api.data("POST", "/apps", {"template": "vss"})["id"]
    for path, key in ((f"nodes/{node_id}/stop", f"Bearer {host.key}"), (f"apps/{app_id}/stop", basic("", host.key))):
        assert raw(host, f"POST /v1/{path} HTTP/1.1\nHost: 127.0.0.1\nAuthorization: {key}") == 200
    for request in host.log()["requests"][-2:]:
        assert (request["outcome"], request["content_type"], request["user_agent"]) == ("ok", None, None)


@pytest.mark.parametrize(
    ("fault", "status", "left"),
    [
        ("drop_before", None, 1),
        ("drop_after", None, 0),
        ("error_before", 500, 1),
        ("error_after", 500, 0),
        ("limit", 429, 1),
        ("limit_after", 429, 0),
        ("html_502", 502, 1),
        ("redirect_after", 302, 0),
    ],
)
def test_a_delete_fails_on_demand(host: Simulator, node_api: Asking, fault: str, status: int | None, left: int) -> None:
    node_id = create(node_api)
    host.fault(fault, method="DELETE", path="^/nodes/")
    if status is None:
        with pytest.raises(http.client.RemoteDisconnected):
            node_api.send("DELETE", f"/nodes/{node_id}")
    else:
        assert node_api.send("DELETE", f"/nodes/{node_id}").status == status
    assert len(host.account()["nodes"]) == left


@pytest.mark.parametrize(
    ("fault", "made"), [("drop_before", 0), ("drop_after", 1), ("status_after", 1), ("cut_json", 1)]
)
def test_a_create_fails_on_demand(host: Simulator, node_api: Asking, fault: str, made: int) -> None:
    host.fault(fault, path="^/nodes$", **({"status": 503} if fault == "status_after" else {}))
    try:
        reply = node_api.send("POST", "/nodes", "{}", **JSON)
        assert reply.status in (202, 503)
        assert "restrictedPassword" not in reply.text
    except http.client.RemoteDisconnected:
        assert fault.startswith("drop")
    assert len(host.account()["nodes"]) == made


def test_the_log_has_neither_key_nor_credentials(host: Simulator, node_api: Asking) -> None:
    created = node_api.ask("POST", "/nodes", {"name": "shop"})
    entry = host.log()["requests"][0]
    assert (entry["method"], entry["path"], entry["status"], entry["outcome"]) == ("POST", "/nodes", 202, "ok")
    for secret in (host.key, *created["credentials"].values()):
        assert secret not in json.dumps(entry)


def test_fields_of_a_node_are_forced_and_released(host: Simulator, node_api: Asking) -> None:
    node_id = create(node_api)
    before = node_api.ask("GET", f"/nodes/{node_id}")
    forced = {"status": "cordoned", "updateStatus": "failed", "failureMessage": "disk full"}
    host.force_node(node_id, **forced)
    assert node_api.ask("GET", f"/nodes/{node_id}") == {**before, **forced}
    host.force_node(node_id)
    assert node_api.ask("GET", f"/nodes/{node_id}") == before
    with pytest.raises(ValueError, match="no such node"):
        host.force_node("node-none", status="x")
    with pytest.raises(ValueError, match="can be set"):
        host.force_node(node_id, name="x")


def test_many_nodes_are_made_at_once(host: Simulator, node_api: Asking) -> None:
    host.fill(nodes=30)
    assert len({node["id"] for node in node_api.ask("GET", "/nodes")["nodes"]}) == 30


def test_a_phoenixd_answers_at_the_url_of_a_node_while_it_runs(host: Simulator, node_api: Asking) -> None:
    host.settings(serve_apps=True)
    created = node_api.ask("POST", "/nodes", {})
    node_id, url, credentials = created["node"]["id"], created["node"]["endpointUrl"], created["credentials"]
    full, limited = credentials["password"], credentials["restrictedPassword"]
    assert ask_program(url, "GET /getinfo", password=limited)[1]["version"] == "0.7.1"
    assert ask_program(url, "GET /getinfo")[0] == 401
    assert [ask_program(url, "POST /payinvoice", password=key)[0] for key in (limited, full)] == [401, 500]
    for call in ("/stop", ""):
        node_api.send("POST" if call else "DELETE", f"/nodes/{node_id}{call}")
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            ask_program(url, "GET /getinfo", password=full)
