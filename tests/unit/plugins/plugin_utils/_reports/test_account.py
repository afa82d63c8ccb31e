# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.account import account_report
from ansible_collections.nodana.cloud.tests.support.accounts import (
    HEALTHY,
    NODE,
    NOW,
    PROJECTS,
    SEALED,
    TROUBLE,
    app,
    health,
    node,
    node_report,
    report,
)

CORDONED = [
    "it is cordoned, which probably means that Nodana stopped it because the balance of the account is below zero",
    "NODANA DELETES SUCH APPS AFTER 48 HOURS, WITH THE MONEY IN THEM: add credit at Nodana, then start it",
]
TIME_UNKNOWN = "the API does not tell when it was stopped, so the time left is not known"


def judged(*account):
    apps = sorted(report(account or TROUBLE)["apps"], key=lambda app: app["id"])
    return [(app["severity"], app["state"], app["remarks"]) for app in apps]


def test_each_trouble_has_its_word_and_its_reason():
    assert judged() == [
        ("ok", "healthy", []),
        ("critical", "cordoned", [*CORDONED, TIME_UNKNOWN, "GET /getinfo: timed out"]),
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
    result = report(TROUBLE)
    assert result["summary"] == {
        "projects": 3,
        "apps": 9,
        "nodes": 0,
        "problems": 4,
        "critical": 1,
        "notices": 3,
        "unreadable_secrets": 0,
        "cost_a_day": pytest.approx((7 * 0.000233 + 0.000466) * 1440),
        "cost_a_month": pytest.approx((7 * 0.000233 + 0.000466) * 43200),
        "apps_without_rate": 1,
        "cost_basis": "The costs are in dollars if the rate of the API, which has no documented unit, is in dollars "
        "per minute. A month has 30 days. Stopped apps are billed, too. The costs do not include 1 of 9 apps, for "
        "which the API reports no rate.",
        "balance_sat": 1_234_567,
    }
    assert [(project["name"], project["apps"]) for project in result["projects"]] == [
        ("shop", 4),
        ("Mints & more", 5),
        ("empty", 0),
    ]
    assert result["problems"][0].startswith("phoenixd app-2 in shop: it is cordoned, ")
    assert len(result["problems"]) == 4
    assert result["projects"][2]["cost_a_day"] is None
    assert [project["apps_without_rate"] for project in result["projects"]] == [0, 1, 0]
    costs = {app["id"]: (app["cost_a_day"], app["cost_a_month"]) for app in result["apps"]}
    assert costs["app-1"] == (pytest.approx(0.33552), pytest.approx(10.0656))
    assert costs["app-6"] == (None, None)
    assert result["projects"][0]["cost_a_month"] == pytest.approx((3 * 0.000233 + 0.000466) * 43200)


def test_a_secrets_file_that_cannot_be_opened_is_a_problem_and_leaves_the_apps_as_they_are():
    result = report(SEALED)
    assert result["summary"]["unreadable_secrets"] == 1
    assert result["summary"]["problems"] == 0
    assert [(app["severity"], app["secrets_unreadable"]) for app in result["apps"]] == [("ok", False), ("ok", True)]
    assert result["problems"] == [
        "nutshell app-2 in shop: /home/me/secrets/nutshell-app-2.yml cannot be read: None of the vault passwords opens "
        "it (tried: default). Use the password that encrypted it"
    ]


def test_what_is_not_known_is_not_taken_for_nothing():
    node = {**NODE, "balance_sat": None}
    result = report(([app(1, "phoenixd", rate="free")], [health(1, "healthy", "x", node=node)]))
    assert (result["summary"]["cost_a_day"], result["summary"]["balance_sat"]) == (None, None)
    assert result["summary"]["apps_without_rate"] == 1
    assert report(HEALTHY)["summary"]["balance_sat"] == NODE["balance_sat"]


def test_the_costs_say_that_nodes_are_not_included():
    said = "The costs do not include the nodes, for which the API reports no rate."
    mixed = account_report(PROJECTS, *HEALTHY, NOW, [node(1, "shop")], "all")
    assert mixed["summary"]["cost_basis"].endswith(said)
    assert said not in report(HEALTHY)["summary"]["cost_basis"]


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
        (
            {"running": None, "status": "cordoned"},
            REFUSED,
            ("critical", "cordoned", [*CORDONED, TIME_UNKNOWN, REFUSED["detail"]]),
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
        (
            {"status": "Cordoned"},
            REFUSED,
            ("critical", "cordoned", [*CORDONED, TIME_UNKNOWN, REFUSED["detail"]]),
        ),
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
    result = node_report(nodes, [healthy, healthy, health(1, "unhealthy", "y", secrets_problem="No file")])
    assert (result["source"], result["apps"], result["summary"]["apps"], result["summary"]["nodes"]) == (
        "nodes",
        [],
        0,
        3,
    )
    assert result["problems"] == ["node till (node-2): no disk", "node node-3: y"]
    assert [row["id"] for row in result["nodes"]] == ["node-2", "node-3", "node-1"]
    assert (result["summary"]["problems"], result["summary"]["cost_a_day"]) == (2, None)
    assert result["summary"]["balance_sat"] == 2 * NODE["balance_sat"]
    assert [(row["name"], row["version"], row["node"]) for row in result["nodes"]] == [
        ("till", "0.8.0", NODE),
        (None, None, None),
        ("shop", "0.8.0", NODE),
    ]


@pytest.mark.parametrize(
    ("updated_at", "hours_left", "said"),
    [
        (
            "2026-11-23T10:25:48.509Z",
            38.0,
            "its record last changed at 2026-11-23 10:25 UTC; if it was stopped then, it is deleted from 2026-11-25 "
            "10:25 UTC on: 38 hours are left",
        ),
        (
            "2026-11-20T12:00:00+02:00",
            -34.4,
            "its record last changed at 2026-11-20 10:00 UTC; if it was stopped then, it is deleted from 2026-11-22 "
            "10:00 UTC on: that time has passed",
        ),
        (None, None, TIME_UNKNOWN),
        ("yesterday", None, TIME_UNKNOWN),
        (1764000000, None, TIME_UNKNOWN),
    ],
)
def test_the_time_left_is_said_with_its_basis_or_is_unknown(updated_at, hours_left, said):
    cordoned = app(1, "phoenixd", status="cordoned", updated_at=updated_at)
    (row,) = report(([cordoned], [health(1, "stopped", "it is stopped")]))["apps"]
    assert row["remarks"] == [*CORDONED, said]
    assert row["deletion"]["hours_left"] == hours_left
    assert (row["deletion"]["since"] is None) == (row["deletion"]["earliest"] is None) == (hours_left is None)


def test_stopped_apps_may_have_been_stopped_by_nodana_only_if_no_app_of_the_account_runs():
    apps = [app(1, "phoenixd", ("stopped",)), app(2, "nutshell", status="cordoned"), app(3, "nutshell", ("stopped",))]
    stopped = [health(number, "stopped", "it is stopped") for number in (1, 2, 3)]
    result = report((apps, stopped))
    assert [row["severity"] for row in result["apps"]] == ["critical"] * 3
    assert result["apps"][0]["remarks"] == [
        "it is stopped, and no app of the account runs: unless you stopped it, Nodana did, because the balance of the "
        "account is below zero",
        CORDONED[1],
        TIME_UNKNOWN,
    ]
    assert result["summary"]["critical"] == result["summary"]["problems"] == 3
    running = report((apps, [*stopped[:2], health(3, "healthy", "it is healthy")]))
    severities = {row["id"]: row["severity"] for row in running["apps"]}
    assert severities == {"app-2": "critical", "app-1": "notice", "app-3": "problem"}


@pytest.mark.parametrize("status", ["stopped", "cordoned", "Cordoned"])
def test_an_app_without_services_that_nodana_may_have_stopped_is_critical_if_its_status_tells(status):
    running = False if status == "stopped" else None
    apps = [app(1, "phoenixd", (), status=status, running=running)]
    (row,) = report((apps, [health(1, "stopped" if status == "stopped" else "unhealthy", "timed out")]))["apps"]
    assert (row["severity"], row["deletion"]["hours_left"]) == ("critical", None)
    silent = [app(1, "phoenixd", (), status="available", running=None)]
    (row,) = report((silent, [health(1, "unhealthy", "timed out")]))["apps"]
    assert (row["severity"], row["remarks"]) == ("problem", ["timed out", "the API does not tell whether it runs"])


def test_stopped_nodes_are_critical_only_if_nothing_of_the_account_runs():
    nodes = [node(1, "shop", status="stopped"), node(2, "till", status="offline")]
    stopped = [{**health(1, "stopped", "it is stopped"), "app_id": f"node-{number}"} for number in (1, 2)]

    def severities(apps=(), healths=stopped, projects=(), **fields):
        result = account_report(list(projects), list(apps), list(healths), NOW, nodes, "all", **fields)
        return [row["severity"] for row in result["nodes"]]

    assert severities(all_nodes=True) == ["critical", "critical"]
    assert severities() == ["notice", "notice"]
    up = [stopped[0], {**health(2, "healthy", "it is healthy"), "app_id": "node-2"}]
    assert sorted(severities(healths=up, all_nodes=True)) == ["notice", "ok"]
    running = [*stopped, health(1, "healthy", "it is healthy")]
    assert severities([app(1, "phoenixd")], running, PROJECTS, all_nodes=True) == ["notice", "notice"]


def test_a_report_of_nodes_alone_does_not_claim_that_no_app_runs():
    stopped = {**health(1, "stopped", "it is stopped"), "app_id": "node-1"}
    result = account_report([], [], [stopped], NOW, [node(1, "shop", status="stopped")], "nodes", all_nodes=True)
    assert result["nodes"][0]["severity"] == "critical"
    assert result["nodes"][0]["remarks"][0].startswith("it is stopped, and no node of the account runs: unless you")


def test_a_part_of_the_account_does_not_tell_whether_no_app_runs():
    part = account_report([], [app(1, "phoenixd", ("stopped",))], [health(1, "stopped", "it is stopped")], NOW)
    assert part["apps"][0]["remarks"] == ["it is stopped, but billed"]


def test_the_most_severe_problems_come_first_everywhere():
    result = report(TROUBLE)
    assert [row["id"] for row in result["apps"]] == [f"app-{number}" for number in (2, 3, 8, 9, 4, 5, 7, 1, 6)]
    assert ["app-2" in result["problems"][0], len(result["problems"])] == [True, 4]
    both = account_report([], [app(1, "phoenixd", ("running", "stopped"))], [], NOW, [node(1, "x", status="cordoned")])
    assert both["problems"][0].startswith("node x (node-1): it is cordoned")
