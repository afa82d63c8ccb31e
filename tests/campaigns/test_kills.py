# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Test runs that are killed while they create an app or a node. The next run completes the work and reports it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible_collections.nodana.cloud.tests.campaigns.conftest import FIGURE
from ansible_collections.nodana.cloud.tests.campaigns.kills import (
    FAULTS,
    ON_ITS_WAY,
    SIGNALS,
    TARGETS,
    TRIGGERS,
    UNDER_WAY,
    Kill,
    Watch,
    carry_out,
    planned,
)
from ansible_collections.nodana.cloud.tests.campaigns.station import (
    NODE_MODULE,
    Station,
    generation_of,
    like_app,
    message_of,
)

Record = dict[str, Any]
Note = Callable[[str, object], None]

COMMON = {"project": "shop", "secrets_dir": "secrets", "request_interval": 0.06}
APP_TASK = {"nodana.cloud.nodana_app": {**COMMON, "create_project": True, "template": "phoenixd"}}
STACK_TASK = {"nodana.cloud.nodana_stack": {**COMMON, "apps": [{"template": "phoenixd"}]}}
NODE_TASK = {NODE_MODULE: {"name": "shop", "secrets_dir": "secrets", "request_interval": COMMON["request_interval"]}}
CREATION = "^/(apps|nodes)$"
SHORT, LONG = 16, 220
NODES_FROM, NODES_SHORT = 20, 30
"""The kills of tasks for nodes begin with other targets and signals than those of tasks for apps."""
TRIES = 3
LAG = 0.3
"""The delay, in seconds, with which lists and reads show a new app in every third killed run: 5 request intervals."""


def cases() -> Iterator[Any]:
    """Return the kills with the tasks that they hit. Cases of the full size have a mark."""
    plans = planned(LONG)
    for plan in plans:
        task = (APP_TASK, STACK_TASK)[plan.number // len(TRIGGERS) % 2]
        yield pytest.param(task, plan, id=str(plan), marks=[pytest.mark.long] if plan.number >= SHORT else [])
    for plan in plans[NODES_FROM : NODES_FROM + len(TRIGGERS) * len(TARGETS) * len(SIGNALS)]:
        is_usual = plan.number < NODES_SHORT and plan.trigger not in ("start", "any time")
        yield pytest.param(NODE_TASK, plan, id=f"node-{plan}", marks=[] if is_usual else [pytest.mark.long])


@pytest.mark.parametrize(("task", "plan"), list(cases()))
def test_a_killed_run_loses_and_doubles_nothing(
    station: Station, task: Record, plan: Kill, record_property: Note
) -> None:
    hit = None
    lag = LAG if plan.number % 3 == 1 else 0.0
    for _try in range(TRIES):
        station.simulator.settings(
            create_envelope=("data", "bare")[plan.number % 2],
            list_lag=lag,
            read_lag=lag,
            generation=generation_of(task),
        )
        fault = FAULTS.get(plan.trigger)
        if fault:
            station.simulator.fault(fault, method="POST", path=CREATION, seconds=UNDER_WAY)
        hit = carry_out(plan, station, station.start(task))
        if hit:
            break
        begin_anew(station)
    if hit is None:
        assert plan.trigger != "answer", "no receipt kept the response until the secrets were stored"
        record_property(FIGURE, "kills that came too late, every time")
        return
    record_property(FIGURE, f"kills, in phase {hit.phase}")
    record_property(FIGURE, f"kills, of {next(iter(task)).rpartition('.')[2]}")
    record_property(FIGURE, f"signals, {plan.signal.name} to {plan.target}")
    if lag:
        record_property(FIGURE, "lists that lag, some intervals behind a killed run")
    station.check_files()
    judge(station, task, hit.at, UNDER_WAY, record_property)


@pytest.mark.parametrize("number", [0, *(pytest.param(number, marks=pytest.mark.long) for number in range(1, 4))])
@pytest.mark.parametrize(
    ("task", "fault", "call"),
    [
        (APP_TASK, "slow_after", "^/apps$"),
        (APP_TASK, None, "the wait"),
        (NODE_TASK, "slow_after", "^/nodes$"),
        pytest.param(APP_TASK, "slow", "^/apps$", marks=pytest.mark.long),
        pytest.param(APP_TASK, "slow", "^/projects$", marks=pytest.mark.long),
        pytest.param(NODE_TASK, None, "the wait", marks=pytest.mark.long),
        pytest.param(NODE_TASK, "slow", "^/nodes$", marks=pytest.mark.long),
    ],
)
def test_a_task_that_times_out_loses_and_doubles_nothing(
    station: Station, task: Record, fault: str | None, call: str, number: int, record_property: Note
) -> None:
    station.simulator.settings(startup_delay=3, generation=generation_of(task))
    under_way = 1.5 + number
    if fault:
        station.simulator.fault(fault, method="POST", path=call, seconds=under_way)
    run = station.start({**task, "timeout": 1 + number % 2})
    assert run.wait() != 0
    ended = time.monotonic()  # now the module runs alone, or was killed with the process of the task
    record_property(FIGURE, f"kills, task timeout {'during' if fault is None else fault} {call}")
    station.check_files()
    judge(station, task, ended, under_way, record_property)


def judge(station: Station, task: Record, killed_at: float, under_way: float, note: Note) -> None:
    """Run the task once more, directly, and check the state.

    ``under_way`` is the number of seconds by which the service delayed the creation.
    """
    station.simulator.clear_faults()
    orphans = bool(station.processes())
    second = run_again(station, task)
    station.wait_for_all()
    station.check_files()
    if orphans and "secrets_file" not in second and not second.get("failed"):
        second = run_again(station, task)  # the processes of the killed run were still storing the secrets
    (app,) = station.apps()  # one: created twice 0
    if second.get("failed"):
        judge_lost(station, app, second, killed_at, under_way, note)
    else:
        assert second["app"]["id"] == app["id"]
        assert second["secrets_file"].endswith(f"phoenixd-{app['id']}.yml")
        assert station.has_file_of(app)
        note(
            FIGURE,
            f"results, {'the next run created it' if second['created'] else 'the next run found it and its file'}",
        )
    assert_finished(station, task, app, second)


def run_again(station: Station, task: Record) -> Record:
    """Return the result of the task, like the result of an app."""
    return like_app(station.result(task))


def judge_lost(station: Station, app: Record, second: Record, killed_at: float, under_way: float, note: Note) -> None:
    """Check that an app is reported as lost only if its response had not arrived when the run was killed."""
    assert "its secrets are lost" in second["msg"], message_of(second)
    assert app["id"] in second["msg"]
    assert not station.has_receipt_of(app)
    (creation,) = Watch(station).creations()
    delayed = under_way if creation["outcome"] in FAULTS.values() else 0.0
    late = killed_at - (creation["at"] + delayed)
    assert late < ON_ITS_WAY, f"the response was sent {late:.3f} s before the kill"
    note(FIGURE, f"results, reported as lost, the response {'not sent yet' if late < 0 else 'on its way'}")


def assert_finished(station: Station, task: Record, app: Record, second: Record) -> None:
    """Check that a lost app can be deleted, and that no unfinished file is left."""
    if second.get("failed"):
        delete(station, task, app["id"])
        third = run_again(station, task)
        assert third["created"], message_of(third)
        (app,) = station.apps()
        assert station.has_file_of(app)
    station.check_files()
    station.check_tidy()


def delete(station: Station, task: Record, app_id: str) -> None:
    """Delete what the task created, and check that it was deleted."""
    module = NODE_MODULE if NODE_MODULE in task else "nodana.cloud.nodana_app"
    options = {"id": app_id, "state": "absent", "request_interval": COMMON["request_interval"]}
    gone = station.result({module: options})
    assert gone["changed"], message_of(gone)


def begin_anew(station: Station) -> None:
    """Remove the files of a run that no kill hit."""
    station.wait_for_all()
    for path in station.files():
        path.unlink()
    station.simulator.reset()
    station.simulator.settings(rate_interval=0.05, startup_delay=0.5, transition_delay=0.1)
