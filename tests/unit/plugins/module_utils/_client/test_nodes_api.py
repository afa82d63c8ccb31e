# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client for nodes over HTTP: what it sends, and which responses it takes for what."""

from __future__ import annotations

import base64
import json
import socket
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils import _errors as errors
from ansible_collections.nodana.cloud.plugins.module_utils._client import node_probe, node_status, records
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._client.nodes_api import NodesApi, find_node
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import KEY, transport
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock
from ansible_collections.nodana.cloud.tests.support.servers import answered, free_port, raw_server

NODE = {"id": "node-1", "name": "shop", "status": "x", "endpointUrl": "https://a", "failureMessage": None}


def client(url: str, **options: Any) -> NodesApi:
    return NodesApi(transport(url, clock=FakeClock(), retry_timeout=0.0, **options))


def listed(body: Any, status: str = "200 OK") -> list[dict[str, Any]]:
    text = body if isinstance(body, str) else json.dumps(body)
    with raw_server(answered(text, status)) as server:
        return client(server.url).nodes()


def test_the_key_is_only_ever_a_bearer_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("default login evil password evil\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with raw_server(answered(json.dumps({"nodes": []}))) as server:
        api = Api(transport(server.url, clock=FakeClock()))
        NodesApi.beside(api).nodes()
        (head,) = server.requests
    assert f"Authorization: Bearer {KEY}\r\n".encode() in head
    assert head.count(b"Authorization") == 1
    assert base64.b64encode(f":{KEY}".encode()) not in head
    assert b"Content-Type" not in head
    assert head.startswith(b"GET /v1/nodes HTTP/1.1\r\n")


@pytest.mark.parametrize("status", ["200 OK", "201 Created", "202 Accepted", "299 Strange"])
def test_every_status_of_success_is_a_success(status: str) -> None:
    assert listed({"nodes": [NODE], "total": 1, "error": None}, status) == [NODE]


@pytest.mark.parametrize(
    "body",
    [
        *("", "[]", "<html>", '"x"', "{}", '{"nodes": {}}', '{"nodes": [1]}', '{"nodes": [{"name": "x"}]}'),
        '{"nodes": null}',
    ],
)
def test_anything_but_a_list_of_nodes_is_no_empty_list(body: str) -> None:
    with pytest.raises(errors.Unreadable):
        listed(body)


def test_a_page_of_several_is_no_complete_list() -> None:
    with pytest.raises(errors.Unreadable, match="page"):
        listed({"nodes": [NODE], "nextCursor": "x"})


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("401 Unauthorized", errors.Unauthorized),
        ("403 Forbidden", errors.Forbidden),
        ("404 Not Found", errors.MissingRoute),
        ("405 Method Not Allowed", errors.MissingRoute),
        ("410 Gone", errors.MissingRoute),
        ("429 Too Many Requests", errors.RateLimited),
        ("500 Oops", errors.ServerFault),
        ("501 Not Implemented", errors.MissingRoute),
    ],
)
@pytest.mark.parametrize("body", [{"error": {"code": "x", "message": "said so"}}, "", "<html>", "{}", {"error": "x"}])
def test_every_other_status_is_an_error_whatever_the_body(status: str, kind: type[Exception], body: Any) -> None:
    with pytest.raises(kind) as caught:
        listed(body, status)
    if isinstance(body, dict) and isinstance(body["error"], dict) and "404" not in status:
        assert "said so" in str(caught.value)


def test_a_success_that_holds_an_error_and_no_node_is_an_error() -> None:
    with pytest.raises(errors.Forbidden, match="no credit"):
        listed({"error": "ForbiddenError", "message": "no credit", "statusCode": 403})


@pytest.mark.parametrize("body", [{}, {"node": {}}, {"node": None, "credentials": {}}, {"id": "node-1"}, {"data": {}}])
def test_a_creation_without_an_id_is_ambiguous(body: dict[str, Any]) -> None:
    with raw_server(answered(json.dumps(body), "202 Accepted")) as server:
        with pytest.raises(errors.AmbiguousOutcome):
            client(server.url).create_node("shop", "2m", "limited")
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "body", "is_proof"),
    [
        ("204 No Content", "", True),
        ("202 Accepted", "", False),
        ("200 OK", "{}", False),
        ("200 OK", '{"id": 1}', False),
    ],
)
def test_only_no_content_proves_a_deletion(status: str, body: str, is_proof: bool) -> None:
    with raw_server(answered(body, status)) as server:
        assert client(server.url).delete_node("node-1") is is_proof


@pytest.mark.parametrize("version", [None, "", 7, "0.7.2"])
def test_a_version_is_a_text_or_not_known(version: Any) -> None:
    with raw_server(answered(json.dumps({"currentVersion": version}))) as server:
        assert client(server.url).current_version("node-1") == (version if version == "0.7.2" else None)


def test_an_empty_response_does_not_say_that_the_version_is_not_known() -> None:
    with raw_server(answered("")) as server, pytest.raises(errors.Unreadable):
        client(server.url).current_version("node-1")


def test_an_id_cannot_lead_to_another_route() -> None:
    for wrong in ("", "..", "a/b", "a\\b", "a\nb"):
        with pytest.raises(errors.Invalid):
            client("http://127.0.0.1:1/v1").delete_node(wrong)


def test_apps_and_nodes_share_one_rate_limit(simulator: Simulator, state_folder: Path) -> None:
    simulator.settings(generation=["seed", "nodes"])
    api = Api(transport(simulator.url, simulator.key, clock=FakeClock()))
    api.projects()
    NodesApi.beside(api).nodes()
    assert len(list(state_folder.iterdir())) == 1
    assert api.traffic.calls == 2


def test_a_node_is_absent_only_if_the_list_of_nodes_says_so(simulator: Simulator) -> None:
    simulator.settings(generation=["nodes"], node_error_form="empty")
    api = NodesApi(transport(simulator.url, simulator.key, clock=FakeClock()))
    assert find_node(api, "node-1234") is None
    assert find_node(api, "node-1234") is None
    requests = [request["path"] for request in simulator.log()["requests"]]
    assert requests == ["/nodes/node-1234", "/nodes"] * 2


@pytest.mark.parametrize(
    ("status", "is_alive"),
    [("200 OK", True), ("401 Unauthorized", True), ("403 No", False), ("302 Found", False), ("502 Bad", False)],
)
def test_a_node_is_alive_if_phoenixd_answers(status: str, is_alive: bool) -> None:
    with raw_server(answered("{}", status)) as server:
        assert node_probe.is_alive(f"{server.url}/") is is_alive
        (head,) = server.requests
    assert head.startswith(b"GET /v1/getinfo HTTP/1.1")
    assert b"Authorization" not in head


@pytest.mark.parametrize("url", [None, "", "http://node.example", "ftp://127.0.0.1", "http://[", "https://", "x"])
def test_no_request_is_sent_to_an_unusable_url(url: str | None) -> None:
    assert not node_probe.is_alive(url)


def test_a_node_that_does_not_answer_is_not_alive() -> None:
    assert not node_probe.is_alive(f"http://127.0.0.1:{free_port()}")


@pytest.mark.parametrize("head", ["HTTP/1.1 200 OK\r\nX-Slow: ", "HTTP/1.1 100 Continue\r\n\r\n" * 2, "HTTP/1.1 "])
def test_a_node_that_answers_byte_by_byte_is_not_alive(head: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(head.encode())
        while True:  # until the client closes the connection
            connection.sendall(b"x")
            time.sleep(0.02)

    monkeypatch.setattr(node_probe, "TIMEOUT", 0.2)
    with raw_server(drip) as server:
        began = time.monotonic()
        assert not node_probe.is_alive(server.url)
        assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("fields", "runs", "is_changing"),
    [
        ({"status": "running"}, True, False),
        ({"status": "Available"}, True, False),
        ({"status": "stopped"}, False, False),
        ({"status": "provisioning"}, None, True),
        ({"status": "stopping"}, None, True),
        ({"status": "humming"}, None, False),
        ({"status": None}, None, False),
        ({"status": "running", "updateStatus": "updating"}, True, True),
        ({"status": "stopped", "updateStatus": "in_progress"}, False, True),
        ({"status": "running", "updateStatus": "succeeded"}, True, False),
    ],
)
def test_what_a_status_tells(fields: dict[str, Any], runs: bool | None, is_changing: bool) -> None:
    node = records.node({**NODE, **fields})
    assert node_status.runs(node) is runs
    assert node_status.is_changing(node) is is_changing


def test_a_record_has_all_fields_and_keeps_unknown_ones() -> None:
    node = records.node({"id": 7, "endpointUrl": "https://a", "url": "https://b", "newField": 1})
    assert node == {
        "id": "7",
        "name": None,
        "template": "phoenixd",
        "url": "https://a",
        "status": None,
        "failure_message": None,
        "update_status": None,
        "new_field": 1,
    }
