# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import (
    AppSecrets,
    Handover,
    Message,
    Owner,
    PendingApp,
    SealedHandover,
    Settlement,
)

SECRETS = AppSecrets("app-1", None, "vss", None, "2026", "https://x/v1", {"seed": ["a"]}, "/1.receipt", on_disk=False)
PENDING = PendingApp({"id": "app-1", "project_id": "prj-1", "template": "vss"}, made_at=1.5)
MESSAGES = (
    Owner(4711),
    Handover([SECRETS], [PENDING]),
    SealedHandover("sealed", ["/1.receipt"], on_disk=True),
    Settlement(["/1.receipt"], [PENDING]),
)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_arrives_as_it_was_sent(message: Message) -> None:
    arrived = type(message).from_json(json.loads(json.dumps(message.to_json())))
    assert arrived.to_json() == message.to_json()


def test_of_an_app_to_wait_for_only_what_identifies_it_is_sent() -> None:
    assert PendingApp({**PENDING.app, "url": "https://x", "status": None}, made_at=1.5).to_json() == PENDING.to_json()


@pytest.mark.parametrize("damaged", [None, "********", [], {}, {"sealed": 1, "receipts": "********", "on_disk": "no"}])
def test_what_did_not_arrive_of_a_sealed_handover_is_empty(damaged: Any) -> None:
    handover = SealedHandover.from_json(damaged)
    assert (handover.receipts, handover.on_disk) == ([], False)
