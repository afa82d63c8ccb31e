# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many processes with one key: no two requests are closer than the limit, and no process waits for ever."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._client.rate_limiter import RateLimiter, rate_limiter_path
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Unreachable
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import transport
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock
from ansible_collections.nodana.cloud.tests.support.processes import DEADLINE, awaited, ended, started
from ansible_collections.nodana.cloud.tests.support.turns import Holder, begun, drawn


def ask(url: str, key: str, interval: float, times: int) -> None:
    """Send this number of requests."""
    api = Api(transport(url, key, request_interval=interval))
    for _turn in range(times):
        api.projects()


class Naps:
    """The real clock. It writes the duration of each sleep to a file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float, /) -> None:
        with self._file.open("a") as file:
            file.write(f"{seconds}\n")
        time.sleep(seconds)


def ask_noting_naps(simulator: Simulator, interval: float, times: int, naps: Path) -> None:
    api = Api(transport(simulator.url, simulator.key, Naps(naps), request_interval=interval))
    for _turn in range(times):
        api.projects()


def storm(simulator: Simulator, requests: int, interval: float, jitter: float, naps: Path) -> float:
    """Let eight processes send requests at the same time over a network with jitter. Return the total duration.

    No request may be too early, and no process may sleep longer than one request per interval requires.
    """
    simulator.settings(rate_interval=interval, jitter=jitter, ban_after=1)
    simulator.clear_log()
    began = time.monotonic()
    running = [started(ask_noting_naps, simulator, interval, requests, naps) for _process in range(8)]
    ended(*running, within=DEADLINE + 16 * requests * interval)
    took = time.monotonic() - began
    log = simulator.log()
    assert len(log["requests"]) == 8 * requests
    assert {request["outcome"] for request in log["requests"]} == {"ok"}
    assert log["violations"] == 0
    assert min(request["gap"] for request in log["requests"][1:]) >= interval
    assert sum(map(float, naps.read_text().split())) <= 8 * requests * interval
    return took


def test_eight_processes_keep_the_limit_over_a_network_with_jitter(simulator: Simulator, tmp_path: Path) -> None:
    # A tenth of the interval and of the jitter of the real case.
    storm(simulator, requests=3, interval=0.1, jitter=0.008, naps=tmp_path / "naps")


@pytest.mark.slow
def test_eight_processes_need_hardly_longer_than_one_request_a_second(simulator: Simulator, tmp_path: Path) -> None:
    took = storm(simulator, requests=10, interval=1.0, jitter=0.08, naps=tmp_path / "naps")
    print(f"80 requests took {took:.1f} s")
    assert took <= 1.10 * 80


def test_turns_are_given_in_the_order_of_asking(tmp_path: Path) -> None:
    path, order = str(tmp_path / "gate"), tmp_path / "order"

    def come(number: int) -> None:
        with begun(RateLimiter(path, 0.0)), order.open("a") as file:
            file.write(f"{number} ")

    processes = []
    with Holder(path):
        for number in range(12):
            processes.append(started(come, number))
            awaited(lambda: drawn(path) == len(processes) + 1)
        assert not order.exists()
    ended(*processes)
    assert order.read_text().split() == [f"{number}" for number in range(12)]


def test_there_is_one_turn_at_a_time_however_many_ask(tmp_path: Path) -> None:
    path, counter = str(tmp_path / "gate"), tmp_path / "counter"
    counter.write_text("0")

    def count() -> None:
        for _turn in range(100):
            with begun(RateLimiter(path, 0.0)):
                counter.write_text(f"{int(counter.read_text()) + 1}")

    ended(*[started(count) for _process in range(8)])
    assert int(counter.read_text()) == drawn(path) == 800


def test_a_process_killed_in_its_turn_or_in_the_queue_stops_nobody(tmp_path: Path) -> None:
    path = str(tmp_path / "gate")
    with Holder(path) as holder:
        waiting = [Holder(path).process for _process in range(3)]
        awaited(lambda: drawn(path) == 4)
        for process in (waiting[1], holder.process, waiting[0], waiting[2]):
            os.kill(process.pid, signal.SIGKILL)
            process.join(DEADLINE)
        with begun(RateLimiter(path, 0.0, FakeClock())):
            assert drawn(path) == 5


def test_a_request_of_a_killed_process_that_arrives_late_breaks_no_limit(simulator: Simulator) -> None:
    simulator.settings(rate_interval=0.2, jitter=0.0)
    simulator.fault("slow", seconds=0.15)
    victim = started(ask, simulator.url, simulator.key, 0.2, 1)
    awaited(lambda: bool(simulator.log()["requests"]))
    os.kill(victim.pid, signal.SIGKILL)
    victim.join(30)
    ask(simulator.url, simulator.key, 0.2, 2)
    assert simulator.log()["violations"] == 0


def test_an_answer_that_comes_too_late_breaks_no_limit(simulator: Simulator) -> None:
    simulator.settings(rate_interval=0.2, jitter=0.19)
    Api(transport(simulator.url, simulator.key, request_interval=0.2)).projects()
    hasty = Api(transport(simulator.url, simulator.key, request_interval=0.2, request_timeout=0.05, retry_timeout=0))
    for _turn in range(5):
        with suppress(Unreachable):
            hasty.projects()
    assert simulator.log()["violations"] == 0


def test_keys_do_not_wait_for_each_other(simulator: Simulator) -> None:
    first, second = simulator.keys
    with Holder(rate_limiter_path(simulator.url, first)):
        ended(started(ask, simulator.url, second, 0.0, 2))


def limit(path: str) -> None:
    with begun(RateLimiter(path, 1.0)) as slot:
        slot.limited(50.0)


def test_a_limit_answer_to_one_process_makes_the_others_wait(tmp_path: Path) -> None:
    path = str(tmp_path / "gate")
    ended(started(limit, path))
    clock = FakeClock(time.monotonic())
    with begun(RateLimiter(path, 1.0, clock)):
        assert 40 < clock.slept <= 50
