# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""nodana_app_check: the proof that an app is healthy, and the message about one that is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.action.nodana_app_check import ActionModule
from ansible_collections.nodana.cloud.plugins.plugin_utils._apps.client import App, Response
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.actions import Own

UNUSED = "http://127.0.0.1:9"  # a port on which no program listens


@pytest.fixture
def own(tmp_path: Path, simulator: Simulator) -> Own:
    simulator.settings(serve_apps=True, transition_delay=0)
    return Own(ActionModule, tmp_path, simulator)


def test_a_node_tells_who_it_is_and_refuses_strangers(own: Own) -> None:
    app = own.create("phoenixd")
    result = own.run(app)
    assert result["health"] == {
        "app": app["id"], "version": "0.7.1", "note": None, "chain": "mainnet", "channels": 0,
        "node_id": result["health"]["node_id"],
    }  # fmt: skip
    assert result["health"]["node_id"].startswith("02")
    assert (result["changed"], result["polls"]) == (False, 1)
    assert own.asked(app) == ["GET /getinfo 401", "GET /getinfo 401", "GET /getinfo 200", "GET /getinfo 200"]


def test_nothing_secret_is_in_the_result(own: Own) -> None:
    app = own.create("phoenixd")
    shown = repr(own.run(app)) + repr(own.run(app, secrets={"password": "a wrong password"}))
    assert not any(secret in shown for secret in own.secrets.of_app(app["id"])["secrets"].values())
    assert "a wrong password" not in shown


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"password": "no longer right"}, "GET /getinfo returned 401: Invalid authentication"),
        ({"restricted_password": "no longer right"}, "with the limited password GET /getinfo returned 401"),
        ({"limited_password": "no longer right"}, "with the limited password GET /getinfo returned 401"),
    ],
)
def test_a_password_that_is_refused_is_told_at_once(own: Own, given: dict[str, str], words: str) -> None:
    result = own.run(own.create("phoenixd"), secrets=given)
    assert result["failed"]
    assert words in result["msg"]
    assert own.clock.slept == 0


def test_secrets_that_are_kept_elsewhere_do(own: Own) -> None:
    app = own.create("phoenixd", store=False)
    assert "its password is not known" in own.run(app, secrets_dir=None)["health"]["note"]
    secrets = own.simulator.account()["apps"][0]["secrets"]
    assert own.run(app, secrets_dir=None, secrets=secrets)["health"]["node_id"]


def test_a_mint_is_called_as_was_asked(own: Own) -> None:
    params: dict[str, Any] = {"mint_name": "Shop mint", "mint_description": "Tokens"}
    app = own.create("nutshell", **params)
    health = own.run(app, params=params)["health"]
    assert (health["name"], health["description"], health["version"]) == ("Shop mint", "Tokens", "Nutshell/0.17.0")
    result = own.run(app, params={"mint_name": "Another"})
    assert "its name is 'Shop mint', not 'Another'" in result["msg"]
    assert own.clock.slept == 0


def test_a_mint_needs_an_active_keyset(own: Own) -> None:
    app = own.create("cdk-mintd")
    own.simulator.change_program(app["id"], active=False)
    own.clock.later(3, lambda: own.simulator.change_program(app["id"], active=True))
    result = own.run(app)
    assert (result["polls"], own.clock.slept) == (4, 3)
    own.simulator.change_program(app["id"], active=False)
    assert "no keyset is active" in own.run(app, timeout=2)["msg"]


def test_the_last_answer_is_told_when_the_time_is_over(own: Own) -> None:
    app = own.create("nutshell")
    own.simulator.change_program(app["id"], kill=True)
    result = own.run(app, timeout=5)
    assert result["msg"].startswith(
        f"nutshell {app['id']} at {app['url']} is not healthy after 5 s: GET /v1/info: the connection was cut off."
    )
    assert result["error"]["name"] == "WaitTimeout"
    assert own.clock.slept == 5


@pytest.mark.parametrize("template", ["lnbits-phoenixd", "alby-hub-phoenixd"])
def test_an_app_that_is_not_claimed_is_not_healthy(own: Own, template: str) -> None:
    assert "IT IS NOT CLAIMED" in own.run(own.create(template), timeout=0)["msg"]


@pytest.mark.parametrize(
    ("call", "status", "words"),
    [
        ("POST /api/v1/auth", 403, "it accepts no passwords"),
        ("GET /api/v1/status", 404, "does not report its funding source"),
        ("POST /api/v1/auth", 401, "POST /api/v1/auth returned 401"),
        ("GET /api/v1/status", 500, "GET /api/v1/status returned 500"),
    ],
)
def test_an_lnbits_says_as_much_as_it_can(
    own: Own, monkeypatch: pytest.MonkeyPatch, call: str, status: int, words: str
) -> None:
    app = own.create("lnbits-phoenixd")
    ours = {"lnbits_username": "admin", "lnbits_password": "a long password"}
    claim = App(app["id"], app["template"], app["url"])
    body = {"username": "admin", "password": "a long password", "password_repeat": "a long password"}
    assert claim.request("PUT /api/v1/auth/first_install", body).status == 200
    assert own.run(app, secrets=ours)["health"]["funding_source"] == "PhoenixdWallet"
    ask = App.request

    def other(self: App, asked: str, *arguments: Any, **more: Any) -> Response:
        return Response(asked, status, "") if asked == call else ask(self, asked, *arguments, **more)

    monkeypatch.setattr(App, "request", other)
    result = own.run(app, secrets=ours, timeout=0)
    assert words in (result["msg"] if status in (401, 500) else result["health"]["note"])


def test_a_hub_must_run(own: Own) -> None:
    app = own.create("alby-hub-phoenixd")
    hub = App(app["id"], app["template"], app["url"])
    for call in ("POST /api/setup", "POST /api/start"):
        hub.request(call, {"unlockPassword": "a long password"})
    health = own.run(app)["health"]
    assert (health["version"], health["network"]) == ("v1.19.3", "bitcoin")
    own.restart(app)
    assert "it is locked, as after each restart" in own.run(app, timeout=0)["msg"]
    own.simulator.change_program(app["id"], startup_error="no connection to phoenixd")
    assert "its start failed: no connection to phoenixd" in own.run(app, timeout=0)["msg"]


def test_the_trouble_of_a_funding_source_is_told(own: Own) -> None:
    app = own.create("lnbits-phoenixd")
    body = {"username": "admin", "password": "a long password", "password_repeat": "a long password"}
    App(app["id"], app["template"], app["url"]).request("PUT /api/v1/auth/first_install", body)
    own.simulator.change_program(app["id"], funding_source_error="no connection to phoenixd")
    ours = {"lnbits_username": "admin", "lnbits_password": "a long password"}
    assert "its funding source says: no connection to phoenixd" in own.run(app, secrets=ours, timeout=0)["msg"]


@pytest.mark.parametrize("level", ["alive", "healthy"])
def test_any_other_app_must_answer(own: Own, level: str) -> None:
    app = own.create("phoenixd")
    assert "failed" not in own.run({**app, "template": "boltzd"}, level=level)
    own.simulator.change_program(app["id"], kill=True)
    assert "cut off" in own.run({**app, "template": "boltzd"}, level=level, timeout=0)["msg"]


def test_alive_needs_no_secret(own: Own) -> None:
    app = own.create("phoenixd")
    own.password = b""
    assert own.run(app, level="alive")["polls"] == 1
    assert "Ansible has no vault password" in own.run(app)["msg"]


@pytest.mark.parametrize(
    ("app", "words"),
    [
        ({"id": "a"}, "missing required arguments: template, url found in app"),
        ({"id": "a", "template": "phoenixd", "url": "http://app.example:9740"}, "would be sent unencrypted"),
        ({"id": "a", "template": "phoenixd", "url": "ftp://app.example"}, "has no valid URL"),
        ({"id": "a", "template": "phoenixd", "url": UNUSED}, "the connection was refused"),
    ],
)
def test_what_cannot_be_asked_is_told(own: Own, app: dict[str, Any], words: str) -> None:
    assert words in own.run(app, timeout=0)["msg"]
