# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets that Ansible would cut, or cannot hold."""

from __future__ import annotations

import json

import pytest
from ansible_collections.nodana.cloud.tests.support.controller import app_task

pytestmark = pytest.mark.ends

KEPT = {"seed", "password", "restricted_password"}
NESTED = 500
STRANGE = {
    "a lone surrogate": {"odd": "\ud83d without the other half"},
    "deep nesting": {"odd": json.loads("[" * NESTED + "]" * NESTED)},
    "everything at once": {
        "\ud800": {"__ansible_type": ["\udfff"]},
        "__ansible_type": None,
        "__ansible_unsafe": "x",
        "no number": float("nan"),
        "raw_response": "{{ 6 * 7 }}",
    },
}


def receipts(controller):
    return [path for path in (controller.folder / "state").rglob("*.receipt*") if path.is_file()]


def test_a_secret_that_contains_the_api_key_or_another_credential_is_kept_whole(controller, simulator):
    """Up to ansible-core 2.21 both are cut out of every text that a module returns."""
    odd = {"backup": f"key {simulator.key} of {simulator.url}, a-macaroon-0123456789", "plain": "{{ 6 * 7 }}"}
    simulator.settings(extra_secrets=json.dumps(odd))
    task = app_task(
        template="nutshell", return_secrets=True, wait=False, params={"mint_lnd_macaroon": "a-macaroon-0123456789"}
    )
    result = controller.result({**task, "no_log": True})
    (app,) = simulator.account()["apps"]
    assert app["secrets"] == odd
    assert result["secrets"] == odd
    assert controller.content(result["secrets_file"])["secrets"] == odd
    assert receipts(controller) == []


@pytest.mark.parametrize("kind", STRANGE)
def test_a_secret_that_ansible_cannot_hold_is_kept_as_text_and_keeps_nobody_from_working(controller, simulator, kind):
    simulator.settings(extra_secrets=json.dumps(STRANGE[kind]))
    result = controller.result({**app_task(return_secrets=True), "no_log": True})
    assert not result.get("failed"), result
    (app,) = simulator.account()["apps"]
    stored = controller.content(result["secrets_file"])["secrets"]
    assert set(stored) > KEPT
    assert stored["seed"] == app["secrets"]["seed"]
    answers = [value for name, value in stored.items() if name.startswith("raw_response") and "seed" in str(value)]
    assert json.dumps(STRANGE[kind])[1:-1] in answers[0]
    assert result["secrets"] == stored
    assert receipts(controller) == []

    looked_up = "{{ lookup('nodana.cloud.app_secrets', '" + app["id"] + "', dir='secrets') }}"
    found = controller.result({"ansible.builtin.set_fact": {"got": looked_up}, "no_log": True})
    assert found["ansible_facts"]["got"] == stored

    simulator.settings(extra_secrets="{}")
    other = controller.result(app_task(template="cdk-mintd"))
    assert other["changed"]
    assert other["secrets_file"]


def test_strange_fields_of_an_app_do_not_keep_its_secrets_from_being_stored(controller, simulator):
    """The fields that are not secrets are returned as the API sends them. Ansible cannot hold these values either."""
    simulator.settings(extra_secrets=json.dumps({"url": "https://\ud800.example", "projectId": "prj-\ud800"}))
    result = controller.result(app_task(wait=False))
    assert not result.get("failed"), result
    assert result["app"]["url"] == "https://\\ud800.example"
    (app,) = simulator.account()["apps"]
    assert controller.content(result["secrets_file"])["secrets"]["seed"] == app["secrets"]["seed"]
