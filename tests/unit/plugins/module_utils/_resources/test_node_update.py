# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Update a node step by step to the newest version, and tell the truth where the API does not tell the version."""

from __future__ import annotations

import urllib.request

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils import _errors as errors
from ansible_collections.nodana.cloud.plugins.module_utils._resources.node_update import MOST_STEPS
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import sent
from ansible_collections.nodana.cloud.tests.support.nodes import NodesMachine

NEWER = ("0.8.0", "0.8.1", "0.9.0")


@pytest.fixture
def simulator(simulator: Simulator) -> Simulator:
    simulator.settings(generation=["nodes"])
    return simulator


@pytest.fixture
def machine(simulator: Simulator) -> NodesMachine:
    machine = NodesMachine(simulator)
    machine.node()
    simulator.clear_log()
    return machine


def version(machine: NodesMachine) -> str:
    found: str = machine.nodes()[0]["version"]
    return found


def release(simulator: Simulator, *versions: str) -> None:
    for one in versions or NEWER:
        simulator.release("phoenixd", one)


@pytest.mark.parametrize("newest", ["same", "conflict"])
@pytest.mark.parametrize("delay", [0.0, 0.1])
def test_updates_are_applied_until_the_version_no_longer_changes(
    machine: NodesMachine, simulator: Simulator, newest: str, delay: float
) -> None:
    simulator.settings(update_of_newest=newest, transition_delay=delay)
    old = version(machine)
    release(simulator)
    run = machine.node(state="latest", wait_timeout=30000.0)
    assert run.message == ""
    assert run.result.changed
    assert (run.values["previous_version"], run.values["version"]) == (old, NEWER[-1])
    steps = [old, *NEWER]
    assert run.values["updates"] == [{"from": a, "to": b} for a, b in zip(steps, steps[1:])]
    assert version(machine) == NEWER[-1]
    assert (run.result.before["version"], run.result.after["version"]) == (old, NEWER[-1])
    again = machine.node(state="latest", wait_timeout=30000.0)
    assert not again.result.changed
    assert again.values["updates"] == []
    assert again.values["version"] == again.values["previous_version"] == NEWER[-1]


def test_check_mode_says_that_the_newest_version_is_unknown(machine: NodesMachine, simulator: Simulator) -> None:
    release(simulator)
    old = version(machine)
    run = machine.node(state="latest", check=True)
    assert not run.result.changed
    assert (run.values["previous_version"], run.values["version"]) == (old, "unknown")
    assert "check mode cannot know" in run.result.warnings[0]
    assert sent(simulator, "POST") == []
    assert run.values["minimum_requests"] == 3


@pytest.mark.parametrize("form", ["null", "absent"])
def test_without_a_version_nothing_is_guessed(machine: NodesMachine, simulator: Simulator, form: str) -> None:
    release(simulator)
    simulator.settings(current_version=form)
    run = machine.node(state="latest")
    assert run.message == ""
    assert run.values["version"] is None
    assert run.values["previous_version"] is None
    assert run.values["updates"] == [{"from": None, "to": None}]
    assert "not known whether" in run.result.warnings[0]
    assert len(sent(simulator, "POST")) == 1
    assert run.result.changed


def test_more_steps_than_allowed_are_an_error_that_reports_them(machine: NodesMachine, simulator: Simulator) -> None:
    release(simulator, *(f"1.0.{number}" for number in range(MOST_STEPS + 2)))
    run = machine.node(state="latest")
    assert isinstance(run.error, errors.Conflict)
    assert len(run.values["updates"]) == MOST_STEPS
    assert run.result.changed
    assert machine.node(state="latest").error is None


@pytest.mark.parametrize("response", ["silent", "accepted"])
def test_an_update_that_shows_late_is_waited_for(machine: NodesMachine, simulator: Simulator, response: str) -> None:
    """Let the API accept the first update and apply it later. Its response shows the update, or does not."""
    old, node_id = version(machine), machine.nodes()[0]["id"]
    update = urllib.request.Request(f"{simulator.url}/nodes/{node_id}/update", method="POST")
    update.add_header("Authorization", f"Bearer {simulator.key}")

    def apply() -> None:
        release(simulator)
        urllib.request.urlopen(update).close()

    if response == "accepted":  # before the update, and after the node was read
        machine.clock.later(0.5, lambda: simulator.force_node(node_id, updateStatus="accepted"))
    machine.clock.later(6.5, apply)
    run = machine.node(state="latest")
    assert run.message == ""
    assert run.result.changed
    assert run.values["updates"] == [{"from": a, "to": b} for a, b in zip([old, *NEWER], NEWER)]


def test_an_update_that_starts_late_and_fails_is_an_error(machine: NodesMachine, simulator: Simulator) -> None:
    node_id = machine.nodes()[0]["id"]
    failed = {"updateStatus": "failed", "failureMessage": "disk full"}
    machine.clock.later(4.0, lambda: simulator.force_node(node_id, **failed))
    assert "disk full" in machine.node(state="latest").message


def test_the_check_for_another_version_takes_three_requests(machine: NodesMachine, simulator: Simulator) -> None:
    before = machine.clock.slept
    assert not machine.node(state="latest").ok().changed
    verbs = [request.rpartition("/")[2] for request in sent(simulator)]
    assert verbs[2:] == ["update", machine.nodes()[0]["id"], "update"]
    assert machine.clock.slept - before <= 9


def test_an_update_without_effect_ends_within_the_timeout(machine: NodesMachine, simulator: Simulator) -> None:
    node_id = machine.nodes()[0]["id"]
    before = machine.clock.slept
    machine.clock.later(0.5, lambda: simulator.force_node(node_id, updateStatus="accepted"))
    assert not machine.node(state="latest", wait_timeout=3.0).ok().changed
    assert machine.clock.slept - before <= 7


@pytest.mark.parametrize("fault", ["drop_after", "error_after", "cut_json", "limit_after"])
@pytest.mark.parametrize("number", [0, 1])
def test_a_lost_response_to_an_update_that_was_done_is_a_step(
    machine: NodesMachine, simulator: Simulator, fault: str, number: int
) -> None:
    release(simulator)
    old = version(machine)
    for _before in range(number):
        simulator.fault("slow", method="POST", path="/update$")
    simulator.fault(fault, method="POST", path="/update$")
    run = machine.node(state="latest")
    assert run.message == ""
    assert run.values["updates"] == [{"from": a, "to": b} for a, b in zip([old, *NEWER], NEWER)]


@pytest.mark.parametrize("fault", ["drop_before", "html_502", "error_before"])
def test_an_update_that_may_not_have_been_done_is_not_repeated(
    machine: NodesMachine, simulator: Simulator, fault: str
) -> None:
    release(simulator)
    simulator.fault(fault, method="POST", path="/update$")
    run = machine.node(state="latest")
    assert isinstance(run.error, errors.AmbiguousOutcome)
    assert "the version is still" in run.message
    assert not run.result.changed
    assert len(sent(simulator, "POST")) == 1
    assert machine.node(state="latest").values["version"] == NEWER[-1]


def test_a_rate_limit_is_waited_out(machine: NodesMachine, simulator: Simulator) -> None:
    release(simulator)
    simulator.fault("limit", method="POST", times=2)
    assert machine.node(state="latest").values["version"] == NEWER[-1]


def test_a_failed_update_is_an_error_that_reports_the_steps_before(machine: NodesMachine, simulator: Simulator) -> None:
    release(simulator)
    node_id = machine.nodes()[0]["id"]
    simulator.settings(transition_delay=0.05)
    machine.clock.later(1.5, lambda: simulator.force_node(node_id, updateStatus="failed", failureMessage="disk full"))
    run = machine.node(state="latest", wait_timeout=3000.0)
    assert isinstance(run.error, errors.Conflict)
    assert "disk full" in run.message
    assert run.result.changed


def test_without_waiting_one_update_is_sent(machine: NodesMachine, simulator: Simulator) -> None:
    release(simulator)
    old = version(machine)
    run = machine.node(state="latest", wait=False)
    assert run.values["updates"] == [{"from": old, "to": None}]
    assert run.values["version"] is None
    assert run.result.changed
    assert len(sent(simulator, "POST")) == 1


def test_another_refusal_of_an_update_is_an_error(machine: NodesMachine, simulator: Simulator) -> None:
    simulator.settings(startup_delay=1000)
    machine.node(name="other", wait=False)
    run = machine.node(name="other", state="latest", wait=False)
    assert isinstance(run.error, errors.Conflict)
    assert not run.result.changed
