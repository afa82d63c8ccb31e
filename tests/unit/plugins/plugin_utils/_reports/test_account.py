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
    node,
    node_report,
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


REFUSED = health(1, "unhealthy", "GET /getinfo: the connection was refused")
STOPPED = health(1, "stopped", "it is stopped")


@pytest.mark.parametrize(
    ("fields", "seen", "expected"),
    [
        ({"running": None}, health(1, "healthy", "it is healthy"), ("ok", "healthy", [])),
        (
            {"running": None},
            REFUSED,
            ("problem", "unhealthy", [REFUSED["detail"], "the API does not tell whether it runs"]),
        ),
        ({"running": True, "status": "running"}, REFUSED, ("problem", "unhealthy", [REFUSED["detail"]])),
        ({"running": False, "status": "stopped"}, STOPPED, ("notice", "stopped", ["it is stopped, but billed"])),
        (
            {"running": None, "status": "cordoned"},
            REFUSED,
            ("problem", "cordoned", ["it is cordoned", REFUSED["detail"]]),
        ),
    ],
)
def test_an_app_without_services_is_assessed_by_its_status_and_its_health(fields, seen, expected):
    assert judged([app(1, "phoenixd", (), **fields)], [seen]) == [expected]


@pytest.mark.parametrize(
    ("fields", "version", "expected"),
    [({}, "0.7.1", "0.7.1"), ({}, None, "unknown"), ({"version": "0.7.2"}, "0.7.1", "0.7.2")],
)
def test_the_version_of_an_app_without_services_is_known_only_from_the_api_or_the_app(fields, version, expected):
    (row,) = report(([app(1, "phoenixd", (), **fields)], [health(1, "healthy", "x", version=version)]))["apps"]
    assert row["versions"] == [expected]
    assert row["version"] == (None if expected == "unknown" else expected)


@pytest.mark.parametrize(
    ("fields", "seen", "expected"),
    [
        ({}, health(1, "healthy", "it is healthy", node=NODE), ("ok", "healthy", [])),
        ({"status": "a new word"}, health(1, "responding", "x"), ("ok", "responding", [])),
        ({"status": "a new word"}, REFUSED, ("problem", "unhealthy", [REFUSED["detail"]])),
        ({"status": "stopped"}, STOPPED, ("notice", "stopped", ["it is stopped"])),
        ({"status": "provisioning", "url": ""}, REFUSED, ("notice", "provisioning", ["it is provisioning"])),
        ({"update_status": "updating"}, REFUSED, ("notice", "updating", ["it is running, update updating"])),
        ({"failure_message": "no disk"}, REFUSED, ("problem", "failed", ["no disk", REFUSED["detail"]])),
        ({"status": "failed"}, health(1, "responding", "x"), ("problem", "failed", ["its status is failed"])),
    ],
)
def test_a_node_is_assessed_by_its_failure_its_status_and_its_health(fields, seen, expected):
    (row,) = node_report([node(1, "shop", **fields)], [seen])["nodes"]
    assert (row["severity"], row["state"], row["remarks"]) == expected


def test_nodes_are_counted_and_named_and_bring_no_costs():
    nodes = [node(1, "shop"), node(2, "till", failure_message="no disk"), node(3, None, version=None)]
    healthy = health(1, "healthy", "x", node=NODE, version="0.8.0-a")
    told = node_report(nodes, [healthy, healthy, health(1, "unhealthy", "y", secrets_problem="No file")])
    assert (told["source"], told["apps"], told["summary"]["apps"], told["summary"]["nodes"]) == ("nodes", [], 0, 3)
    assert told["problems"] == ["node till (node-2): no disk", "node node-3: y"]
    assert (told["summary"]["problems"], told["summary"]["cost_a_day"]) == (2, None)
    assert told["summary"]["balance_sat"] == 2 * NODE["balance_sat"]
    assert [(row["name"], row["version"], row["node"]) for row in told["nodes"]] == [
        ("shop", "0.8.0", NODE),
        ("till", "0.8.0", NODE),
        (None, None, None),
    ]
