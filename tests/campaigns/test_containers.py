# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Test containers on several machines that share a state folder: they keep the rate limit, and lose and double nothing.

The containers may disappear at any moment, and neither their pids, host names, boots nor clocks are comparable.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.tests.campaigns.conftest import FIGURE, FIGURES
from ansible_collections.nodana.cloud.tests.campaigns.containers import (
    Container,
    Volume,
    reason_against,
    start_requests,
)
from ansible_collections.nodana.cloud.tests.campaigns.crowd import Crowd
from ansible_collections.nodana.cloud.tests.campaigns.kills import FAULTS, UNDER_WAY, Kill, Watch, carry_out
from ansible_collections.nodana.cloud.tests.campaigns.station import generation_of, kill, like_app, message_of, until
from ansible_collections.nodana.cloud.tests.campaigns.test_kills import (
    APP_TASK,
    CREATION,
    NODE_TASK,
    judge,
)
from ansible_collections.nodana.cloud.tests.campaigns.test_pacing import gathered
from ansible_collections.nodana.cloud.tests.campaigns.test_together import assert_one_made, results_of, writing
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.processes import DEADLINE, awaited

Record = dict[str, Any]

INTERVAL = 0.05
MACHINES = (1, 1, 2, 3)
"""The machine of each container."""
EACH, REQUESTS = 4, 10


@pytest.fixture
def volume(tmp_path: Path, record_property: Any) -> Volume:
    """Return a volume for containers. Skip the test on a machine that does not allow them."""
    reason = reason_against(tmp_path / "tried")
    if reason:
        record_property(FIGURES, f"containers with a shared state folder did not run: {reason}")
        pytest.skip(f"no containers: {reason}")
    return Volume(tmp_path / "volume")


@pytest.fixture
def containers(tmp_path: Path, simulator: Simulator, volume: Volume) -> Iterator[list[Container]]:
    """Return four containers with the same host name. End their processes after the test."""
    made = [
        Container(tmp_path / f"container-{number}", simulator, volume, "job", machine)
        for number, machine in enumerate(MACHINES)
    ]
    yield made
    for container in made:
        container.end()


def test_containers_with_a_shared_state_folder_keep_the_rate_limit(
    simulator: Simulator, tmp_path: Path, volume: Volume, record_property: Any
) -> None:
    """Sixteen processes in four containers send ten requests each. Two more containers disappear, one in its slot."""
    size = EACH * len(MACHINES)
    (crowd,) = gathered(simulator, tmp_path, (size + 2, INTERVAL))
    simulator.fault("slow", path=f"^/apps/{crowd.apps[size]}$", seconds=10 * INTERVAL)
    running = []
    for number, machine in enumerate((*MACHINES, 4, 4)):
        disk = tmp_path / f"disk-{number}"
        disk.mkdir()
        members = (
            range(number * EACH, (number + 1) * EACH) if number < 4 else range(size + number - 4, size + number - 3)
        )
        prefix = volume.command(disk, f"job-{number // 2}", machine)
        running.append(start_requests(crowd, members, REQUESTS, prefix, disk))
    for number in (size, size + 1):
        awaited(partial(has_arrived, crowd, number))
        running[number - size + 4].kill()
    assert [container.wait(DEADLINE) for container in running[:4]] == [0] * 4
    log = simulator.log()
    gone = crowd.arrivals()[size:]
    assert log["violations"] == 0
    assert crowd.arrivals()[:size] == [REQUESTS] * size
    assert gone[0] == 1
    assert gone[1] < REQUESTS
    assert crowd.shortest_gap() >= INTERVAL
    record_property(
        FIGURES,
        f"containers, {len(log['requests'])} requests of {size + 2} processes in 6 containers on 4 machines, "
        f"{log['violations']} violations; {crowd.use_of_the_limit():.1%} of the limit used at {INTERVAL:g} s",
    )


def has_arrived(crowd: Crowd, member: int) -> bool:
    """Return whether a request of this member of a crowd has arrived."""
    return crowd.arrivals()[member] > 0


@pytest.mark.parametrize(
    ("task", "trigger"),
    [
        (APP_TASK, "creation made"),
        (NODE_TASK, "answer"),
        *(
            pytest.param(task, trigger, marks=pytest.mark.long)
            for task in (APP_TASK, NODE_TASK)
            for trigger in ("requests", "receipt", "creation asked", "creation made", "answer", "file", "wait")
        ),
    ],
)
def test_a_container_that_disappears_loses_and_doubles_nothing(
    containers: list[Container], task: Record, trigger: str, record_property: Any
) -> None:
    first, *_others, second = containers
    first.simulator.settings(generation=generation_of(task))
    if trigger in FAULTS:
        first.simulator.fault(FAULTS[trigger], method="POST", path=CREATION, seconds=UNDER_WAY)
    hit = carry_out(Kill(0, trigger, "controller", signal.SIGKILL, 0.0), first, first.start(task))
    assert hit, first.output
    first.wait_for_all()
    record_property(FIGURE, f"containers, gone in phase {hit.phase}")
    judge(second, task, hit.at, UNDER_WAY, record_property)


def test_a_living_owner_in_another_container_keeps_its_receipt(
    containers: list[Container], record_property: Any
) -> None:
    """The process that stores the secrets is stopped after the creation was sent. Another container runs meanwhile."""
    first, *_others, second = containers
    first.simulator.fault("slow", method="POST", path=CREATION, seconds=UNDER_WAY)
    run = first.start(APP_TASK)
    until(lambda: bool(Watch(first).creations()), "a creation")
    stopped = [pid for pid, words in first.processes().items() if is_ansible(words)]
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    until(lambda: set(first.processes()) <= {run.pid, *stopped}, "the end of the module")
    (receipt,) = first.receipts()
    found = second.result(APP_TASK)
    assert not found.get("failed"), message_of(found)
    assert (found["created"], "secrets_file" in found, found.get("warnings", [])) == (False, False, [])
    assert (first.receipts(), first.files()) == ([receipt], [])
    for pid in stopped:
        kill(pid, signal.SIGCONT)
    assert run.wait(DEADLINE) == 0, first.output
    assert first.has_file_of(first.apps()[0])
    second.check_tidy()
    record_property(FIGURE, "containers, a receipt of another one left alone")


def is_ansible(words: list[str]) -> bool:
    """Return whether this is the command line of ansible-playbook itself."""
    return words[0] != "unshare" and "ansible.cli.playbook" in words


def test_containers_that_want_the_same_app_make_one(containers: list[Container], record_property: Any) -> None:
    runs = [container.start(writing(container, APP_TASK, "run")) for container in containers]
    assert [run.wait(DEADLINE) for run in runs] == [0] * len(runs), [one.output for one in containers]
    results = [like_app(result) for container in containers for result in results_of(container, "run")]
    assert len(results) == len(containers)
    assert_one_made(containers[0], results)
    assert len(containers[0].apps()) == 1
    containers[0].check_tidy()
    record_property(FIGURE, "crowds, containers for one app")
