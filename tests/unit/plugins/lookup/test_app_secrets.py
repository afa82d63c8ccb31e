# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import re

import pytest
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets.store import SecretsFolder
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets.vault import Vault
from ansible_collections.nodana.cloud.tests.support.actions import loader
from ansible_collections.nodana.cloud.tests.support.controller import PASSWORD, Controller

SECRETS = {
    "seed": "abandon abandon abandon about",
    "password": " with spaces and a line\nfeed {{ 6 * 7 }} {% raw %} ü 🔑 '\"\\\t",
    "listed": "[1, 2]",
    "nested": {"list": ["{{ 6 * 7 }}", 1, None, True]},
}
CONTENT = {
    "app_id": "app-1",
    "project_id": "prj-1",
    "template": "phoenixd",
    "url": "https://a.example:9740",
    "created_at": "2026-11-23T17:00:00Z",
    "api_url": "https://api.nodana.io/v1",
    "secrets": SECRETS,
}


@pytest.fixture
def controller(tmp_path):
    """A controller with a folder ``secrets``, in which one app has its file."""
    secrets = SecretsFolder(str(tmp_path / "secrets"), Vault(loader(("default", PASSWORD.encode()), folder=tmp_path)))
    secrets.check(dry=False)
    secrets.store(CONTENT)
    return Controller(tmp_path)


def looked_up(controller, expression, password=PASSWORD):
    """Return the value that a playbook gets for this expression, or the message if the task fails."""
    controller.vault.write_text(password, encoding="utf-8")
    arguments = controller.opened if password else ()
    result = controller.result({"ansible.builtin.set_fact": {"got": "{{ " + expression + " }}"}}, arguments=arguments)
    return " ".join(str(result.get("msg")).split()) if result["failed"] else result["ansible_facts"]["got"]


def test_several_apps_give_a_list(controller):
    assert looked_up(controller, "query('nodana.cloud.app_secrets', 'app-1', 'app-1', dir='secrets')") == [SECRETS] * 2


@pytest.mark.parametrize(
    ("options", "password", "said"),
    [
        ("'app-2', dir='secrets'", PASSWORD, r"No file in \S*/secrets holds secrets of the app 'app-2'"),
        ("'app-1', dir='elsewhere'", PASSWORD, r"There is no folder \S*/elsewhere"),
        ("'app-1', dir='secrets'", "wrong", r"phoenixd-app-1.yml cannot be read: None of the vault passwords opens it"),
        ("'app-1', dir='secrets'", "", r"phoenixd-app-1.yml cannot be read: It is encrypted.* no vault password"),
        ("'app-1', dir='secrets', field='rune'", PASSWORD, r"no secret rune, only listed, nested, password, seed"),
        ("'app-1'", PASSWORD, r"(?i)required.*\bdir\b"),
    ],
)
def test_what_is_wrong_is_said(controller, options, password, said):
    message = looked_up(controller, f"lookup('nodana.cloud.app_secrets', {options})", password)
    assert re.search(said, message)
    assert SECRETS["seed"] not in message


def test_playbooks_get_every_byte_and_nothing_is_taken_for_a_template(controller):
    source = "lookup('nodana.cloud.app_secrets', 'app-1', dir='secrets'"
    ran = controller.play(
        {
            "ansible.builtin.copy": {
                "content": "{{ [all, all.password, one] | to_json }}",
                "dest": str(controller.folder / "out"),
                "mode": "0600",
            },
            "vars": {"all": "{{ " + source + ") }}", "one": "{{ " + source + ", field='password') }}"},
        }
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    written = json.loads((controller.folder / "out").read_text(encoding="utf-8"))
    assert written == [SECRETS, SECRETS["password"], SECRETS["password"]]


def test_an_ad_hoc_call_on_a_host_finds_its_app_and_errors_are_one_message(controller):
    inventory = controller.folder / "hosts.ini"
    inventory.write_text(
        "a nodana_app_id=app-1 ansible_connection=local\nb nodana_app_id=app-2 ansible_connection=local\n",
        encoding="utf-8",
    )
    length = "{{ lookup('nodana.cloud.app_secrets', nodana_app_id, dir='secrets', field='seed') | length }} long"
    given = ("-i", str(inventory), *controller.opened, "-m", "ansible.builtin.debug")
    ran = controller.run("adhoc", *given, "-a", json.dumps({"msg": length}), "all")
    shown = ran.stdout + ran.stderr
    assert f"{len(SECRETS['seed'])} long" in shown
    assert "No file in" in shown
    assert "'app-2'" in shown
    assert "Traceback" not in shown
