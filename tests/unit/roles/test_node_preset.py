# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An app and a node with the role node: one store for the secrets of both, and a check mode that changes neither."""

from __future__ import annotations

from ansible_collections.nodana.cloud.tests.support.shop import CONFIRM, STORE, Shop
from ansible_collections.nodana.cloud.tests.unit.simulator.asking import Asking

DEPLOYMENTS = [{"preset": "phoenixd"}, {"preset": "phoenixd_node", "name": "shop"}]


def test_secrets_of_a_node_are_stored_like_those_of_an_app_and_check_mode_predicts_a_start(shop: Shop) -> None:
    shop.simulator.settings(generation=["seed", "nodes"])
    shop.write("keep.yml", [STORE, CONFIRM])
    ran = shop.deploy(secrets_tasks="keep.yml", deployments=DEPLOYMENTS)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    account = shop.simulator.account()
    (app,), (node,) = account["apps"], account["nodes"]
    assert shop.files == []
    assert {one: set(secrets.values()) for one, secrets in shop.stored.items()} == {
        one["id"]: set(one["secrets"].values()) for one in (app, node)
    }
    shown = " ".join(ran.stdout.split())
    assert f"phoenixd {node['id']} (shop) at {node['endpointUrl']}: version 0.7.1, node 02" in shown
    assert shown.count(", healthy") == 2
    assert not [secret for secret in node["secrets"].values() if secret in ran.stdout + ran.stderr]

    Asking(shop.simulator.port, shop.simulator.key).data("POST", f"/apps/{app['id']}/stop")
    Asking(shop.simulator.port, shop.simulator.key, bearer=True).ask("POST", f"/nodes/{node['id']}/stop")
    shop.simulator.clear_log()
    shop.apply = {"check_mode": True}  # ansible_check_mode is false then
    ran = shop.deploy(secrets_tasks="keep.yml", deployments=DEPLOYMENTS, known_secrets=shop.stored)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "changed=2 " in ran.stdout
    assert ran.stdout.count(", not verified") == 2
    assert {request["method"] for request in shop.simulator.log()["requests"]} == {"GET"}
