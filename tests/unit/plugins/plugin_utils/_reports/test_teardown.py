# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.teardown import (
    WITH_BALANCE,
    WITH_UNKNOWN_BALANCE,
    WITHOUT_SECRETS,
    report_teardown,
)
from ansible_collections.nodana.cloud.tests.support.accounts import node

NAMES = (WITH_BALANCE, WITH_UNKNOWN_BALANCE, WITHOUT_SECRETS)


def told(
    template="phoenixd",
    balance=0,
    channels=0,
    fee=0,
    wallets=None,
    answers=True,
    secrets="",
    seed="valid",
    result="ok",
):
    """Return an app, its health, and the check of its secrets file."""
    known = {"balance_sat": balance, "channels": channels, "fee_credit_sat": fee, "wallets_sat": wallets}
    node = known if answers else None
    health = {"app_id": "app-1", "detail": "timed out", "node": node, "secrets_problem": secrets}
    file = {"app_id": "app-1", "file": f"{template}-app-1.yml", "seed": seed, "result": result}
    return [{"id": "app-1", "template": template}], [health], [] if secrets else [file]


def reported(account, allowed=()):
    apps, healths, files = account
    return report_teardown(apps, healths, files, allowed)


def needed(account):
    """Return the names of the confirmations that the deletion of the app needs."""
    assert reported(account, NAMES)["refusals"] == []
    found = reported(account)["refusals"]
    names = [name for name in NAMES if any(f"set {name}: true" in reason for reason in found)]
    assert len(found) == len(names)
    for name in names:
        assert len(reported(account, [name])["refusals"]) == len(found) - 1
    return names


@pytest.mark.parametrize(
    ("account", "names"),
    [
        (told(), []),
        (told(balance=1), [WITH_BALANCE]),
        (told(channels=1), [WITH_BALANCE]),
        (told(balance=None, channels=1), [WITH_BALANCE]),
        (told(balance=None), [WITH_UNKNOWN_BALANCE]),
        (told(fee=1), [WITH_BALANCE]),
        (told(fee=None), [WITH_UNKNOWN_BALANCE]),
        (told(answers=False), [WITH_UNKNOWN_BALANCE]),
        (told("lnbits-phoenixd", 5, None, None, 0), [WITH_BALANCE]),
        (told("lnbits-phoenixd", 0, None, None, 5), [WITH_BALANCE]),
        (told("lnbits-phoenixd", 0, None, None, 0), [WITH_UNKNOWN_BALANCE]),
        (told(answers=False, secrets="No file"), [WITH_UNKNOWN_BALANCE, WITHOUT_SECRETS]),
        (told("lnbits-phoenixd", answers=False), [WITH_UNKNOWN_BALANCE]),
        (told("nutshell", answers=False), [WITH_UNKNOWN_BALANCE]),
        (told("nutshell", answers=False, secrets="No file"), [WITH_UNKNOWN_BALANCE, WITHOUT_SECRETS]),
        (told(seed="damaged"), [WITHOUT_SECRETS]),
        ((told()[0], [], []), [WITH_UNKNOWN_BALANCE, WITHOUT_SECRETS]),
        (([], [], []), []),
    ],
)
def test_each_way_to_lose_money_must_be_allowed_by_its_own_name(account, names):
    assert needed(account) == names


DAMAGED = "the seed phrase is damaged: its checksum is wrong"


@pytest.mark.parametrize(
    ("account", "loss"),
    [
        (
            told(),
            "no balance, no fee credit and no channels; its secrets file phoenixd-app-1.yml opens and contains a valid "
            "seed phrase",
        ),
        (
            told(balance=0, channels=0, fee=40, secrets="No file."),
            "0 sat in 0 channel(s), 40 sat of fee credit; IT HAS NO READABLE SECRETS FILE (No file)",
        ),
        (
            told("lnbits-phoenixd", 5000, None, None, 4000, secrets="No file."),
            "5000 sat in an unknown number of channels, an UNKNOWN FEE CREDIT, 4000 sat in the wallets of its users; "
            "IT HAS NO READABLE SECRETS FILE (No file)",
        ),
        (
            told(balance=900, channels=2, secrets="No file."),
            "900 sat in 2 channel(s); IT HAS NO READABLE SECRETS FILE (No file)",
        ),
        (
            told(answers=False, seed="damaged", result=DAMAGED),
            "an UNKNOWN BALANCE, and unknown channels (timed out); its secrets file phoenixd-app-1.yml opens, but "
            f"{DAMAGED}",
        ),
        (
            told("nutshell", answers=False, seed=""),
            "an UNKNOWN BALANCE, and unknown channels (only a phoenixd and an LNbits report their balance); its "
            "secrets file opens and contains no seed phrase",
        ),
    ],
)
@pytest.mark.parametrize("allowed", [(), NAMES])
def test_it_says_what_there_is_to_lose_whether_it_is_allowed_or_not(account, loss, allowed):
    (said,) = reported(account, allowed)["losses"]
    assert said == f"{account[0][0]['template']} app-1 has {loss}"


def test_each_refusal_says_what_is_lost():
    assert reported(told(answers=False, secrets="No file."))["refusals"] == [
        "phoenixd app-1 has an UNKNOWN BALANCE, and unknown channels (timed out). To delete it anyway, set "
        f"{WITH_UNKNOWN_BALANCE}: true",
        f"phoenixd app-1: IT HAS NO READABLE SECRETS FILE (No file). To delete it anyway, set {WITHOUT_SECRETS}: true",
    ]


def test_the_seed_phrase_of_another_app_does_not_count():
    apps, healths, (file,) = told()
    (said,) = report_teardown(apps, healths, [{**file, "app_id": "my-app-1"}])["losses"]
    assert said.endswith("its secrets file opens and contains no seed phrase")


def test_a_node_has_the_protection_of_a_phoenixd_and_is_named():
    (_app,), (health,), files = told(balance=5, secrets="No file")
    nodes = [node(1, "shop"), node(2, "till")]
    assert report_teardown(nodes, [{**health, "app_id": "node-1"}], files)["refusals"] == [
        f"node shop (node-1) has 5 sat in 0 channel(s). To delete it anyway, set {WITH_BALANCE}: true",
        "node shop (node-1): IT HAS NO READABLE SECRETS FILE (No file). To delete it anyway, set "
        f"{WITHOUT_SECRETS}: true",
        "node till (node-2) has an UNKNOWN BALANCE, and unknown channels (it was not checked). To delete it anyway, "
        f"set {WITH_UNKNOWN_BALANCE}: true",
        "node till (node-2): IT HAS NO READABLE SECRETS FILE (it was not checked). To delete it anyway, set "
        f"{WITHOUT_SECRETS}: true",
    ]


@pytest.mark.parametrize(
    ("state", "reason"),
    [("healthy", "it does not report its balance"), ("responding", "its credentials are not known")],
)
def test_an_lnbits_with_an_unknown_balance_says_why(state, reason):
    apps, (health,), files = told("lnbits-phoenixd", answers=False)
    health = {**health, "state": state, "detail": "its credentials are not known"}
    (said,) = report_teardown(apps, [health], files)["losses"]
    assert f"an UNKNOWN BALANCE, and unknown channels ({reason})" in said
