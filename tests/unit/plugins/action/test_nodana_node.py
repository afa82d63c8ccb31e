# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""nodana_node through the real Ansible: the secrets of a node are stored before it is waited for."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.controller import Controller


def node_task(**options: Any) -> dict[str, Any]:
    chosen = {"name": "shop", "request_interval": 0, "secrets_dir": "secrets", **options}
    return {"nodana.cloud.nodana_node": {name: value for name, value in chosen.items() if value is not None}}


@pytest.fixture(autouse=True)
def nodes(simulator: Simulator) -> None:
    simulator.settings(generation=["nodes"])


def test_the_secrets_are_in_an_encrypted_file_that_the_lookup_reads(
    controller: Controller, simulator: Simulator
) -> None:
    result = controller.result(node_task(name="shop"))
    (node,) = simulator.account()["nodes"]
    assert result["node"]["status"] == "running"
    assert result["secrets_file"] == str(controller.secrets / f"phoenixd-{node['id']}.yml")
    assert result["secret_fields"] == ["password", "restricted_password", "seed"]
    content = controller.content(result["secrets_file"])
    assert content["secrets"]["seed"] == node["secrets"]["seed"]
    assert (content["app_id"], content["template"], content["url"]) == (node["id"], "phoenixd", node["endpointUrl"])
    assert not [secret for secret in node["secrets"].values() if secret in result["shown"]]
    again = controller.result(node_task(name="shop"))
    assert not again["changed"]
    assert again["secrets_file"] == result["secrets_file"]
    looked = "{{ lookup('nodana.cloud.app_secrets', '%s', dir='secrets', field='seed') == '%s' }}"
    shown = controller.result({"ansible.builtin.debug": {"msg": looked % (node["id"], node["secrets"]["seed"])}})
    assert str(shown["msg"]) == "True"


def test_a_wait_that_fails_keeps_the_secrets_and_names_their_file(controller: Controller, simulator: Simulator) -> None:
    simulator.settings(node_failure="no capacity left")
    result = controller.result(node_task())
    (node,) = simulator.account()["nodes"]
    assert result["failed"]
    assert result["changed"]
    assert "no capacity left" in result["msg"]
    assert result["secrets_file"] in result["msg"]
    assert controller.content(result["secrets_file"])["secrets"]["seed"] == node["secrets"]["seed"]
    assert not list((controller.folder / "state").glob("*.receipts/*"))


def test_without_a_vault_password_nothing_is_sent(controller: Controller, simulator: Simulator) -> None:
    result = controller.result(node_task(), arguments=())
    assert result["failed"]
    assert simulator.log()["requests"] == []
    assert not controller.result(node_task(state="latest", name="nowhere"), arguments=())["changed"]
