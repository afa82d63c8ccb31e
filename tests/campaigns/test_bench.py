# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run each playbook of the bench once, without delays, to detect that the bench is broken."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.tests.bench import deploy, startup
from ansible_collections.nodana.cloud.tests.bench.controller import Controller
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator


@pytest.fixture
def quick(running: Simulator) -> Simulator:
    running.reset()
    running.settings(rate_interval=0, startup_delay=0, transition_delay=0)
    return running


@pytest.fixture
def controller(tmp_path: Path, quick: Simulator) -> Controller:
    return Controller(tmp_path, quick)


@pytest.mark.parametrize(("way", "requests"), [(deploy.URI, 5), (deploy.APP, 4), (deploy.STACK, 4)])
def test_each_way_deploys(controller: Controller, quick: Simulator, way: str, requests: int) -> None:
    row = next(deploy.deployed(controller, quick, way, 1, (1, quick.key)))
    assert row.played.requests == requests
    assert row.played.run.seconds > row.played.run.busy / 4 > 0
    assert row.played.run.memory > 1


def test_each_task_beside_uri_looks_and_changes_nothing(controller: Controller, quick: Simulator) -> None:
    quick.fill(1, 1)
    tasks = startup.tasks(quick, controller.folder)
    played = controller.play(controller.written("all", *tasks.values()), {})
    assert (played.requests, played.writes) == (7, 0)
