# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.teardown import (
    WITH_BALANCE,
    WITH_UNKNOWN_BALANCE,
    WITHOUT_SECRETS,
    find_refusals,
)
from ansible_collections.nodana.cloud.tests.support.accounts import node

NAMES = (WITH_BALANCE, WITH_UNKNOWN_BALANCE, WITHOUT_SECRETS)


def told(template="phoenixd", balance=0, channels=0, answers=True, secrets=""):
    """Return an app and its health."""
    known = {"balance_sat": balance, "channels": channels} if answers else None
    health = {"app_id": "app-1", "detail": "timed out", "node": known, "secrets_problem": secrets}
    return [{"id": "app-1", "template": template}], [health]


def needed(account):
    """Return the names of the confirmations that the deletion of the app needs."""
    apps, healths = account
    assert find_refusals(apps, healths, list(NAMES)) == []
    found = find_refusals(apps, healths, [])
    names = [name for name in NAMES if any(f"set {name}: true" in reason for reason in found)]
    assert len(found) == len(names)
    for name in names:
        assert len(find_refusals(apps, healths, [name])) == len(found) - 1
    return names


@pytest.mark.parametrize(
    ("account", "names"),
    [
        (told(), []),
        (told(balance=1), [WITH_BALANCE]),
        (told(channels=1), [WITH_BALANCE]),
        (told(balance=None, channels=1), [WITH_BALANCE]),
        (told(balance=None), [WITH_UNKNOWN_BALANCE]),
        (told(answers=False), [WITH_UNKNOWN_BALANCE]),
        (told(answers=False, secrets="No file"), [WITH_UNKNOWN_BALANCE, WITHOUT_SECRETS]),
        (told("lnbits-phoenixd", answers=False), [WITH_UNKNOWN_BALANCE]),
        (told("nutshell", answers=False), []),
        (told("nutshell", answers=False, secrets="No file"), [WITHOUT_SECRETS]),
        ((told()[0], []), [WITH_UNKNOWN_BALANCE, WITHOUT_SECRETS]),
        (([], []), []),
    ],
)
def test_each_way_to_lose_money_must_be_allowed_by_its_own_name(account, names):
    assert needed(account) == names


@pytest.mark.parametrize(
    ("account", "said"),
    [
        (told(balance=900, channels=2), "phoenixd app-1 has 900 sat in 2 channel(s). To delete it anyway"),
        (told(answers=False), "phoenixd app-1 has an unknown balance (timed out)"),
        (told(secrets="No file."), "phoenixd app-1 has no readable secrets file (No file)"),
    ],
)
def test_it_says_what_there_is_to_lose(account, said):
    apps, healths = account
    (reason,) = find_refusals(apps, healths, [])
    assert reason.startswith(said)


def test_a_node_has_the_protection_of_a_phoenixd_and_is_named():
    (_app,), (health,) = told(balance=5, secrets="No file")
    nodes = [node(1, "shop"), node(2, "till")]
    assert find_refusals(nodes, [{**health, "app_id": "node-1"}], []) == [
        f"node shop (node-1) has 5 sat in 0 channel(s). To delete it anyway, set {WITH_BALANCE}: true",
        f"node shop (node-1) has no readable secrets file (No file). To delete it anyway, set {WITHOUT_SECRETS}: true",
        f"node till (node-2) has an unknown balance (None). To delete it anyway, set {WITH_UNKNOWN_BALANCE}: true",
        "node till (node-2) has no readable secrets file (it was not checked). To delete it anyway, set "
        f"{WITHOUT_SECRETS}: true",
    ]
