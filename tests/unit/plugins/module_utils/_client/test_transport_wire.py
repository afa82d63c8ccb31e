# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The bytes of each request, and the effect of a response that is not HTTP."""

from __future__ import annotations

import base64
import json
import socket
import time
from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils import _errors as errors
from ansible_collections.nodana.cloud.plugins.module_utils._client import transport as transport_module
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import KEY, sent, transport
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock
from ansible_collections.nodana.cloud.tests.support.servers import answered, free_port, raw_server

TOKEN = base64.b64encode(f":{KEY}".encode()).decode()
NOTHING = answered('{"data": []}')


def headers(request: bytes) -> dict[str, str]:
    lines = request.decode().split("\r\n")[1:]
    return {name.lower(): value for name, _colon, value in (line.partition(": ") for line in lines) if name}


def create(url: str, clock: FakeClock | None = None) -> None:
    Api(transport(url, clock=clock or FakeClock())).create_app("phoenixd", {}, None)


def test_the_key_is_the_password_of_an_empty_user() -> None:
    with raw_server(NOTHING) as server:
        Api(transport(server.url)).projects()
    assert headers(server.requests[0])["authorization"] == f"Basic {TOKEN}"
    assert base64.b64decode(TOKEN) == b":" + KEY.encode()
    assert server.requests[0].startswith(b"GET /v1/projects HTTP/1.1\r\n")
    assert headers(server.requests[0])["user-agent"].startswith("nodana.cloud/")


def test_the_simulator_takes_the_key(simulator: Simulator, api: Api) -> None:
    api.projects()
    assert [request["authorized"] for request in simulator.log()["requests"]] == [True]


def test_no_netrc_file_takes_the_place_of_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("default login evil password evil\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with raw_server(NOTHING) as server:
        Api(transport(server.url)).projects()
    assert headers(server.requests[0])["authorization"] == f"Basic {TOKEN}"


def test_no_proxy_gets_between_this_machine_and_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    with raw_server(NOTHING) as server:
        assert Api(transport(server.url, retry_timeout=0)).projects() == []


def test_a_redirect_is_not_followed_and_takes_the_key_nowhere(clock: FakeClock) -> None:
    with raw_server(NOTHING) as elsewhere:
        target = f"Location: http://localhost:{elsewhere.port}/v1/projects"
        for status in ("301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"):
            with raw_server(answered("", status, target)) as server:
                with pytest.raises(errors.Invalid, match="redirect"):
                    Api(transport(server.url, clock=clock)).projects()
                with pytest.raises(errors.AmbiguousOutcome, match="redirect"):
                    create(server.url, clock)
                assert len(server.requests) == 2
        assert elsewhere.requests == []


def test_a_redirect_within_the_api_is_not_followed_either(simulator: Simulator, api: Api) -> None:
    simulator.fault("redirect")
    with pytest.raises(errors.Invalid, match="redirect"):
        api.projects()
    assert sent(simulator) == ["GET /projects"]


@pytest.mark.parametrize(
    ("identifier", "path"),
    [("app 1", "/apps/app%201"), ("a?b#c", "/apps/a%3Fb%23c"), ("%2e%2e", "/apps/%252e%252e"), ("ä", "/apps/%C3%A4")],
)
def test_an_id_stays_one_part_of_the_path(identifier: str, path: str) -> None:
    with raw_server(answered('{"data": {"id": "x"}}')) as server:
        Api(transport(server.url)).app(identifier)
    assert server.requests[0].startswith(f"GET /v1{path} HTTP/1.1\r\n".encode())


@pytest.mark.parametrize("identifier", ["", " ", ".", "..", "a/b", "../projects", "a\\b", "a\nb", "a\x00b"])
def test_an_id_that_would_lead_elsewhere_is_refused_before_any_request(
    simulator: Simulator, api: Api, identifier: str
) -> None:
    for call in (api.app, api.project, api.apps, api.services, api.delete_app, api.delete_project, api.stop_app):
        with pytest.raises(errors.Invalid, match="is not a valid id"):
            call(identifier)
    assert sent(simulator) == []


def test_an_answer_that_drips_is_given_up_in_time() -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _turn in range(100):
            connection.sendall(b" ")
            time.sleep(0.02)

    with raw_server(drip) as server:
        began = time.monotonic()
        with pytest.raises(errors.Unreachable, match="Timed out after .* while waiting for the response"):
            Api(transport(server.url, request_timeout=0.15, retry_timeout=0)).projects()
        assert time.monotonic() - began < 0.6


class Kept:
    """Keeps the response to a create, as a receipt does."""

    def __init__(self) -> None:
        self.content = b""

    def begin(self) -> None:
        self.content = b""

    def add(self, piece: bytes) -> None:
        self.content += piece


def test_a_response_is_read_up_to_a_limit_and_then_refused(monkeypatch: pytest.MonkeyPatch, clock: FakeClock) -> None:
    monkeypatch.setattr(transport_module, "LARGEST_RESPONSE", 1 << 20)
    body = json.dumps({"data": [{"id": "prj-1", "name": "x" * (1 << 20)}]})
    with raw_server(answered(body)) as server, pytest.raises(errors.Unreadable, match="larger than 1 MiB"):
        Api(transport(server.url, clock=clock, retry_timeout=0)).projects()
    with raw_server(answered(body[: 1 << 19] + '"}]}')) as server:
        assert Api(transport(server.url)).projects()[0]["id"] == "prj-1"


def test_an_endless_response_to_a_create_is_in_doubt_and_its_beginning_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def send(connection: socket.socket) -> None:
        connection.sendall(b'HTTP/1.1 200 OK\r\n\r\n{"data": {"id": "app-1", "seed": "word word word", "more": "')
        while True:
            connection.sendall(b"x" * 10_000)

    monkeypatch.setattr(transport_module, "LARGEST_RESPONSE", 1 << 20)
    kept = Kept()
    with raw_server(send) as server, pytest.raises(errors.AmbiguousOutcome, match="larger than 1 MiB"):
        Api(transport(server.url)).create_app("phoenixd", {}, None, kept)
    assert b"word word word" in kept.content
    assert 1 << 20 < len(kept.content) < 2 << 20
    assert len(server.requests) == 1


def test_a_slow_answer_to_a_create_leaves_it_unknown(simulator: Simulator) -> None:
    simulator.fault("slow_after", seconds=0.3)
    with pytest.raises(errors.AmbiguousOutcome, match=r"Timed out after 0\.1 s while waiting for the response"):
        Api(transport(simulator.url, simulator.key, request_timeout=0.1)).create_project("shop")
    assert sent(simulator) == ["POST /projects"]


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % number for number in range(200)) + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"\x16\x03\x01\x00\x05hello",
    ],
)
def test_a_create_without_a_proper_answer_is_in_doubt_and_nothing_worse(reply: bytes) -> None:
    with raw_server(reply) as server, pytest.raises(errors.AmbiguousOutcome):
        create(server.url)
    assert len(server.requests) == 1


def test_neither_key_nor_credential_gets_into_an_error_that_repeats_them(clock: FakeClock) -> None:
    params = {
        "mint_lnd_macaroon": "0201036c6e64" * 30,
        "webhook": "https://user:hunter2hunter2@shop.example/?token=t0k3n",
    }
    said = f"{KEY} {TOKEN} {params['mint_lnd_macaroon']} {params['webhook']} " * 3
    for error in ({"error": said, "message": said}, {"error": {"code": said, "message": said}}):
        with (
            raw_server(answered(json.dumps({**error, "statusCode": 400}))) as server,
            pytest.raises(errors.Invalid) as caught,
        ):
            Api(transport(server.url, clock=clock)).create_app("nutshell", params, None)
        for text in (
            str(caught.value),
            repr(caught.value),
            caught.value.name,
            caught.value.message,
            caught.value.args[0],
        ):
            for secret in (KEY, TOKEN, params["mint_lnd_macaroon"][:24], "hunter2", "t0k3n"):
                assert secret not in text
