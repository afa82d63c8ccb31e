# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Test webhooks over HTTP with the rulebook of the collection in a real ansible-rulebook."""

from __future__ import annotations

import json

from ansible_collections.nodana.cloud.tests.rulebook.receiver import PATIENCE, Receiver

SECRET = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
FORGED, BARE, OLD, KNOWN, PAID = (digit * 64 for digit in "abcde")


def test_a_payment_runs_the_playbook_once_and_nothing_else_does(tmp_path):
    trap = tmp_path / "trap"
    note = "{{ lookup('ansible.builtin.pipe', 'touch " + str(trap) + "') }}"
    receiver = Receiver(tmp_path, SECRET)
    receiver.record(KNOWN).write_text("from before the start", encoding="utf-8")
    with receiver:
        receiver.wait_until(receiver.listens)
        assert receiver.pay(FORGED, secret="another secret") == 401
        assert receiver.post(json.dumps({"type": "payment_received", "paymentHash": BARE}).encode()) == 400
        assert receiver.pay(OLD, age=3600) == 200
        assert receiver.pay(KNOWN) == 200
        assert receiver.pay(KNOWN) == 200
        assert receiver.pay(PAID, type="payment_dreamt_of") == 200
        assert receiver.pay(PAID, payerNote=note) == 200
        # The events are processed in order. When the playbook has run for the last one, no earlier event is pending.
        receiver.wait_until(lambda: receiver.record(PAID).exists() and receiver.said().count("PLAY RECAP") > 1)
    said = receiver.said()
    assert {path.stem for path in receiver.record(PAID).parent.iterdir()} == {KNOWN, PAID}
    assert (said.count("PLAY RECAP"), said.count("Received 21 sat for order-7")) == (2, 1)
    assert receiver.record(KNOWN).read_text(encoding="utf-8") == "from before the start"
    record = json.loads(receiver.record(PAID).read_text(encoding="utf-8"))
    assert record["payerNote"] == note.replace("{", "(").replace("}", ")")
    assert not trap.exists()
    assert "Refused a webhook: it is 360" in said
    assert SECRET not in said


def test_an_empty_secret_stops_the_start(tmp_path):
    receiver = Receiver(tmp_path, SECRET)
    (receiver.folder / "receiver.yml").write_text("nodana_webhook_secret: ''\n", encoding="utf-8")
    with receiver:
        assert receiver.process.wait(PATIENCE) != 0
    assert "nodana_webhook_secret_is_empty" in receiver.said()
