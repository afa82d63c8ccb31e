# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Test the role node with a real mint and a real LNbits: names, claim, health, and detection of a killed program."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.shop import Shop

Record = dict[str, Any]

DEPLOYMENTS = [
    {"preset": "nutshell", "mint_name": "Shop mint", "mint_description": "Tokens of the shop"},
    {"preset": "lnbits_phoenixd", "username": "boss"},
]


class RealShop(Shop):
    """A shop whose apps are real programs."""

    def ask(self, number: int, call: str, body: Any = None, token: str = "") -> tuple[int, Record]:
        """Send a request to an app, for example ``GET /v1/info``. Return the status and the response."""
        method, _space, path = call.partition(" ")
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
        connection = http.client.HTTPConnection(urlsplit(self.results[number]["url"]).netloc, timeout=20)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def credentials(self) -> Record:
        """Return the credentials that the role generated for the LNbits."""
        secrets: Record = self.controller.content(self.results[1]["credentials_file"])["secrets"]
        return secrets


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory, simulator: Simulator) -> RealShop:
    """Return the deployed shop."""
    shop = RealShop(tmp_path_factory.mktemp("shop"), simulator, request_interval=0.06, deployments=DEPLOYMENTS)
    ran = shop.deploy()
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return shop


def test_both_are_verified_and_tell_their_versions(shop: RealShop) -> None:
    assert [(app["template"], app["verified"]) for app in shop.results] == [
        ("nutshell", True),
        ("lnbits-phoenixd", True),
    ]
    assert [app["version"] for app in shop.results] == ["Nutshell/0.20.2", "1.6.2"]


def test_the_mint_shows_the_requested_name_and_can_sign(shop: RealShop) -> None:
    status, info = shop.ask(0, "GET /v1/info")
    assert (status, info["name"], info["description"]) == (200, "Shop mint", "Tokens of the shop")
    assert any(keyset["active"] for keyset in shop.ask(0, "GET /v1/keysets")[1]["keysets"])


def test_the_lnbits_is_ours_and_nobody_can_claim_it_again(shop: RealShop) -> None:
    ours = shop.credentials()
    login = {"username": ours["lnbits_username"], "password": ours["lnbits_password"]}
    assert ours["lnbits_username"] == "boss"
    strangers = {"username": "stranger", "password": "a long password", "password_repeat": "a long password"}
    refused = shop.ask(1, "PUT /api/v1/auth/first_install", strangers)
    assert refused == (403, {"detail": "This is not your first install"})
    status, session = shop.ask(1, "POST /api/v1/auth", login)
    assert status == 200
    assert shop.ask(1, "GET /api/v1/status", token=session["access_token"])[1]["funding_source_error"] is None


def test_the_money_of_the_lnbits_is_known_to_its_owner(shop: RealShop) -> None:
    ours = shop.credentials()
    login = {"username": ours["lnbits_username"], "password": ours["lnbits_password"]}
    token = shop.ask(1, "POST /api/v1/auth", login)[1]["access_token"]
    money = {"node_balance_sats": 1_000_000, "lnbits_balance_sats": 0}  # those of its fake wallet
    assert shop.ask(1, "GET /admin/api/v1/audit", token=token) == (200, money)


def test_its_health_is_real(shop: RealShop) -> None:
    status, health = shop.ask(1, "GET /api/v1/health")
    assert status == 200
    assert health["up_time"] > "00:00:00"


def test_again_nothing_changes(shop: RealShop) -> None:
    before = shop.results, shop.credentials()
    ran = shop.deploy()
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "changed=0 " in ran.stdout
    assert [result.pop("done") for result in before[0]] == [[], ["store credentials", "claim"]]
    assert [result.pop("done") for result in shop.results] == [[], []]
    assert (shop.results, shop.credentials()) == before


def test_no_secret_is_shown(shop: RealShop) -> None:
    ran = shop.deploy("-vvv", "--diff")
    told = [app["secrets"].values() for app in shop.simulator.account()["apps"]]
    secrets = [shop.credentials()["lnbits_password"], *(secret for values in told for secret in values)]
    assert len(secrets) == 4
    assert not [secret for secret in secrets if secret in ran.stdout + ran.stderr]


def test_a_killed_mint_is_found_out_with_the_reason(shop: RealShop) -> None:
    mint = shop.results[0]
    shop.simulator.change_program(mint["id"], kill=True)
    ran = shop.deploy("--tags", "verify,report", wait_timeout=1)
    assert ran.returncode == 2
    said = "is not healthy after 1 s: GET /v1/info: the connection was refused."
    told = f"Deployment 1 (nutshell): nutshell {mint['id']} at {mint['url']} {said}"
    assert told in " ".join((ran.stdout + ran.stderr).split())
    assert ran.stdout.count(", healthy") == 1
