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
    assert own.clock.slept == 0


def test_another_name_is_a_note_unless_this_run_created_the_mint(own: Own) -> None:
    app = own.create("cdk-mintd", mint_name="Shop mint", mint_description="Tokens")
    own.simulator.change_program(app["id"], name="Renamed", description="Other")
    wanted = {"mint_name": "Shop mint", "mint_description": "Tokens"}
    note = own.run(app, params=wanted)["health"]["note"]
    assert "its name is 'Renamed', not 'Shop mint' and its description is 'Other', not 'Tokens' as in params" in note
    result = own.run(app, params=wanted, created=True)
    assert "its name is 'Renamed', not 'Shop mint'" in result["msg"]
    assert "with which it was created" in result["msg"]
    assert own.asked(app)[-1] == "GET /v1/info 200"
    assert own.clock.slept == 0


def test_a_mint_needs_an_active_keyset(own: Own) -> None:
    app = own.create("cdk-mintd")
    own.simulator.change_program(app["id"], active=False)
    own.clock.later(3, lambda: own.simulator.change_program(app["id"], active=True))
    result = own.run(app)
    assert result["polls"] == 4
    own.simulator.change_program(app["id"], active=False)
    assert "no keyset is active" in own.run(app, timeout=2)["msg"]


def test_the_pauses_grow_to_ten_seconds_and_the_last_answer_is_told_when_the_time_is_over(own: Own) -> None:
    app = own.create("nutshell")
    own.simulator.change_program(app["id"], kill=True)
    result = own.run(app, timeout=120)
    assert result["msg"].startswith(
        f"nutshell {app['id']} at {app['url']} is not healthy after 120 s: GET /v1/info: the connection was cut off."
    )
    assert result["error"]["name"] == "WaitTimeout"
    assert own.clock.slept == 120
    assert own.clock.naps[:3] == [1, 1.25, 1.5625]
    assert own.clock.naps[-3:-1] == [10, 10]
    assert len(own.clock.naps) == 19


@pytest.mark.parametrize("status", [400, 401, 403])
@pytest.mark.parametrize(
    ("template", "call"),
    [
        ("nutshell", "GET /v1/info"),
        ("nutshell", "GET /v1/keysets"),
        ("lnbits-phoenixd", "GET /api/v1/health"),
        ("alby-hub-phoenixd", "GET /api/info"),
    ],
)
def test_a_final_refusal_is_not_repeated(own: Own, template: str, call: str, status: int) -> None:
    app = own.create(template)
    own.simulator.change_program(app["id"], replies={call: [status, "no"]})
    result = own.run(app)
    assert f"{call} returned {status}: no" in result["msg"]
    assert [asked for asked in own.asked(app) if asked.startswith(call)] == [f"{call} {status}"]
    assert own.clock.slept == 0


def test_a_proxy_that_does_not_know_a_new_app_yet_is_polled(own: Own) -> None:
    app = own.create("nutshell")
    own.simulator.change_program(app["id"], replies={"GET /v1/info": [404, "no such app"]})
    own.clock.later(2, lambda: own.simulator.change_program(app["id"], replies={}))
    assert own.run(app)["polls"] == 3


@pytest.mark.parametrize("status", [429, 503])
def test_the_time_that_an_app_asks_to_wait_is_waited(own: Own, status: int) -> None:
    app = own.create("nutshell")
    busy = {"GET /v1/info": [status, "", {"Retry-After": "70"}]}
    own.simulator.change_program(app["id"], replies=busy)
    own.clock.later(70, lambda: own.simulator.change_program(app["id"], replies={}))
    result = own.run(app)
    assert (result["polls"], own.clock.naps) == (2, [70])
    own.simulator.change_program(app["id"], replies=busy)
    message = own.run(app, timeout=69)["msg"]
    assert f"is not healthy: GET /v1/info returned {status}. Wait at least 70 s." in message
    assert own.clock.naps == [70]


def test_a_date_to_wait_for_is_honoured(own: Own) -> None:
    app = own.create("nutshell")
    headers = {"Date": "Wed, 25 Nov 2026 02:00:00 GMT", "Retry-After": "Wed, 25 Nov 2026 02:00:30 GMT"}
    own.simulator.change_program(app["id"], replies={"GET /v1/info": [503, "", headers]})
    own.clock.later(30, lambda: own.simulator.change_program(app["id"], replies={}))
    assert own.run(app)["polls"] == 2
    assert own.clock.naps == [30]


@pytest.mark.parametrize("template", ["lnbits-phoenixd", "alby-hub-phoenixd"])
def test_an_app_that_is_not_claimed_is_not_healthy(own: Own, template: str) -> None:
    assert "IT IS NOT CLAIMED" in own.run(own.create(template), timeout=0)["msg"]


@pytest.mark.parametrize(
    ("call", "status", "words"),
    [
        ("POST /api/v1/auth", 403, "so its owner and its funding source were not checked"),
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


def start_hub(app: dict[str, Any]) -> None:
    hub = App(app["id"], app["template"], app["url"])
    for call in ("POST /api/setup", "POST /api/start"):
        hub.request(call, {"unlockPassword": "a long password"})


def test_a_hub_that_runs_is_healthy_despite_the_error_of_an_earlier_start(own: Own) -> None:
    app = own.create("alby-hub-phoenixd")
    start_hub(app)
    own.simulator.change_program(app["id"], startup_error="app already started")
    assert own.run(app)["polls"] == 1


@pytest.mark.parametrize("running", [True, False])
def test_a_hub_that_was_moved_away_is_final(own: Own, running: bool) -> None:
    app = own.create("alby-hub-phoenixd")
    start_hub(app)
    own.simulator.change_program(app["id"], moved=True)
    if not running:
        own.restart(app)
    message = own.run(app)["msg"]
    assert "IT WAS MOVED AWAY: it must never be started or unlocked again" in message
    assert "claims and unlocks" not in message
    assert own.clock.slept == 0


LOGIN = {"lnbits_username": "admin", "lnbits_password": "a long password"}
LOGIN_CALL = "POST /api/v1/auth"


def install(own: Own) -> dict[str, Any]:
    """Return a new LNbits that was claimed with ``LOGIN``."""
    app = own.create("lnbits-phoenixd")
    body = {"username": "admin", "password": "a long password", "password_repeat": "a long password"}
    assert App(app["id"], app["template"], app["url"]).request("PUT /api/v1/auth/first_install", body).status == 200
    return app


def logins(own: Own, app: dict[str, Any]) -> int:
    return sum(asked.startswith(f"{LOGIN_CALL} ") for asked in own.asked(app))


def test_an_lnbits_that_refuses_logins_for_now_cannot_be_verified_and_is_not_unhealthy(own: Own) -> None:
    app = install(own)
    for _number in range(5):
        assert "returned 401" in own.run(app, secrets={**LOGIN, "lnbits_password": "a wrong password"})["msg"]
    result = own.run(app, secrets=LOGIN, timeout=59)
    assert "failed" not in result
    assert "cannot be verified now, wait at least 60 s: POST /api/v1/auth returned 429" in result["health"]["note"]
    assert "a long password" not in repr(result)
    assert (logins(own, app), own.clock.slept) == (6, 0)


@pytest.mark.parametrize(("retry_after", "pause"), [(None, 60), ("90", 90)])
def test_its_logins_are_repeated_no_more_often_than_it_asks(own: Own, retry_after: str | None, pause: int) -> None:
    app = install(own)
    own.simulator.change_program(app["id"], blocked=True, retry_after=retry_after)
    own.clock.later(pause, lambda: own.simulator.change_program(app["id"], blocked=False))
    result = own.run(app, secrets=LOGIN)
    assert result["health"]["funding_source"] == "PhoenixdWallet"
    assert result["health"]["note"] is None
    assert (logins(own, app), own.clock.naps) == (2, [pause])


def test_an_lnbits_that_is_open_again_was_reset(own: Own) -> None:
    app = own.create("lnbits-phoenixd")
    assert "IT WAS RESET, or was never claimed" in own.run(app, secrets=LOGIN, timeout=0)["msg"]
    assert "IT IS NOT CLAIMED" in own.run(app, timeout=0)["msg"]


def test_a_user_from_before_a_reset_is_not_the_owner(own: Own) -> None:
    app = own.create("lnbits-phoenixd")
    own.simulator.change_program(app["id"], first_install_token="first")
    client = App(app["id"], app["template"], app["url"])
    for name, token in (("admin", "first"), ("stranger", "second")):
        own.simulator.change_program(app["id"], first_install_token=token)
        body = {"username": name, "password": "a long password", "password_repeat": "a long password"}
        assert client.request("PUT /api/v1/auth/first_install", {**body, "first_install_token": token}).status == 200
    assert "our user can log in, but is not its administrator" in own.run(app, secrets=LOGIN)["msg"]
    assert own.clock.slept == 0


def test_a_vss_server_that_refuses_unsigned_requests_is_healthy(own: Own) -> None:
    app = own.create("vss")
    result = own.run(app)
    assert (result["polls"], result["health"]["note"]) == (1, None)
    own.simulator.change_program(app["id"], replies={"GET /": [200, "welcome"]})
    assert "GET / returned 200, not 401" in own.run(app)["health"]["note"]
    own.simulator.change_program(app["id"], replies={"GET /": [502, "no"]})
    assert "GET / returned 502" in own.run(app, timeout=0)["msg"]


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
