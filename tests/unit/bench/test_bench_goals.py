# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The goals that the bench reports as met or missed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.nodana.cloud.tests.bench import deploy, distance, growth, page, startup
from ansible_collections.nodana.cloud.tests.bench.__main__ import main
from ansible_collections.nodana.cloud.tests.bench.deploy import AGAIN, APP, FIRST, STACK, URI
from ansible_collections.nodana.cloud.tests.bench.report import Goal
from ansible_collections.nodana.cloud.tests.unit.bench.figures import played


def missed(goals: list[Goal]) -> list[str]:
    """Return the descriptions of the missed goals."""
    return [goal.about for goal in goals if not goal.met]


def test_a_goal_is_met_on_its_limit_and_missed_beyond() -> None:
    assert Goal("slow", 2.0, 2.0).met
    assert not Goal("slow", 2.01, 2.0).met
    assert Goal("fast", 3.0, 3, at_least=True).met
    assert Goal("fast", 2.99, 3, " times", at_least=True).cells() == (
        "fast",
        "at least 3 times",
        "2.99 times",
        "missed",
    )


def test_the_lower_bound_is_a_request_a_second_and_one_start_up() -> None:
    assert deploy.lower_bound(1, FIRST) == 12  # three requests, two seconds between them; ten until it is ready
    assert deploy.lower_bound(20, FIRST) == 31
    assert deploy.lower_bound(20, AGAIN) == 1


def test_every_way_gets_the_same_apps() -> None:
    for apps in deploy.SIZES:
        counted = {one["template"]: one["count"] for one in deploy.desired_apps(STACK, apps)}
        listed = [one["template"] for one in deploy.desired_apps(URI, apps)]
        assert sum(counted.values()) == apps
        assert counted == {name: listed.count(name) for name in listed}


def rows(**slower: float) -> list[deploy.Deployment]:
    """Return rows that meet all goals. Some ways can be slower by these seconds, and ``rude`` adds violations."""
    seconds = {STACK: 0.0, APP: 40.0, URI: 90.0}
    return [
        deploy.Deployment(
            apps,
            what,
            way,
            played(
                deploy.lower_bound(apps, what) + 1 + more + slower.get(way, 0.0), violations=int(slower.get("rude", 0))
            ),
        )
        for apps in deploy.SIZES
        for what in (FIRST, AGAIN)
        for way, more in seconds.items()
    ]


def test_the_stack_must_be_near_the_lower_bound_faster_than_the_others_and_polite() -> None:
    assert missed(deploy.goals(rows())) == []
    assert len([about for about in missed(deploy.goals(rows(nodana_stack=6.0))) if "lower bound" in about]) == 6
    assert any(f"as fast as {APP}" in about for about in missed(deploy.goals(rows(nodana_app=-20.0))))
    assert any(f"as fast as {URI}" in about for about in missed(deploy.goals(rows(uri=-30.0))))
    assert len(missed(deploy.goals(rows(rude=1)))) == 2


def grown(busy: Callable[[int], float]) -> list[growth.Growth]:
    """Return rows whose CPU time grows like this function of the number of apps."""
    return [
        growth.Growth(apps, what, played(deploy.lower_bound(apps, what) + 1, busy(apps)))
        for what in (FIRST, AGAIN)
        for apps in growth.SIZES
    ]


@pytest.mark.parametrize("slope", [0.0, 0.01], ids=["constant", "rising"])
def test_a_straight_line_is_no_worse_than_linear(slope: float) -> None:
    assert missed(growth.goals(grown(lambda apps: 1.5 + slope * apps))) == []


def test_a_line_that_bends_upwards_is_worse_than_linear() -> None:
    bent = missed(growth.goals(grown(lambda apps: 1.5 + 0.002 * apps + 0.00005 * apps**2)))
    assert len(bent) == 2
    assert all("CPU" in about for about in bent)


def test_what_time_that_ran_faster_took_above_its_lower_bound_counts_in_full() -> None:
    row = growth.Growth(200, FIRST, played(seconds=211 / 20 + 3), faster=20)
    assert row.figures["time"] == pytest.approx(211 + 3)


def far(round_trip: float = 0.15, slower: float = 0.0, violations: int = 0, start: float = 0.4) -> distance.Far:
    """Return the row of a path that meets all goals, or that is slower by these seconds per request."""
    period = 1.009 + 0.2 * round_trip + slower
    kinds = {distance.REQUEST: period, distance.TASK: period, distance.CREATION: period}
    return distance.Far(
        "path", round_trip, kinds, violations, deploy.lower_bound(distance.APPS, FIRST) + 2 + 20 * slower, start
    )


def test_at_a_distance_a_request_may_take_a_fifth_of_the_round_trip_more() -> None:
    quiet = [far(), far(), far(violations=1)]
    assert missed(distance.goals([far(), far(0.0)], quiet)) == []
    slow = missed(distance.goals([far(slower=0.1)], quiet))
    assert [about.split(":")[0] for about in slow] == [
        "path, a request of one process",
        "path, a task with one request",
        "path, a creation",
    ]
    # A task starts, and sends over three round trips.
    assert len(missed(distance.goals([far(slower=0.1, start=0.8)], quiet))) == 2
    assert len(missed(distance.goals([far(slower=0.5)], quiet))) == 4


def test_at_a_distance_one_violation_is_allowed_when_the_path_changes_and_no_other() -> None:
    assert missed(distance.goals([far(violations=1)], [far(), far(), far()])) == ["path: violations"]
    assert missed(distance.goals([far()], [far(violations=1), far(), far()])) == ["path: violations"]
    assert missed(distance.goals([far()], [far(), far(violations=2), far()])) == ["path: violations"]


def test_a_part_that_cannot_be_measured_is_named_and_keeps_its_figures(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(distance, "reason_against", lambda: "needs root")
    monkeypatch.setattr(page, "record", lambda *_arguments: pytest.fail("there is nothing to record"))
    assert main(["distance"]) == 0
    assert "skipped: needs root" in capsys.readouterr().out


def test_a_task_may_take_a_fifth_more_than_one_of_uri() -> None:
    assert missed(startup.goals({"fine": (0.3, 0.36), "heavy": (0.3, 0.361)})) == [
        "heavy: CPU of a task, compared with ansible.builtin.uri"
    ]


def test_of_several_pairs_that_with_the_median_ratio_counts() -> None:
    assert startup.middle([(1.0, 9.0), (2.0, 2.4), (3.0, 3.0)]) == (2.0, 2.4)
