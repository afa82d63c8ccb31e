# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: phoenixd_event
short_description: Make webhooks of phoenixd safe for playbooks
description:
  - An event filter for ansible-rulebook. Use it in a source that verifies the signature of the webhook.
  - Removes templates from all texts. The signature proves that phoenixd sent the webhook, but the payer writes
    C(payerNote). ansible-rulebook passes events to playbooks as extra variables, which Ansible evaluates as templates,
    and a template can run any command. The filter replaces braces by parentheses.
  - Removes the headers of the request. They are not signed.
  - Refuses webhooks that are too old, or too far ahead of the local clock. So a recorded webhook cannot be sent again
    later. The filter replaces the payload of a refused webhook by a C(type), which is V(refused), and a C(reason). It
    also logs the reason.
author:
  - nodana.cloud contributors (@nodana)
options:
  max_age:
    description:
      - The maximum difference, in seconds, between the C(timestamp) of a webhook and the local clock.
      - The same webhook can be sent again within twice this time. To react to it once, add a C(throttle) by
        C(event.payload.paymentHash) to the rule, for at least twice this time.
    type: int
    default: 300
"""

EXAMPLES = r"""
- eda.builtin.webhook:
    port: 5000
    # With an empty secret, anyone could sign. The second variable does not exist, so the start fails.
    hmac_secret: "{{ nodana_webhook_secret if nodana_webhook_secret else nodana_webhook_secret_is_empty }}"
    hmac_header: X-Phoenix-Signature
  filters:
    - nodana.cloud.phoenixd_event:
        max_age: 300
"""

import logging
import time
from typing import Any

logger = logging.getLogger("nodana.cloud.phoenixd_event")

PARENTHESES = str.maketrans("{}", "()")
HEADER = "#jinja2"  # a text that starts with this header can use other delimiters than braces


def main(event: dict[str, Any], max_age: int = 300) -> dict[str, Any]:
    """Return the event without headers and templates. The payload of a refused event is replaced by the reason."""
    payload = event.get("payload")
    reason = refusal(payload, int(max_age), time.time())
    if reason:
        logger.warning("Refused a webhook: %s", reason)
        payload = {"type": "refused", "reason": reason}
    meta = {name: value for name, value in event.get("meta", {}).items() if name != "headers"}
    return inert({**event, "payload": payload, "meta": meta})


def refusal(payload: Any, max_age: int, now: float) -> str | None:
    """Return the reason to refuse a webhook, or None to accept it.

    ``max_age`` and ``now``, the current Unix time, are in seconds. The webhook's ``timestamp`` is in milliseconds.
    """
    if not isinstance(payload, dict) or not isinstance(payload.get("type"), str):
        return "it is not an event of phoenixd"
    sent = payload.get("timestamp")
    if not isinstance(sent, int) or isinstance(sent, bool):
        return "it has no timestamp"
    age = (int(now * 1000) - sent) // 1000
    if age > max_age:
        return f"it is {age} seconds old, at most {max_age} are accepted"
    if age < -max_age:
        return f"it is {-age} seconds ahead of the clock, at most {max_age} are accepted"
    return None


def inert(value: Any) -> Any:
    """Return the value with all texts changed so that Ansible does not evaluate them as templates."""
    if isinstance(value, dict):
        return {name: inert(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [inert(inner) for inner in value]
    if isinstance(value, str):
        return value.translate(PARENTHESES).replace(HEADER, "(jinja2")
    return value
