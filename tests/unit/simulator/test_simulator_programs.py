# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand-ins at the URLs of apps: as strict as their originals, and running only while their apps do."""

from __future__ import annotations

import base64
import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.unit.simulator.asking import Asking

Answer = tuple[int, Any]


def ask(url: str, call: str, body: Any = None, password: str = "", token: str = "") -> Answer:
    """Ask a program, as ``GET /getinfo``; gives the status and the body, of JSON what is in it."""
    method, _space, path = call.partition(" ")
    headers = {"Content-Type": "application/json"} if body is not None else {}
    if password:
        headers["Authorization"] = "Basic " + base64.b64encode(f"anybody:{password}".encode()).decode()
    if token:
        headers["Authorization"] = f"Bearer {token}"
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    try:
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read().decode()
    finally:
        connection.close()
    return answer.status, json.loads(text) if text.startswith(("{", "[")) else text


@pytest.fixture
def node(serving: Simulator) -> dict[str, Any]:
    """A phoenixd, as the response to its creation shows it."""
    node: dict[str, Any] = Asking(serving.port, serving.key).data("POST", "/apps", {"template": "phoenixd"})
    return node


def test_apps_have_no_programs_unless_asked_for(simulator: Simulator, api: Asking) -> None:
    app = api.data("POST", "/apps", {"template": "phoenixd"})
    assert app["url"].endswith(".nodana.app:9740")
    assert simulator.programs() == {}


def test_a_phoenixd_tells_who_it_is_to_whoever_has_a_password(node: dict[str, Any]) -> None:
    status, info = ask(node["url"], "GET /getinfo", password=node["password"])
    assert (status, info["chain"], info["version"], info["channels"]) == (200, "mainnet", "0.7.1", [])
    assert ask(node["url"], "GET /getinfo", password=node["restrictedPassword"]) == (200, info)
    assert len(info["nodeId"]) == 66


@pytest.mark.parametrize("call", ["GET /getinfo", "GET /getbalance", "GET /listchannels", "POST /payinvoice"])
@pytest.mark.parametrize("password", ["", "wrong"])
def test_a_phoenixd_refuses_everybody_else(node: dict[str, Any], call: str, password: str) -> None:
    status, text = ask(node["url"], call, password=password)
    assert (status, text[:22]) == (401, "Invalid authentication")


def test_the_limited_password_of_a_phoenixd_may_not_pay(node: dict[str, Any]) -> None:
    for call in ("payinvoice", "payoffer", "paylnaddress", "sendtoaddress", "closechannel"):
        assert ask(node["url"], f"POST /{call}", password=node["restrictedPassword"])[0] == 401
    assert ask(node["url"], "POST /payinvoice", password=node["password"]) == (500, "this stand-in never pays")


def test_a_phoenixd_knows_its_calls_and_their_methods(node: dict[str, Any]) -> None:
    assert ask(node["url"], "GET /nonsense", password=node["password"])[0] == 404
    assert ask(node["url"], "POST /getinfo", password=node["password"])[0] == 405


def test_balance_and_channels_of_a_phoenixd_can_be_set(serving: Simulator, node: dict[str, Any]) -> None:
    channel = {"state": "Normal", "channelId": "ab" * 32, "balanceSat": 5, "inboundLiquiditySat": 7, "capacitySat": 12}
    serving.change_program(node["id"], balance_sat=5, fee_credit_sat=2, channels=[channel])
    assert ask(node["url"], "GET /getbalance", password=node["password"])[1] == {"balanceSat": 5, "feeCreditSat": 2}
    assert ask(node["url"], "GET /getinfo", password=node["password"])[1]["channels"] == [channel]
    assert len(ask(node["url"], "GET /listchannels", password=node["password"])[1]) == 1
    for wrong in ({"balance_sat": "5"}, {"password": "x"}, {"channels": 1}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            serving.change_program(node["id"], **wrong)


def test_a_program_runs_while_its_app_does(serving: Simulator, api: Asking, node: dict[str, Any]) -> None:
    def answers() -> bool:
        try:
            return ask(node["url"], "GET /getinfo")[0] == 401
        except (http.client.RemoteDisconnected, ConnectionResetError):
            return False

    seen = [answers()]
    for call in ("stop", "start", "delete"):
        api.data("POST", f"/apps/{node['id']}/{call}")
        seen.append(answers())
    assert seen == [True, False, True, False]
    assert serving.programs() == {node["id"]: ["GET /getinfo 401"] * 2}


def test_a_killed_program_is_gone_and_the_api_learns_nothing(
    serving: Simulator, api: Asking, node: dict[str, Any]
) -> None:
    serving.change_program(node["id"], kill=True)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        ask(node["url"], "GET /getinfo")
    assert api.data("GET", f"/apps/{node['id']}")["status"] == "available"


def test_a_reset_ends_the_programs(serving: Simulator, node: dict[str, Any]) -> None:
    serving.reset()
    with pytest.raises(ConnectionRefusedError):
        ask(node["url"], "GET /getinfo")


def test_an_alby_hub_can_be_moved_away(serving: Simulator, api: Asking) -> None:
    app = api.data("POST", "/apps", {"template": "alby-hub-phoenixd"})
    for moved in (False, True):
        serving.change_program(app["id"], moved=moved)
        assert ask(app["url"], "GET /api/info")[1]["nodeMigrationFileCreated"] is moved


@pytest.mark.usefixtures("serving")
@pytest.mark.parametrize("template", ["nutshell", "cdk-mintd"])
def test_a_mint_tells_what_its_app_was_made_with(api: Asking, template: str) -> None:
    params = {"mint_name": "Shop mint", "mint_description": "Tokens for the shop"}
    url = api.data("POST", "/apps", {"template": template, "params": params})["url"]
    info = ask(url, "GET /v1/info")[1]
    assert (info["name"], info["description"]) == ("Shop mint", "Tokens for the shop")
    assert [keyset["active"] for keyset in ask(url, "GET /v1/keysets")[1]["keysets"]] == [True]


def test_an_lnbits_belongs_to_its_first_visitor(serving: Simulator, api: Asking) -> None:
    app = api.data("POST", "/apps", {"template": "lnbits-phoenixd"})
    first = {"username": "admin", "password": "a long password", "password_repeat": "a long password"}
    install = "PUT /api/v1/auth/first_install"
    assert ask(app["url"], "GET /api/v1/health")[0] == 307
    assert ask(app["url"], install, {**first, "password": "short"})[0] == 400
    assert ask(app["url"], install, first)[0] == 200
    assert ask(app["url"], install, {**first, "username": "other"}) == (
        403,
        {"detail": "This is not your first install"},
    )
    assert ask(app["url"], "GET /api/v1/health")[0] == 200
    assert ask(app["url"], "POST /api/v1/auth", {"username": "admin", "password": "another one"})[0] == 401
    token = ask(app["url"], "POST /api/v1/auth", first)[1]["access_token"]
    assert ask(app["url"], "GET /api/v1/status")[0] == 401
    assert ask(app["url"], "GET /api/v1/status", token=token)[1]["funding_source_error"] is None
    serving.change_program(app["id"], funding_source_error="no connection")
    assert ask(app["url"], "GET /api/v1/status", token=token)[1]["funding_source_error"] == "no connection"


LOGIN = {"username": "admin", "password": "a long password"}
FIRST = {**LOGIN, "password_repeat": "a long password"}
INSTALL = "PUT /api/v1/auth/first_install"


def test_an_lnbits_with_an_install_token_belongs_to_whoever_has_it(serving: Simulator, api: Asking) -> None:
    app = api.data("POST", "/apps", {"template": "lnbits-phoenixd"})
    serving.change_program(app["id"], first_install_token="one")
    assert ask(app["url"], INSTALL, FIRST) == (401, {"detail": "Missing first_install_token."})
    wrong = {**FIRST, "first_install_token": "two"}
    assert ask(app["url"], INSTALL, wrong) == (401, {"detail": "Invalid first_install_token."})
    assert ask(app["url"], INSTALL, {**FIRST, "first_install_token": "one"})[0] == 200


def test_another_install_token_opens_an_lnbits_again_and_keeps_its_users(serving: Simulator, api: Asking) -> None:
    app = api.data("POST", "/apps", {"template": "lnbits-phoenixd"})
    serving.change_program(app["id"], first_install_token="one")
    ask(app["url"], INSTALL, {**FIRST, "first_install_token": "one"})
    serving.change_program(app["id"], first_install_token="two")
    assert ask(app["url"], "GET /api/v1/health")[0] == 307
    again = {**FIRST, "first_install_token": "two"}
    assert ask(app["url"], INSTALL, again) == (400, {"detail": "Username already exists."})
    assert ask(app["url"], INSTALL, {**again, "username": "other"})[0] == 200
    token = ask(app["url"], "POST /api/v1/auth", LOGIN)[1]["access_token"]
    assert "funding_source" not in ask(app["url"], "GET /api/v1/status", token=token)[1]


def test_an_lnbits_refuses_all_logins_after_five_failures(serving: Simulator, api: Asking) -> None:
    app = api.data("POST", "/apps", {"template": "lnbits-phoenixd"})
    ask(app["url"], INSTALL, FIRST)
    wrong = {**LOGIN, "password": "another one"}
    assert [ask(app["url"], "POST /api/v1/auth", wrong)[0] for _number in range(6)] == [401] * 5 + [429]
    assert ask(app["url"], "POST /api/v1/auth", LOGIN)[0] == 429
    serving.change_program(app["id"], blocked=False)
    assert ask(app["url"], "POST /api/v1/auth", LOGIN)[0] == 200


def test_a_stand_in_sends_preset_replies_until_others_are_set(serving: Simulator, node: dict[str, Any]) -> None:
    serving.change_program(node["id"], replies={"GET /getinfo": [503, {"try": "later"}, {"Retry-After": "7"}]})
    assert ask(node["url"], "GET /getinfo") == (503, {"try": "later"})
    assert ask(node["url"], "GET /getbalance")[0] == 401
    serving.change_program(node["id"], replies={})
    assert ask(node["url"], "GET /getinfo")[0] == 401
    assert serving.programs()[node["id"]] == ["GET /getinfo 503", "GET /getbalance 401", "GET /getinfo 401"]


def test_a_vss_server_refuses_unsigned_requests(serving: Simulator, api: Asking) -> None:
    assert ask(api.data("POST", "/apps", {"template": "vss"})["url"], "GET /")[0] == 401
    serving.settings(serve_apps=False)
    assert api.data("POST", "/apps", {"template": "vss"})["url"].endswith(".nodana.app:9003")


@pytest.mark.usefixtures("serving")
def test_an_alby_hub_belongs_to_whoever_starts_it_first_and_locks_with_each_restart(api: Asking) -> None:
    app = api.data("POST", "/apps", {"template": "alby-hub-phoenixd"})
    mine = {"unlockPassword": "a long password"}

    def info() -> tuple[bool, bool]:
        found = ask(app["url"], "GET /api/info")[1]
        return found["setupCompleted"], found["running"]

    assert info() == (False, False)
    assert ask(app["url"], "POST /api/setup", {})[0] == 500
    assert ask(app["url"], "POST /api/setup", mine) == (204, "")
    assert info() == (False, False)
    assert ask(app["url"], "POST /api/start", {"unlockPassword": "another one"})[0] == 401
    assert ask(app["url"], "POST /api/start", mine)[0] == 200
    assert info() == (True, True)
    assert ask(app["url"], "POST /api/setup", mine)[0] == 500
    for call in ("stop", "start"):
        api.data("POST", f"/apps/{app['id']}/{call}")
    assert info() == (True, False)
    assert ask(app["url"], "POST /api/unlock", {**mine, "permission": "readonly"})[0] == 400
    assert ask(app["url"], "POST /api/start", mine)[0] == 200
    token = ask(app["url"], "POST /api/unlock", {**mine, "permission": "readonly"})[1]["token"]
    assert ask(app["url"], "GET /api/info", token=token)[1]["unlocked"]
