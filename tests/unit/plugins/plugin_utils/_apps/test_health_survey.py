# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import threading
import time

import pytest
from ansible.parsing.vault import VaultSecret
from ansible_collections.nodana.cloud.plugins.plugin_utils._action.arguments import secrets_of
from ansible_collections.nodana.cloud.plugins.plugin_utils._apps import health_survey
from ansible_collections.nodana.cloud.tests.support.actions import loader
from ansible_collections.nodana.cloud.tests.support.apps import GETINFO, StandIn, phoenixd, running
from ansible_collections.nodana.cloud.tests.support.servers import free_port, raw_server


@pytest.fixture
def known(tmp_path):
    given = {"secrets_dir": str(tmp_path / "secrets"), "secrets": {}}
    return secrets_of(given, loader(("default", b"the vault password")))


@pytest.fixture
def keep(known):
    """Keeps the secrets of app-1."""

    def kept(**secrets):
        known.folder.check(dry=False)
        names = ("project_id", "url", "created_at", "api_url")
        known.folder.store({"app_id": "app-1", "template": "phoenixd", **dict.fromkeys(names, ""), "secrets": secrets})

    return kept


@pytest.fixture
def keep_claim(known):
    """Keeps generated credentials of app-1."""

    def kept(template, **credentials):
        known.claims.check(dry=False)
        fields = dict.fromkeys(("project_id", "url", "created_at", "api_url"), "")
        known.claims.store({"app_id": "app-1", "template": template, **fields, "secrets": credentials})

    return kept


@pytest.fixture
def ask(known):
    def asked(*apps, timeout=10.0):
        return health_survey.check_apps(list(apps), known, timeout)

    return asked


def app(url, template="phoenixd", **fields):
    return {"id": "app-1", "template": template, "url": url, "status": "available", **fields}


def test_a_phoenixd_with_its_password_tells_all(ask, keep):
    keep(password="full", restricted_password="limited")
    with running(phoenixd("full", "limited")) as node:
        (health,) = ask(app(node.url + "/"))
    assert health == {
        "app_id": "app-1",
        "state": "healthy",
        "detail": "it is healthy",
        "version": "0.7.1",
        "node": {
            "node_id": "02ab",
            "chain": "mainnet",
            "version": "0.7.1",
            "channels": 1,
            "balance_sat": 900,
            "fee_credit_sat": 40,
            "wallets_sat": None,
        },
        "secrets_problem": "",
        "secrets_unreadable": False,
    }


def test_a_balance_that_is_not_told_is_not_taken_for_none(ask, keep):
    keep(password="full")
    answers = {"/getinfo": (200, {**GETINFO, "channels": None}), "/getbalance": (500, "")}
    with running(StandIn(answers, ("full",))) as node:
        told = ask(app(node.url))[0]["node"]
    assert (told["balance_sat"], told["fee_credit_sat"], told["channels"]) == (None, None, 0)


def test_a_phoenixd_that_refuses_the_password_is_unhealthy(ask, keep):
    keep(password="old")
    with running(phoenixd("new")) as node:
        (health,) = ask(app(node.url))
    assert (health["state"], health["node"]) == ("unhealthy", None)
    assert "GET /getinfo returned 401" in health["detail"]


def test_a_phoenixd_without_a_password_at_hand_is_seen_to_refuse_strangers(ask):
    with running(phoenixd("full")) as node:
        (health,) = ask(app(node.url))
    assert (health["state"], health["node"]) == ("responding", None)
    assert "There is no folder" in health["secrets_problem"]
    assert health["secrets_unreadable"] is False


def test_a_phoenixd_that_lets_everybody_in_is_unhealthy(ask):
    with running(phoenixd()) as node:
        assert ask(app(node.url))[0]["state"] == "unhealthy"


@pytest.mark.parametrize(
    ("template", "answers", "state", "said"),
    [
        ("alby-hub-phoenixd", {"/api/info": (200, {"setupCompleted": False})}, "unhealthy", "IT IS NOT CLAIMED"),
        ("lnbits-phoenixd", {"/api/v1/health": (200, {"up_time": "1"})}, "responding", "its credentials are not known"),
        ("nutshell", {"/v1/info": (502, "")}, "unhealthy", "502"),
        ("boltzd", {"/": (404, "")}, "responding", "it responds"),
        ("boltzd", {"/": (502, "")}, "unhealthy", "502"),
        ("boltzd", {"/": (200, "x" * (1 << 21))}, "responding", "it responds"),
    ],
)
def test_each_template_is_asked_what_it_offers(ask, template, answers, state, said):
    with running(StandIn(answers)) as there:
        (health,) = ask(app(there.url, template))
    assert health["state"] == state
    assert said in health["detail"]
    assert health["node"] is None


STATUS = {"version": "1.6.2", "funding_source": "PhoenixdWallet", "funding_source_error": None}
AUDIT = {"node_balance_sats": 5000, "lnbits_balance_sats": 4000}


@pytest.mark.parametrize(
    ("audit", "amounts"),
    [((200, AUDIT), (5000, 4000)), ((200, {"node_balance_sats": 0}), (0, None)), ((404, ""), None), ((500, ""), None)],
)
def test_an_lnbits_reports_its_money_to_its_administrator(ask, keep_claim, audit, amounts):
    keep_claim("lnbits-phoenixd", lnbits_username="admin", lnbits_password="a long password")
    answers = {
        "/api/v1/health": (200, {}),
        "/api/v1/auth": (200, {"access_token": "x"}),
        "/api/v1/status": (200, STATUS),
    }
    with running(StandIn({**answers, "/admin/api/v1/audit": audit})) as lnbits:
        (health,) = ask(app(lnbits.url, "lnbits-phoenixd"))
    assert health["state"] == "healthy"
    node = health["node"]
    assert (node and (node["balance_sat"], node["wallets_sat"])) == amounts
    assert node is None or (node["channels"], node["fee_credit_sat"], node["node_id"]) == (None, None, None)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:{free}", "the connection was refused"),
        ("http://shop.example:9740", "unencrypted"),
        ("file:///etc/passwd", "no valid URL"),
        ("", "no valid URL"),
        (None, "no valid URL"),
    ],
)
def test_an_app_that_cannot_be_asked_is_unhealthy(ask, keep, url, said):
    keep(password="full")
    (health,) = ask(app(url and url.format(free=free_port())))
    assert (health["state"], health["node"]) == ("unhealthy", None)
    assert said in health["detail"]


def test_progress_names_the_apps_that_are_waited_for(known, keep, monkeypatch):
    keep(password="full")
    lines, release = [], threading.Event()

    def show(line):
        lines.append(line)
        release.set()

    monkeypatch.setattr(health_survey, "_TICK", 0.01)
    ask = health_survey._check

    def slow(app, *arguments):
        if app["id"] == "app-2":
            release.wait(30)
        return ask(app, *arguments)

    monkeypatch.setattr(health_survey, "_check", slow)
    with running(phoenixd("full")) as node:
        apps = [app(node.url), {**app(node.url), "id": "app-2"}]
        healths = health_survey.check_apps(apps, known, 10.0, show=show)
    assert [health["app_id"] for health in healths] == ["app-1", "app-2"]
    assert any(line.startswith("checked ") and "waiting for " in line and "app-2" in line for line in lines)
    assert all(" of 2 apps and nodes; " in line for line in lines)


def test_an_answer_that_drips_is_given_up(ask):
    def drip(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            connection.sendall(b"x")
            time.sleep(0.02)

    with raw_server(drip) as server:
        (health,) = ask(app(server.url.removesuffix("/v1"), "nutshell"), timeout=0.2)
    assert health["detail"] == "GET /v1/info: timed out"


def test_a_stopped_app_is_not_asked(ask):
    with running(phoenixd("full")) as node:
        (health,) = ask(app(node.url, services=[{"status": "stopped"}]))
        assert node.asked == []
        assert ask(app(node.url, services=[{"status": "stopped"}, {"status": "running"}]))[0]["state"] == "responding"
    assert health["state"] == "stopped"


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"services": [], "running": False, "status": "stopped"}, "stopped"),
        ({"services": [], "running": None}, "responding"),
        ({"services": [{"status": "running"}, {"status": "stopped"}], "running": False}, "responding"),
        ({"failure_message": None, "update_status": None, "status": "stopped"}, "stopped"),
        ({"failure_message": None, "update_status": None, "status": "a new word"}, "responding"),
    ],
)
def test_only_what_is_known_to_be_stopped_is_not_asked(ask, fields, state):
    with running(phoenixd("full")) as node:
        (health,) = ask(app(node.url, **fields))
        assert bool(node.asked) == (state != "stopped")
    assert health["state"] == state


def test_secrets_that_cannot_be_read_are_said_and_do_no_harm(ask, keep, tmp_path):
    keep(password="full")
    (tmp_path / "secrets" / "phoenixd-app-1.yml").write_text("$ANSIBLE_VAULT;1.1;AES256\n6162\n", encoding="utf-8")
    with running(phoenixd("full")) as node:
        (health,) = ask(app(node.url))
    assert health["state"] == "responding"
    assert "phoenixd-app-1.yml cannot be read" in health["secrets_problem"]


def test_a_wrong_vault_password_is_told_from_a_missing_file_and_holds_up_no_other_app(known, ask, keep):
    keep(password="full")
    known.folder.vault._loader.set_vault_secrets([("default", VaultSecret(b"another password"))])
    with running(phoenixd("full")) as node, running(StandIn({})) as other:
        sealed, without = ask(app(node.url), {**app(other.url, "boltzd"), "id": "app-2"})
    assert (sealed["state"], sealed["node"], sealed["secrets_unreadable"]) == ("responding", None, True)
    assert "phoenixd-app-1.yml cannot be read: None of the vault passwords opens it" in sealed["secrets_problem"]
    assert (without["state"], without["secrets_unreadable"]) == ("responding", False)


def test_credentials_of_a_claim_are_used_for_an_app_without_a_secrets_file(ask, keep_claim):
    keep_claim("lnbits-phoenixd", lnbits_username="admin", lnbits_password="a long password")
    told = {"version": "1.2.1", "funding_source": "PhoenixdWallet"}
    answers = {"/api/v1/health": (200, {}), "/api/v1/auth": (200, {"access_token": "x"}), "/api/v1/status": (200, told)}
    with running(StandIn(answers)) as there:
        (health,) = ask(app(there.url, "lnbits-phoenixd"))
    assert (health["state"], health["version"]) == ("healthy", "1.2.1")
    assert "There is no folder" in health["secrets_problem"] or "No file in" in health["secrets_problem"]
    assert health["secrets_unreadable"] is False


def test_several_apps_come_in_their_order_and_hold_no_secret(ask, keep):
    keep(password="full-password-of-the-node")
    with running(phoenixd("full-password-of-the-node")) as node, running(StandIn({})) as other:
        apps = [app(node.url), {**app(other.url, "boltzd"), "id": "app-2"}] * 4
        healths = ask(*apps)
    assert [health["app_id"] for health in healths] == ["app-1", "app-2"] * 4
    assert "full-password" not in json.dumps(healths)
    assert healths[0]["node"]["balance_sat"] == 900
