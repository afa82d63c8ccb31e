# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults on demand: what arrives, and whether the change was made."""

from __future__ import annotations

import http.client
import json
import socket
import time
from typing import Any

import pytest
from ansible_collections.nodana.cloud.tests.simulator.faults import Faults
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.unit.simulator.asking import Asking, basic

CREATE = ("POST", "/projects", json.dumps({"name": "x"}))


def create(api: Asking) -> tuple[int, str]:
    """Create a project and return the status and the text of the response."""
    reply = api.send(*CREATE, Content_Type="application/json")
    return reply.status, reply.text


def projects(simulator: Simulator) -> int:
    """Return the number of projects, as the control API shows it."""
    return len(simulator.account()["projects"])


@pytest.mark.parametrize(("fault", "made"), [("drop_before", 0), ("drop_after", 1)])
def test_a_dropped_connection_brings_no_answer(simulator: Simulator, api: Asking, fault: str, made: int) -> None:
    simulator.fault(fault)
    with pytest.raises(http.client.RemoteDisconnected):
        create(api)
    assert projects(simulator) == made
    request = simulator.log()["requests"][0]
    assert (request["status"], request["outcome"], request["body"]) == (None, fault, {"name": "x"})


@pytest.mark.parametrize(
    ("fault", "status", "start", "made"),
    [
        ("error_before", 500, "Internal Server Error", 0),
        ("error_after", 500, "Internal Server Error", 1),
        ("html_502", 502, "<html>", 0),
        ("not_json_200", 200, "<html>", 0),
        ("redirect", 302, "", 0),
        ("cut_json", 200, '{"data": {', 1),
        ("empty_body", 200, "", 1),
        ("no_data", 200, '{"message": "OK"}', 1),
        ("limit", 200, '{"message": "Rate limit exceeded"', 0),
        ("limit_after", 200, '{"message": "Rate limit exceeded"', 1),
        ("redirect_after", 302, "", 1),
        ("named_error_after", 200, '{"error": "x"}', 1),
        ("slow", 200, '{"data": {"id": "prj-', 1),
        ("slow_after", 200, '{"data": {"id": "prj-', 1),
    ],
)
def test_a_fault_spoils_one_request(
    simulator: Simulator, api: Asking, fault: str, status: int, start: str, made: int
) -> None:
    simulator.fault(fault)
    got, text = create(api)
    assert (got, projects(simulator)) == (status, made)
    assert text.startswith(start) if start else text == ""
    assert [request["outcome"] for request in simulator.log()["requests"]] == [fault]
    assert create(api)[0] == 200
    assert projects(simulator) == made + 1


@pytest.mark.parametrize(
    ("fault", "start", "later"),
    [
        ("drip_headers", b"HTTP/1.1 200 OK\r\n", b"xxx"),
        ("drip_body", b"HTTP/1.1 200 OK\r\n", b'{"data": '),
        ("continue_forever", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n" * 3),
    ],
)
def test_a_dripping_answer_arrives_piece_by_piece(simulator: Simulator, fault: str, start: bytes, later: bytes) -> None:
    simulator.fault(fault)
    with socket.create_connection(("127.0.0.1", simulator.port), timeout=30) as connection:
        head = f"POST /v1/projects HTTP/1.1\r\nHost: x\r\nAuthorization: {basic('', simulator.key)}\r\n"
        connection.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 13\r\n\r\n".encode())
        connection.sendall(b'{"name": "x"}')
        arrived = b""
        while later not in arrived[len(start) :]:
            arrived += connection.recv(65536)
    assert arrived.startswith(start)
    assert projects(simulator) == 1


@pytest.mark.parametrize("status", [204, 408, 425, 499, 503])
@pytest.mark.parametrize(("fault", "made"), [("status_before", 0), ("status_after", 1)])
def test_any_status_can_be_asked_for(simulator: Simulator, api: Asking, fault: str, made: int, status: int) -> None:
    simulator.fault(fault, status=status)
    assert create(api)[0] == status
    assert projects(simulator) == made
    assert [request["outcome"] for request in simulator.log()["requests"]] == [fault]


@pytest.mark.parametrize(
    "details",
    [{"fault": "status_after"}, {"fault": "status_after", "status": 99}, {"fault": "status_before", "status": True}],
)
def test_a_fault_with_a_status_needs_one_that_exists(details: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="status must be"):
        Faults().add([details])


def test_cut_json_cannot_be_parsed(simulator: Simulator, api: Asking) -> None:
    simulator.fault("cut_json")
    with pytest.raises(ValueError, match=r"."):
        json.loads(create(api)[1])


def test_whoever_follows_the_redirect_is_seen(simulator: Simulator, api: Asking) -> None:
    simulator.fault("redirect")
    target = api.send("GET", "/projects").headers["location"]
    assert target == "/v1/redirected"
    api.send("GET", "/redirected")
    assert [request["path"] for request in simulator.log()["requests"]] == ["/projects", "/redirected"]


def test_slow_takes_its_time(simulator: Simulator, api: Asking) -> None:
    simulator.fault("slow", seconds=0.1)
    before = time.monotonic()
    api.data("GET", "/projects")
    assert time.monotonic() - before >= 0.1


@pytest.mark.parametrize(("fault", "made"), [("slow", 0), ("slow_after", 1)])
def test_whoever_does_not_wait_leaves_the_change_unmade_or_made(simulator: Simulator, fault: str, made: int) -> None:
    simulator.fault(fault, seconds=1)
    with pytest.raises(socket.timeout):
        create(Asking(simulator.port, simulator.key, timeout=0.2))
    assert projects(simulator) == made


def test_a_limit_fault_comes_in_the_form_of_the_settings_and_is_no_violation(simulator: Simulator, api: Asking) -> None:
    simulator.settings(limit_form="http-retry-after", retry_after=3)
    simulator.fault("limit")
    reply = api.send("GET", "/projects")
    assert (reply.status, reply.headers["retry-after"]) == (429, "3")
    assert simulator.log()["violations"] == 0


def test_a_fault_waits_for_the_request_that_it_is_meant_for(simulator: Simulator, api: Asking) -> None:
    simulator.fault("error_before", method="POST", path=r"^/apps/[^/]+/stop$", times=2)
    app_id = api.data("POST", "/apps", {"template": "phoenixd"})["id"]
    assert api.send("POST", f"/apps/{app_id}/stop").status == 500
    assert [fault["times"] for fault in simulator.faults()] == [1]
    api.data("GET", f"/apps/{app_id}")
    assert api.send("POST", f"/apps/{app_id}/stop").status == 500
    assert simulator.faults() == []
    assert api.data("POST", f"/apps/{app_id}/stop") == {"id": app_id}


def test_faults_come_in_the_order_in_which_they_were_asked_for(simulator: Simulator, api: Asking) -> None:
    simulator.fault("html_502")
    simulator.fault("error_before")
    assert [api.send("GET", "/projects").status for _time in range(3)] == [502, 500, 200]


def test_a_wrong_key_uses_up_no_fault(simulator: Simulator) -> None:
    simulator.fault("html_502")
    Asking(simulator.port, "wrong-key-0123456789").ask("GET", "/projects")
    assert len(simulator.faults()) == 1
    simulator.clear_faults()
    assert simulator.faults() == []


@pytest.mark.parametrize(
    "details",
    [
        {"method": "PUT"},
        {"path": "["},
        {"path": 5},
        {"times": 0},
        {"times": True},
        {"seconds": -1},
        {"status": 408},
        {"other": 1},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(details: dict[str, Any]) -> None:
    faults = Faults()
    with pytest.raises(ValueError, match=next(iter(details)) if "other" not in details else "a fault is"):
        faults.add([{"fault": "slow"}, {"fault": "slow", **details}])
    assert faults.as_list() == []


def test_an_unknown_fault_is_refused(simulator: Simulator) -> None:
    with pytest.raises(ValueError, match="unknown fault 'nonsense'"):
        simulator.fault("nonsense")
    assert simulator.faults() == []
