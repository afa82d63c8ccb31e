# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.nodana.cloud.extensions.eda.plugins.event_filter.phoenixd_event import inert, main, refusal
from ansible_collections.nodana.cloud.plugins.plugin_utils._unsafe import template
from hypothesis import given
from hypothesis import strategies as st

NOW = 1795466050.5
TEMPLATES = [
    "{{ 6 * 7 }}",
    "thanks for {{ 6 * 7 }}!",
    "{% if true %}42{% endif %}",
    "{# 42 #}",
    "#jinja2:variable_start_string:'[[', variable_end_string:']]'\n[[ 6 * 7 ]]",
]
# A careless filter leaves these as templates, or makes templates of them.
NESTED = [
    "{{{ 6 * 7 }}}",
    "{ { 6 * 7 } }",
    "##jinja2::variable_start_string:'[[', variable_end_string:']]'\n[[ 6 * 7 ]]",
]


def event(**payload):
    """Return the event that the webhook source creates for a payment received now."""
    headers = {"X-Phoenix-Signature": "00" * 32, "User-Agent": "{{ 6 * 7 }}"}
    sent = {"type": "payment_received", "timestamp": int(time.time() * 1000), "amountSat": 21, "paymentHash": "ab" * 32}
    return {
        "payload": {**sent, "externalId": None, **payload},
        "meta": {"endpoint": "phoenixd", "headers": headers},
    }


def templated(text):
    """Return the value that a task gets for an extra variable with this text."""
    return Templar(loader=DataLoader(), variables={"note": template(text)}).template(template("{{ note }}"))


def test_a_payment_stays_what_it_is_without_the_headers():
    given_event = event(payerNote="Thanks, café! #1")
    assert main(given_event) == {"payload": given_event["payload"], "meta": {"endpoint": "phoenixd"}}


@pytest.mark.parametrize("text", TEMPLATES)
def test_the_texts_of_these_tests_are_templates_without_the_filter(text):
    assert str(templated(text)) != text


@pytest.mark.parametrize("text", [*TEMPLATES, *NESTED])
def test_no_text_is_a_template_any_more(text):
    said = main(event(payerNote=text, more={"deep": [text]}))["payload"]
    for inner in (said["payerNote"], said["more"]["deep"][0]):
        assert templated(inner) == inner


@pytest.mark.parametrize("text", [*TEMPLATES, *NESTED])
def test_what_is_not_signed_is_no_template_either(text):
    request = event()
    request["meta"]["endpoint"] = text
    endpoint = main(request)["meta"]["endpoint"]
    assert templated(endpoint) == endpoint


@given(st.text(alphabet="{}%#jinja2: x"))
def test_nothing_of_a_template_is_left(text):
    said = inert(text)
    assert "{" not in said
    assert "}" not in said
    assert "#jinja2:" not in said


@pytest.mark.parametrize("difference", [0, 300, -300])
def test_a_webhook_of_now_is_not_refused(difference):
    payload = {"type": "payment_received", "timestamp": int(NOW * 1000) - difference * 1000}
    assert refusal(payload, 300, NOW) is None


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ({"timestamp": int(NOW * 1000) - 301_000}, "it is 301 seconds old, at most 300 are accepted"),
        ({"timestamp": int(NOW * 1000) + 301_000}, "it is 301 seconds ahead of the clock, at most 300 are accepted"),
        ({"timestamp": int(NOW)}, f"it is {int(NOW * 1000 - int(NOW)) // 1000} seconds old, at most 300 are accepted"),
        ({}, "it has no timestamp"),
        ({"timestamp": None}, "it has no timestamp"),
        ({"timestamp": True}, "it has no timestamp"),
        ({"timestamp": float("nan")}, "it has no timestamp"),
        ({"timestamp": str(int(NOW * 1000))}, "it has no timestamp"),
        ({"type": None}, "it is not an event of phoenixd"),
        ({"type": ["payment_received"]}, "it is not an event of phoenixd"),
    ],
)
def test_other_webhooks_are_refused_with_a_reason(payload, reason):
    assert refusal({"type": "payment_received", **payload}, 300, NOW) == reason


def test_a_timestamp_beyond_all_reason_is_refused_like_others():
    assert "ahead of the clock" in str(refusal({"type": "payment_received", "timestamp": 10**400}, 300, NOW))


@pytest.mark.parametrize("payload", [None, [], "payment_received", 7])
def test_a_payload_that_is_no_object_is_refused(payload):
    assert main({"payload": payload, "meta": {}})["payload"] == {
        "type": "refused",
        "reason": "it is not an event of phoenixd",
    }


def test_nothing_of_a_refused_webhook_is_left_but_its_reason_which_is_logged(caplog):
    payload = main(event(timestamp=0, payerNote="a note"), max_age=10**6)["payload"]
    assert payload["type"] == "refused"
    assert set(payload) == {"type", "reason"}
    assert "seconds old" in payload["reason"]
    assert caplog.messages == [f"Refused a webhook: {payload['reason']}"]
