# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Test lists that never show a new app or node during a run: what this machine created still counts as existing."""

from __future__ import annotations

import signal
from typing import Any

import pytest
from ansible_collections.nodana.cloud.tests.campaigns.conftest import FIGURE
from ansible_collections.nodana.cloud.tests.campaigns.kills import Kill, carry_out
from ansible_collections.nodana.cloud.tests.campaigns.station import (
    Station,
    everything,
    generation_of,
    like_app,
    message_of,
)
from ansible_collections.nodana.cloud.tests.campaigns.test_kills import (
    APP_TASK,
    COMMON,
    NODE_TASK,
    STACK_TASK,
    TRIES,
    begin_anew,
    delete,
    run_again,
)
from ansible_collections.nodana.cloud.tests.campaigns.test_together import assert_one_made, results_of, writing

Record = dict[str, Any]

LAG = 3600.0
"""Seconds for which lists do not show a new object. No run of these tests takes as long."""
NO_PROJECT_TASK = {
    "nodana.cloud.nodana_app": {
        **{name: value for name, value in COMMON.items() if name != "project"},
        "template": "phoenixd",
    }
}
TASKS = {"app": APP_TASK, "node": NODE_TASK, "stack": STACK_TASK, "app without a project": NO_PROJECT_TASK}

every_task = pytest.mark.parametrize(
    "task",
    [
        pytest.param(task, id=name, marks=[] if name in ("app", "node") else [pytest.mark.long])
        for name, task in TASKS.items()
    ],
)


@pytest.fixture
def station(station: Station) -> Station:
    station.simulator.settings(list_lag=LAG)
    return station


@pytest.mark.parametrize("runs", [2, pytest.param(5, marks=pytest.mark.long)])
@pytest.mark.parametrize("task", [APP_TASK, NODE_TASK], ids=["app", "node"])
def test_runs_at_once_make_one_app(station: Station, task: Record, runs: int, record_property: Any) -> None:
    station.simulator.settings(generation=generation_of(task))
    started = [station.start(writing(station, task, f"run-{number}"), hosts=1) for number in range(runs)]
    assert [run.wait() for run in started] == [0] * runs, station.output
    results = results_of(station, "run")
    assert len(results) == runs
    assert_one_made(station, results)
    assert len(everything(station.simulator)) == 1
    station.check_tidy()
    record_property(FIGURE, "lists that lag, runs at once")


@every_task
def test_runs_that_do_not_wait_make_one_app(station: Station, task: Record, record_property: Any) -> None:
    station.simulator.settings(generation=generation_of(task))
    (action, options), *_rest = task.items()
    first, second = (run_again(station, {action: {**options, "wait": False}}) for _run in range(2))
    (app,) = everything(station.simulator)
    assert first["created"]
    assert not second.get("failed"), message_of(second)
    assert not second["changed"]
    assert {first["app"]["id"], second["app"]["id"]} == {app["id"]}
    assert station.has_file_of(app)
    station.check_files()
    station.check_tidy()
    record_property(FIGURE, "lists that lag, runs that do not wait")


@every_task
def test_an_app_that_cannot_be_read_either_is_not_created_again(
    station: Station, task: Record, record_property: Any
) -> None:
    station.simulator.settings(generation=generation_of(task), read_lag=LAG)
    (action, options), *_rest = task.items()
    first, second = station.results(*[{action: {**options, "wait": False}}] * 2)
    (app,) = everything(station.simulator)
    assert like_app(first)["created"]
    assert second["failed"]
    missing = app.get("projectId", app["id"])  # the project of an app lags, too
    assert missing in second["msg"]
    assert "this machine created it at" in second["msg"]
    assert station.has_file_of(app)
    station.simulator.settings(read_lag=0)
    third = run_again(station, task)
    assert not third["changed"], message_of(third)
    assert third["app"]["id"] == app["id"]
    station.check_files()
    station.check_tidy()
    record_property(FIGURE, "lists that lag, and reads")


@every_task
def test_an_app_whose_answer_a_killed_run_kept_is_found(station: Station, task: Record, record_property: Any) -> None:
    plan = Kill(0, "answer", "everything", signal.SIGKILL, 0.0)
    phase = ""
    for _try in range(TRIES):
        station.simulator.settings(list_lag=LAG, generation=generation_of(task))
        hit = carry_out(plan, station, station.start(task))
        phase = hit.phase if hit else "none"
        assert station.receipts() or station.files(), f"the response is lost after a kill in phase {phase}"
        if station.receipts() and not station.files():
            break
        begin_anew(station)
    else:
        assert phase != "none", "no receipt kept the response until the secrets were stored"
        record_property(FIGURE, f"lists that lag, kills that came too late every time, {phase}")
        return
    (made,) = everything(station.simulator)
    assert station.has_receipt_of(made)
    second = run_again(station, task)
    assert not second.get("failed"), message_of(second)
    assert not second["created"]
    assert second["app"]["id"] == made["id"]
    third = run_again(station, task)
    assert not third["changed"]
    (app,) = everything(station.simulator)
    assert station.has_file_of(app)
    station.check_files()
    station.check_tidy()
    record_property(FIGURE, f"lists that lag, kills in phase {phase}")


@every_task
def test_an_app_is_created_anew_after_it_was_deleted(station: Station, task: Record, record_property: Any) -> None:
    station.simulator.settings(generation=generation_of(task))
    first = run_again(station, task)
    delete(station, task, first["app"]["id"])
    second = run_again(station, task)
    assert second["created"], message_of(second)
    (app,) = station.apps()
    assert app["id"] == second["app"]["id"] != first["app"]["id"]
    assert len(everything(station.simulator)) == 2
    assert station.has_file_of(app)
    station.check_files()
    station.check_tidy()
    record_property(FIGURE, "lists that lag, create, delete, create")
