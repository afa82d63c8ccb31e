# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.upgrade import plan_upgrade
from ansible_collections.nodana.cloud.tests.support.accounts import (
    NODE,
    NOW,
    TROUBLE,
    app,
    health,
    node,
    node_report,
    report,
)

HUB = app(2, "alby-hub-phoenixd", ("running", "running"))
NODES = (
    [app(1, "phoenixd"), HUB],
    [health(1, "healthy", "it is healthy", node=NODE), health(2, "healthy", "it is healthy")],
)


def test_there_is_a_step_for_each_service_of_one_app_after_the_other():
    plan = plan_upgrade(report(NODES))
    assert [step["label"] for step in plan["steps"]] == [
        "phoenixd app-1: phoenixd",
        "alby-hub-phoenixd app-2: alby-hub-phoenixd",
        "alby-hub-phoenixd app-2: alby-hub-phoenixd",
    ]
    assert plan["steps"][0]["app"]["node"] == NODE
    assert all(step["verify"] for step in plan["steps"])
    assert plan["unverified"] == []


def test_a_preview_claims_nothing_that_only_an_update_tells():
    preview = plan_upgrade(report(NODES), ["app-2"])["preview"]
    assert [(row["before"], row["after"], row["verified"]) for row in preview] == [
        ("0.7.1", "unknown", "unknown"),
        ("0.7.1", "unknown", False),
        ("0.7.1", "unknown", False),
    ]
    assert preview[0]["label"] == "phoenixd app-1: phoenixd"


def test_an_app_that_could_not_be_unlocked_again_cannot_be_verified():
    plan = plan_upgrade(report(NODES), ["app-2"])
    assert [step["verify"] for step in plan["steps"]] == [True, False, False]
    assert plan["unverified"] == [
        "alby-hub-phoenixd app-2: it cannot be unlocked after the update, because its credentials are not known"
    ]


@pytest.mark.parametrize("problem", ["", "No file in secrets. Look there."])
def test_a_node_whose_id_is_not_known_cannot_be_verified(problem):
    unknown = [health(1, "responding", "its password is not known", secrets_problem=problem)]
    (reason,) = plan_upgrade(report(([app(1, "phoenixd")], unknown)))["unverified"]
    assert reason == f"phoenixd app-1: its node id is unknown. {problem}".rstrip(". ")


def test_an_app_that_is_not_healthy_before_cannot_be_verified():
    result = report(TROUBLE)
    unhealthy = [app for app in result["apps"] if app["severity"] != "ok"]
    assert len(plan_upgrade(result)["unverified"]) == len(unhealthy) == 7


def test_an_app_without_services_has_one_step_and_an_unknown_version_unless_the_app_reports_it():
    apps = [app(1, "phoenixd", ()), app(2, "boltzd", ())]
    healths = [
        health(1, "healthy", "it is healthy", node=NODE, version="0.7.1"),
        health(2, "responding", "it responds"),
    ]
    plan = plan_upgrade(report((apps, healths)))
    assert [(step["kind"], step["label"], step["before"]) for step in plan["steps"]] == [
        ("app", "phoenixd app-1", "0.7.1"),
        ("app", "boltzd app-2", "unknown"),
    ]
    assert plan["unverified"] == []


def test_a_node_has_one_step_and_cannot_be_verified_without_its_node_id():
    result = node_report(
        [node(1, "shop"), node(2, "till")],
        [health(1, "healthy", "it is healthy", node=NODE), health(2, "responding", "x", secrets_problem="No file.")],
    )
    plan = plan_upgrade(result)
    assert [(step["kind"], step["label"], step["before"], step["verify"]) for step in plan["steps"]] == [
        ("node", "node shop (node-1)", "0.8.0", True),
        ("node", "node till (node-2)", "0.8.0", False),
    ]
    assert plan["unverified"] == ["node till (node-2): its node id is unknown. No file"]


TWO = (
    [app(1, "phoenixd"), HUB, app(3, "nutshell")],
    [
        health(1, "unhealthy", "timed out"),
        health(2, "unhealthy", "it is locked"),
        health(3, "healthy", "it is healthy"),
    ],
)


def left(number, template, *done, verify=True, node=None, at=NOW, severity="ok", state="healthy", running=True):
    """Return the record that a run left, which updated the app of this number and did not end."""
    app = {"id": f"app-{number}", "template": template, "node": node, "severity": severity}
    app.update(health={"state": state, "detail": "as before"}, running=running)
    return {"at": at, "app": app, "verify": verify, "done": list(done)}


def unverified(number, template, *done, **fields):
    """Return the record of an app that was not healthy before its update."""
    return left(number, template, *done, verify=False, **{"severity": "problem", "state": "unhealthy", **fields})


def test_an_app_whose_update_had_begun_comes_first_and_is_started_and_compared_with_its_record():
    plan = plan_upgrade(report(TWO), unfinished=[left(1, "phoenixd", node=NODE), left(9, "phoenixd")])
    first = plan["steps"][0]
    assert (first["label"], first["resume"], first["verify"]) == ("phoenixd app-1: phoenixd", "started", True)
    assert first["app"]["node"] == NODE
    assert plan["unverified"] == ["alby-hub-phoenixd app-2: it is locked"]
    assert [step["resume"] for step in plan["steps"][1:]] == ["", "", ""]


def test_steps_that_an_earlier_run_has_done_are_skipped():
    apps, healths = TWO
    apps = [apps[0], app(2, "alby-hub-phoenixd", ("running",)), apps[2]]
    healths = [health(1, "healthy", "it is healthy", node=NODE), *healths[1:]]
    done = [left(1, "phoenixd", "phoenixd app-1: phoenixd"), left(3, "nutshell", "nutshell app-3: nutshell")]
    plan = plan_upgrade(report((apps, healths)), unfinished=[*done, left(2, "alby-hub-phoenixd")])
    assert [step["label"] for step in plan["steps"]] == ["alby-hub-phoenixd app-2: alby-hub-phoenixd"]
    assert sorted(plan["skipped"]) == ["nutshell app-3: nutshell", "phoenixd app-1: phoenixd"]
    assert plan["unverified"] == []
    assert sorted(plan["files"]) == [f"upgrade-unfinished-app-{number}.json" for number in (1, 2, 3)]
    assert sorted(plan["earlier"]) == [
        "alby-hub-phoenixd app-2: alby-hub-phoenixd: its update had begun, so it is started and updated first",
        "nutshell app-3: nutshell: updated by an earlier run, not repeated",
        "phoenixd app-1: phoenixd: updated by an earlier run, not repeated",
    ]


def test_an_app_that_was_healthy_before_its_update_and_is_down_after_it_is_started_updated_and_verified_again():
    done = left(1, "phoenixd", "phoenixd app-1: phoenixd", node=NODE)
    hub = left(2, "alby-hub-phoenixd", "alby-hub-phoenixd app-2: alby-hub-phoenixd")
    plan = plan_upgrade(report(TWO), unfinished=[done, hub])
    assert [(step["label"], step["resume"], step["verify"]) for step in plan["steps"]][:2] == [
        ("phoenixd app-1: phoenixd", "started", True),
        ("alby-hub-phoenixd app-2: alby-hub-phoenixd", "started", True),
    ]
    assert len(plan["steps"]) == 3
    assert plan["earlier"][0] == (
        "phoenixd app-1: phoenixd: updated by an earlier run, but it is not healthy now, so it is started and updated "
        "again"
    )


def test_an_updated_app_that_was_and_is_not_healthy_is_named():
    plan = plan_upgrade(report(TWO), unfinished=[unverified(1, "phoenixd", "phoenixd app-1: phoenixd")])
    assert plan["skipped"] == ["phoenixd app-1: phoenixd"]
    assert "phoenixd app-1: timed out" in plan["unverified"]
    assert plan["earlier"] == ["phoenixd app-1: phoenixd: updated by an earlier run, not repeated. Now: timed out"]


def test_an_app_of_an_earlier_run_that_is_not_in_this_one_is_named():
    (said,) = plan_upgrade(report(NODES), unfinished=[left(9, "phoenixd")])["earlier"]
    assert said.startswith("phoenixd app-9: an earlier run began its update and did not end. It is not among ")
    assert said.endswith("or remove upgrade-unfinished-app-9.json if it was deleted")


@pytest.mark.parametrize(("at", "steps"), [("2026-11-22T20:25:49Z", 0), ("2026-11-22T20:25:48Z", 1), ("?", 1)])
def test_a_step_that_was_done_long_ago_is_repeated(at, steps):
    record = left(1, "phoenixd", "phoenixd app-1: phoenixd", node=NODE, at=at)
    healthy = [health(1, "healthy", "it is healthy", node=NODE)]
    assert len(plan_upgrade(report(([app(1, "phoenixd")], healthy)), unfinished=[record])["steps"]) == steps


@pytest.mark.parametrize(
    ("record", "resume"),
    [
        (unverified(1, "phoenixd"), "started"),
        (unverified(1, "phoenixd", severity="ok", state="responding"), "started"),
        (unverified(1, "phoenixd", running=None), ""),
        (unverified(1, "phoenixd", running=False), ""),
        (unverified(1, "phoenixd", severity="notice", state="stopped", running=False), ""),
    ],
)
def test_an_app_that_could_not_be_verified_before_is_started_if_it_ran(record, resume):
    plan = plan_upgrade(report(TWO), unfinished=[record])
    step = plan["steps"][0]
    assert (step["resume"], step["verify"]) == (resume, False)
    assert "phoenixd app-1: timed out" in plan["unverified"]
    again = plan_upgrade(report(TWO), unfinished=[{**record, "app": step["app"]}])
    assert again["steps"][0]["resume"] == resume, "the next record has lost the state before the first update"


@pytest.mark.parametrize(("status", "resume"), [("running", "started"), ("stopped", ""), ("a new word", "")])
def test_a_node_that_could_not_be_verified_before_is_started_if_it_ran(status, resume):
    before = {**node(1, "shop", status=status), "severity": "problem", "health": {"state": "unhealthy"}}
    record = {"at": NOW, "app": {**before, "node": None}, "verify": False, "done": []}
    result = node_report([node(1, "shop", status="stopped")], [health(1, "stopped", "it is stopped")])
    (step,) = plan_upgrade(result, unfinished=[record])["steps"]
    assert (step["resume"], step["verify"]) == (resume, False)


@pytest.mark.parametrize(
    ("state", "status", "resume"),
    [
        ("unhealthy", "available", "restarted"),
        ("healthy", "available", "started"),
        ("unhealthy", "updating", "started"),
    ],
)
def test_an_app_without_services_that_seems_down_is_restarted_because_its_status_does_not_tell(state, status, resume):
    account = [app(1, "phoenixd", (), running=None, status=status)], [health(1, state, "timed out")]
    plan = plan_upgrade(report(account), unfinished=[left(1, "phoenixd", node=NODE)])
    assert [step["resume"] for step in plan["steps"]] == [resume]


def test_the_name_of_a_record_is_a_file_name_for_any_id():
    result = report(([app(1, "phoenixd", id="../x")], []))
    assert plan_upgrade(result)["files"] == ["upgrade-unfinished-%2E.%2Fx.json"]


def test_the_downtime_is_the_sum_of_all_waits():
    assert plan_upgrade(report(NODES), wait_timeout=300)["downtime"] == [
        "phoenixd app-1: at most 10 minutes",
        "alby-hub-phoenixd app-2: at most 30 minutes",
        "all, one after the other: at most 40 minutes",
    ]
    begun = plan_upgrade(report(NODES), ["app-2"], [left(1, "phoenixd", node=NODE)], 5)
    assert begun["downtime"][:2] == [
        "phoenixd app-1: at most 15 seconds",
        "alby-hub-phoenixd app-2: at most 10 seconds",
    ]
    result = node_report([node(1, "shop")], [health(1, "healthy", "it is healthy", node=NODE)])
    assert plan_upgrade(result)["downtime"] == ["node shop (node-1): at most 55 minutes"]


def test_an_update_that_needs_a_manual_step_has_a_warning():
    apps = [app(1, "cdk-mintd"), app(2, "cdk-mintd", ()), app(3, "cdk-mintd", ()), app(4, "nutshell")]
    healths = [
        health(1, "healthy", "it is healthy"),
        health(2, "healthy", "it is healthy", version="cdk-mintd/0.18.0"),
        health(3, "healthy", "it is healthy"),
        health(4, "healthy", "it is healthy"),
    ]
    first, third = plan_upgrade(report((apps, healths)))["warnings"]
    assert first.startswith("The update of cdk-mintd app-1: cdk-mintd may cross version 0.18")
    assert third.startswith("The update of cdk-mintd app-3 may cross version 0.18")
    assert "Its version is not known" in third
