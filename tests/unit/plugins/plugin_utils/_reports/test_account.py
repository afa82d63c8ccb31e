# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.nodana.cloud.tests.support.accounts import (
    HEALTHY,
    NODE,
    SEALED,
    TROUBLE,
    app,
    health,
    report,
)


def judged(*account):
    return [(app["severity"], app["state"], app["remarks"]) for app in report(account or TROUBLE)["apps"]]


def test_each_trouble_has_its_word_and_its_reason():
    assert judged() == [
        ("ok", "healthy", []),
        ("problem", "cordoned", ["it is cordoned", "GET /getinfo: timed out"]),
        ("problem", "unhealthy", ["GET /api/info returned 200, and it is locked, as after each restart"]),
        ("notice", "stopped", ["it is stopped, but billed"]),
        ("notice", "updating", ["its service nutshell is updating"]),
        ("ok", "healthy", []),
        ("notice", "starting", ["it is starting"]),
        ("problem", "partly stopped", ["its service lnbits-phoenixd is stopped"]),
        ("problem", "unhealthy", ["IT IS NOT CLAIMED: its first visitor will own it"]),
    ]


@pytest.mark.parametrize("status", [None, "", "suspended"])
def test_a_status_that_nobody_knows_is_a_problem(status):
    ((severity, _state, remarks),) = judged([app(1, "phoenixd", status=status)], [health(1, "responding", "x")])
    assert (severity, remarks) == ("problem", [f"it is {status}"])


def test_an_app_that_was_not_asked_is_judged_by_its_status():
    assert judged([app(1, "phoenixd")], []) == [("ok", "responding", [])]


def test_what_there_is_and_costs_is_added_up():
    told = report(TROUBLE)
    assert told["summary"] == {
        "projects": 3,
        "apps": 9,
        "nodes": 0,
        "problems": 4,
        "notices": 3,
        "unreadable_secrets": 0,
        "cost_a_day": pytest.approx((7 * 0.000233 + 0.000466) * 1440),
        "balance_sat": 1_234_567,
    }
    assert [(project["name"], project["apps"]) for project in told["projects"]] == [
        ("shop", 4),
        ("Mints & more", 5),
        ("empty", 0),
    ]
    assert told["problems"][0] == "phoenixd app-2 in shop: it is cordoned; GET /getinfo: timed out"
    assert len(told["problems"]) == 4
    assert told["projects"][2]["cost_a_day"] is None
    assert told["apps"][0]["cost_a_day"] == pytest.approx(0.33552)
    assert told["apps"][5]["cost_a_day"] is None


def test_a_secrets_file_that_cannot_be_opened_is_a_problem_and_leaves_the_apps_as_they_are():
    told = report(SEALED)
    assert told["summary"]["unreadable_secrets"] == 1
    assert told["summary"]["problems"] == 0
    assert [(app["severity"], app["secrets_unreadable"]) for app in told["apps"]] == [("ok", False), ("ok", True)]
    assert told["problems"] == [
        "nutshell app-2 in shop: /home/me/secrets/nutshell-app-2.yml cannot be read: None of the vault passwords opens "
        "it (tried: default). Use the password that encrypted it"
    ]


def test_what_is_not_known_is_not_taken_for_nothing():
    node = {**NODE, "balance_sat": None}
    told = report(([app(1, "phoenixd", rate="free")], [health(1, "healthy", "x", node=node)]))
    assert (told["summary"]["cost_a_day"], told["summary"]["balance_sat"]) == (None, None)
    assert report(HEALTHY)["summary"]["balance_sat"] == NODE["balance_sat"]
