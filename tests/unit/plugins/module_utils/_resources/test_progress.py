# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules that create or wait report their progress, without secrets and without another request."""

from __future__ import annotations

from ansible_collections.nodana.cloud.plugins.module_utils._errors import WaitTimeout
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.machine import Machine
from ansible_collections.nodana.cloud.tests.support.nodes import NodesMachine

EVER = 3600


def test_a_stack_counts_what_it_has_created_and_what_is_ready(simulator: Simulator) -> None:
    simulator.settings(startup_delay=EVER)
    machine = Machine(simulator)
    run = machine.stack(("phoenixd", 2), ("vss", 1), wait=True, wait_timeout=12)
    assert isinstance(run.error, WaitTimeout)
    assert machine.progress[:3] == [f"created {number} of 3 apps" for number in (1, 2, 3)]
    statuses = ", ".join(f"{app['id']} ({app['template']}) starting" for app in run.values["apps"])
    assert machine.progress[3].startswith("0 of 3 apps ready after ")
    assert all(line.endswith(f" s; waiting for {statuses}") for line in machine.progress[3:])
    secrets = [secret for app in simulator.account()["apps"] for secret in app["secrets"].values()]
    assert not [secret for secret in secrets if secret in "".join(machine.progress)]


def test_apps_of_a_count_are_counted(simulator: Simulator) -> None:
    machine = Machine(simulator)
    machine.app(count=2, create_project=True).ok()
    assert machine.progress == ["created 1 of 2 apps", "created 2 of 2 apps"]


def test_a_node_shows_its_status(simulator: Simulator) -> None:
    simulator.settings(startup_delay=EVER, generation=["nodes"])
    machine = NodesMachine(simulator)
    run = machine.node(wait_timeout=12)
    assert isinstance(run.error, WaitTimeout)
    (node,) = machine.nodes()
    assert machine.progress
    assert machine.progress[0].startswith("waiting for ")
    assert node["id"] in machine.progress[0]
    assert all(line.endswith((" s: provisioning", " s: starting")) for line in machine.progress)


def test_check_mode_reports_nothing(simulator: Simulator) -> None:
    machine = Machine(simulator)
    machine.stack(("phoenixd", 2), check=True).ok()
    assert machine.progress == []
