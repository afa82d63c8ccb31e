# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Test the rate limiter under load: two keys, killed processes, wrong clocks, 429 responses, and full disks."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.tests.campaigns import disks
from ansible_collections.nodana.cloud.tests.campaigns.conftest import FIGURE, FIGURES
from ansible_collections.nodana.cloud.tests.campaigns.crowd import Crowd, LastWatch, Watch
from ansible_collections.nodana.cloud.tests.simulator.faults import DRIPS
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.modules import handover
from ansible_collections.nodana.cloud.tests.support.processes import DEADLINE, awaited, ended

REAL = 1.0
"""The interval of the real service. A round trip over the network is short compared with it."""
TIMEOUT = 0.5
"""The request_timeout, in seconds, for responses that never end."""
MARGIN = 1.0
"""Seconds that a busy machine may take to notice the end of a request and to start the next one."""


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    monkeypatch.setenv("NODANA_STATE_DIR", str(folder))
    return folder


def gathered(simulator: Simulator, folder: Path, *crowds: tuple[int, float]) -> list[Crowd]:
    """Return crowds of these sizes and intervals, each with its own key, at a service with the shortest interval."""
    simulator.settings(rate_interval=0)
    made = [
        Crowd(simulator, key, interval, folder / f"crowd-{number}")
        for number, (key, (_size, interval)) in enumerate(zip(simulator.keys, crowds))
    ]
    for crowd, (size, _interval) in zip(made, crowds):
        crowd.gather(size)
    simulator.settings(rate_interval=min(interval for _size, interval in crowds), ban_after=1)
    simulator.clear_log()
    return made


@pytest.mark.parametrize("interval", [0.036, pytest.param(REAL, marks=pytest.mark.long)])
def test_fifty_processes_keep_the_limit_of_two_keys_and_use_it(
    simulator: Simulator, tmp_path: Path, interval: float, record_property: Any
) -> None:
    """Two crowds use a network with jitter, and two processes of each die in a slot. A third one is in real time."""
    *busy, calm = gathered(simulator, tmp_path, (27, interval), (27, interval), (10, REAL))
    simulator.settings(jitter=interval / 20)
    began = time.monotonic()
    members = [calm.start(number, 2, Watch()) for number in range(10)]
    members += [crowd.start(number, 20, Watch(), jumping=number % 3 == 0) for number in range(25) for crowd in busy]
    awaited(lambda: len(simulator.log()["requests"]) > 20)
    dying = [crowd.start(25, 1, LastWatch()) for crowd in busy]
    for crowd, part in zip(busy, (0.5, 0.02)):  # by then its request has arrived or is on its way
        simulator.fault("slow", path=f"^/apps/{crowd.apps[26]}$", seconds=5 * interval)
        dying.append(crowd.start(26, 1, LastWatch(part * interval)))
    ended(*members, within=DEADLINE + 1.2 * 500 * interval)
    took = time.monotonic() - began
    for process in dying:
        process.join(DEADLINE)
    log = simulator.log()
    assert [process.exitcode for process in dying] == [-signal.SIGKILL] * 4
    assert log["violations"] == 0
    assert {request["outcome"] for request in log["requests"]} == {"ok", "slow"}
    for crowd in busy:
        assert crowd.arrivals()[:26] == [20] * 25 + [0]
    for crowd in (*busy, calm):
        assert crowd.shortest_gap() >= crowd.interval
        assert crowd.longest_queue() < len(crowd.apps), "a process was overtaken"
        assert crowd.time_lost() <= 0.05
        assert crowd.interval < REAL or crowd.use_of_the_limit() >= 0.95
        assert crowd.warnings() == []
    record_property(
        FIGURES,
        f"pacing, {len(log['requests'])} requests of 60 processes with 3 keys in {took:.1f} s, {log['violations']} "
        f"violations; {min(crowd.use_of_the_limit() for crowd in busy):.1%} of the limit used at {interval:g} s and "
        f"{calm.use_of_the_limit():.1%} at {calm.interval:g} s; "
        f"{max(crowd.time_lost() for crowd in busy):.1%} of the time lost beside the way to the service and back; "
        f"at most {max(crowd.longest_queue() for crowd in busy)} requests of others between two of 25 processes",
    )


def test_limit_answers_slow_everybody_and_one_of_them_warns(
    simulator: Simulator, tmp_path: Path, record_property: Any
) -> None:
    (crowd,) = gathered(simulator, tmp_path, (8, 0.05))
    for app in crowd.apps[2:4]:
        simulator.fault("limit", path=f"^/apps/{app}$")
    ended(*[crowd.start(member, 2, Watch()) for member in range(8)])
    requests = crowd.requests()
    outcomes = [request["outcome"] for request in requests]
    assert (outcomes.count("ok"), outcomes.count("limit")) == (16, 2)
    first, second = (number for number, outcome in enumerate(outcomes) if outcome == "limit")
    gaps = [request["gap"] for request in requests]
    assert min(gaps[first + 1 :]) >= 2 * crowd.interval
    assert min(gaps[second + 1 :]) >= 4 * crowd.interval
    (warning,) = crowd.warnings()
    assert f"GET {requests[first]['path']}" in warning
    record_property(FIGURE, "429 responses, two of them and one warning for 8 processes")


@pytest.mark.parametrize("fault", DRIPS)
def test_an_answer_that_drips_holds_the_others_no_longer_than_the_timeout(
    simulator: Simulator, tmp_path: Path, fault: str, record_property: Any
) -> None:
    (crowd,) = gathered(simulator, tmp_path, (3, 0.05))
    crowd.request_timeout = TIMEOUT
    simulator.fault(fault, path=f"^/apps/{crowd.apps[0]}$")
    slow = crowd.start(0, 1, Watch())
    awaited(lambda: len(crowd.requests()) == 1)
    others = [crowd.start(member, 1, Watch()) for member in (1, 2)]
    ended(slow, *others)
    log = simulator.log()
    dripped, next_one, *_rest = crowd.requests()
    assert log["violations"] == 0
    assert dripped["outcome"] == fault
    assert next_one["at"] - dripped["at"] <= TIMEOUT + crowd.interval + MARGIN
    assert crowd.arrivals() == [2, 1, 1]  # a request that only reads is sent again
    assert crowd.shortest_gap() >= crowd.interval
    assert crowd.warnings() == []
    record_property(FIGURE, f"drips, {fault}, while others wait")


def test_a_disk_that_takes_nothing_stops_whoever_could_not_be_paced(
    simulator: Simulator, state: Path, record_property: Any
) -> None:
    state.mkdir()
    reason = disks.reason_against(state)
    if reason:
        record_property(FIGURES, f"pacing on full and read-only disks did not run, none can be mounted: {reason}")
        pytest.skip(reason)
    said = disks.results(simulator, state, interval=0.05)
    failed = {disk: result["msg"] for disk, result in said.items() if result.get("failed")}
    assert sorted(failed) == ["full", "full since then, another key", "read-only"]
    assert ".rate_limiter cannot be used: No space left on device." in failed["full"]
    assert ".rate_limiter cannot be used: No space left on device." in failed["full since then, another key"]
    assert ".rate_limiter cannot be used: Read-only file system." in failed["read-only"]
    assert all("NODANA_STATE_DIR to a folder" in message for message in failed.values())
    assert len(simulator.log()["requests"]) == len(said) - len(failed)
    record_property(FIGURE, "disks, full and read-only")


def test_a_disk_that_fills_up_during_a_creation_that_is_killed_loses_nothing(
    simulator: Simulator, state: Path, record_property: Any
) -> None:
    state.mkdir()
    reason = disks.reason_against(state)
    if reason:
        record_property(FIGURES, f"creations on full disks did not run, none can be mounted: {reason}")
        pytest.skip(reason)
    simulator.fault("slow_after", method="POST", path="^/apps$", seconds=disks.SLOW)
    refused, killed, after = disks.results(simulator, state, 0.05, "create").values()
    assert "Nothing was created" in refused["msg"]
    assert "has no space for the response" in refused["msg"]
    (app,) = simulator.account()["apps"]
    for result in (killed, after):
        (entry,) = handover(result).secrets
        assert entry.on_disk
        assert sorted(entry.secrets.values()) == sorted(app["secrets"].values())
    assert killed["created"]
    assert not after["created"]
    record_property(FIGURE, "disks, full during a creation, and killed")
