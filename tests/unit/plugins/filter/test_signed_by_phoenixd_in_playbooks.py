# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import hashlib
import hmac
import json
import time

import pytest
import yaml
from ansible_collections.nodana.cloud.tests.support.controller import ROOT, Controller

SECRET = "an-example-secret-0123"
DOCUMENTED = ROOT / "plugins" / "filter" / "signed_by_phoenixd.yml"


@pytest.fixture
def controller(tmp_path):
    """A folder with a webhook of now in files, as a receiver keeps it, and the secret of its node."""
    controller = Controller(tmp_path)
    event = {"type": "payment_received", "timestamp": int(time.time() * 1000), "amountSat": 21, "payerKey": None}
    body = json.dumps(event, indent=4) + "\n"
    (tmp_path / "webhook.json").write_text(body, encoding="utf-8")
    signature = hmac.new(SECRET.encode(), body.encode(), hashlib.sha256).hexdigest()
    (tmp_path / "webhook.signature").write_text(signature + "\n", encoding="utf-8")
    controller.store("phoenixd-app-1234.yml", {"app_id": "app-1234", "secrets": {"webhook_secret": SECRET}})
    inline = controller.run("vault", "encrypt_string", *controller.opened, "--name", "encrypted", SECRET)
    assert inline.returncode == 0, inline.stderr
    (tmp_path / "encrypted.yml").write_text(inline.stdout, encoding="utf-8")
    return controller


def test_the_examples_run_and_what_is_wrong_is_told(controller):
    examples = yaml.safe_load(yaml.safe_load(DOCUMENTED.read_text(encoding="utf-8"))["EXAMPLES"])
    variables = {
        "spool": str(controller.folder),
        "signature": "{{ lookup('ansible.builtin.file', 'webhook.signature') }}",
        "secret": "{{ encrypted }}",
        "parsed": "{{ lookup('ansible.builtin.file', 'webhook.json') | from_json }}",
    }
    wrong = {
        "forged": "'{}' | nodana.cloud.signed_by_phoenixd(signature, secret)",
        "mistaken": "parsed | nodana.cloud.signed_by_phoenixd(signature, secret)",
    }
    checks = [
        {"ansible.builtin.assert": {"that": that}, "register": name, "ignore_errors": True}
        for name, that in wrong.items()
    ]
    shown = controller.folder / "shown.json"
    keep = {"ansible.builtin.copy": {"content": "{{ [forged, mistaken] | to_json }}", "dest": str(shown)}}
    ran = controller.play(
        {"block": [*examples, *checks, keep], "vars": variables},
        arguments=("-vvv", *controller.opened, "-e", "@encrypted.yml"),
    )
    said = ran.stdout + ran.stderr
    assert ran.returncode == 0, said
    assert '"msg": "21 sat"' in ran.stdout
    assert SECRET not in said
    forged, mistaken = json.loads(shown.read_text(encoding="utf-8"))
    assert (forged["failed"], forged["msg"]) == (True, "Assertion failed")
    assert "the body must be text or bytes, not" in mistaken["msg"]
    assert "'| string'" in mistaken["msg"]
