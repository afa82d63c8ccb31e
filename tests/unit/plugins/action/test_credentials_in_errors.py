# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials in the source of a failed task, which Ansible prints. From 2.19 to 2.21, it also prints ad hoc tasks."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.ends

MACAROON = "0201036c6e640004deadbeefcafe0123"
KEY = "another-fake-key-0123456789"
LNBITS = {"id": "app-1", "template": "lnbits-phoenixd", "url": "http://127.0.0.1:1"}
ASK = {"app": LNBITS, "secrets": {"lnbits_password": MACAROON}, "timeout": 0}
NUTSHELL = {"template": "nutshell", "return_secrets": True, "api_key": KEY}
PARAMS = {"mint_lnd_macaroon": MACAROON, "mint_lnd_rest_url": "no URL"}


@pytest.mark.parametrize(
    ("module", "arguments", "said"),
    [
        ("nodana_app", {**NUTSHELL, "params": PARAMS}, "must be an http or https URL"),
        ("nodana_app", {**NUTSHELL, "params": json.dumps(PARAMS)}, "must be an http or https URL"),
        ("nodana_app", {**NUTSHELL, "params": [PARAMS]}, "params"),
        ("nodana_app", {**NUTSHELL, "mint_lnd_macaroon": MACAROON}, "mint_lnd_macaroon"),
        ("nodana_app", {**NUTSHELL, "secrets_dir": "secrets", "params": PARAMS}, "no vault password"),
        ("nodana_stack", {"project": "x", "apps": [{**NUTSHELL, "params": PARAMS}]}, "api_key"),
        ("nodana_app_check", ASK, "is not healthy"),
        ("nodana_app_claim", {**ASK, "first_install_token": KEY}, "app-1"),
        ("nodana_stack", {"project": "x", "apps": [f"template=nutshell macaroon={MACAROON}"]}, "apps"),
    ],
)
def test_a_failing_ad_hoc_task_shows_no_credential(controller, module, arguments, said):
    ran = controller.run("adhoc", "localhost", "-m", f"nodana.cloud.{module}", "-a", json.dumps(arguments))
    shown = ran.stdout + ran.stderr
    assert ran.returncode == 2
    assert said in shown
    assert MACAROON[:8] not in shown
    assert KEY[:10] not in shown


def test_async_is_refused_without_showing_one(controller):
    arguments = json.dumps({**NUTSHELL, "params": PARAMS})
    ran = controller.run("adhoc", "localhost", "-B", "60", "-m", "nodana.cloud.nodana_app", "-a", arguments)
    assert "async" in ran.stdout + ran.stderr
    assert MACAROON[:8] not in ran.stdout + ran.stderr


def test_a_task_of_one_line_shows_none_of_a_playbook_either(controller):
    playbook = controller.folder / "line.yml"
    task = f"{{nodana.cloud.nodana_app: {{params: {{mint_lnd_macaroon: {MACAROON}}}, template: nutshell}}}}"
    playbook.write_text(f"- hosts: localhost\n  gather_facts: false\n  tasks:\n  - {task}\n", encoding="utf-8")
    ran = controller.run("playbook", str(playbook))
    assert ran.returncode == 2
    assert "secrets_dir" in ran.stdout + ran.stderr
    assert MACAROON[:8] not in ran.stdout + ran.stderr


def test_the_place_in_a_playbook_is_shown_where_it_gives_nothing_away(controller):
    params = {"mint_lnd_macaroon": MACAROON}
    ran = controller.play({"name": "Create it", "nodana.cloud.nodana_app": {"template": "nutshell", "params": params}})
    shown = ran.stdout + ran.stderr
    assert ran.returncode == 2
    assert ("Origin:" in shown) == ("[ERROR]: Task failed" in shown)
    assert MACAROON[:8] not in shown
