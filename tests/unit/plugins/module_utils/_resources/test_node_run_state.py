# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start, stop and restart a node, whatever words the API has for its status."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils import _errors as errors
from ansible_collections.nodana.cloud.plugins.module_utils._client.nodes_api import NodesApi
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import sent
from ansible_collections.nodana.cloud.tests.support.nodes import NodesMachine

KNOWN = {"node_ready_status": "running", "node_stopped_status": "stopped"}
STRANGE = {"node_ready_status": "humming", "node_stopped_status": "asleep"}
SAME = {"node_ready_status": "provisioned", "node_stopped_status": "provisioned"}


@pytest.fixture
def simulator(simulator: Simulator) -> Simulator:
    simulator.settings(generation=["nodes"], serve_apps=True)
    return simulator


@pytest.fixture
def machine(simulator: Simulator) -> NodesMachine:
    return NodesMachine(simulator)


def writes(simulator: Simulator) -> list[str]:
    """The verbs of the requests that change something."""
    return [request.rpartition("/")[2] for request in sent(simulator, "POST")]


@pytest.mark.parametrize("words", [KNOWN, STRANGE, SAME])
@pytest.mark.parametrize("check", [True, False])
def test_a_node_is_stopped_started_and_restarted_once(
    machine: NodesMachine, simulator: Simulator, words: dict[str, str], check: bool
) -> None:
    machine.node()
    simulator.settings(**words)
    simulator.clear_log()

    def brought(state: str) -> tuple[bool, list[str]]:
        if check:
            predicted = machine.node(state=state, check=True)
            assert predicted.message == ""
            assert writes(simulator) == []
        run = machine.node(state=state)
        assert run.message == ""
        verbs = writes(simulator)
        simulator.clear_log()
        if check and (words == KNOWN or state != "stopped"):
            assert predicted.result.changed == run.result.changed
        return run.result.changed, verbs

    assert brought("started") == (False, [])
    assert brought("stopped") == (True, ["stop"])
    assert brought("stopped") == (False, [] if words == KNOWN else ["stop"])  # it refused that
    assert brought("restarted") == (True, ["start"] if words == KNOWN else ["restart", "start"])
    assert brought("restarted") == (True, ["restart"])
    assert brought("stopped") == (True, ["stop"])
    assert brought("started") == (True, ["start"])
    assert brought("present") == (False, [])


def test_a_slow_change_is_waited_for(machine: NodesMachine, simulator: Simulator) -> None:
    machine.node()
    simulator.settings(transition_delay=0.2)
    for state, status in (("stopped", "stopped"), ("started", "running"), ("restarted", "running")):
        run = machine.node(state=state, wait_timeout=3000.0)
        assert run.message == ""
        assert run.result.changed
        assert run.values["node"]["status"] == status
        assert run.result.before["state"] != run.result.after["state"] or state == "restarted"


@pytest.mark.parametrize("form", ["error", "message", "html", "empty"])
def test_a_refusal_that_says_that_it_is_so_already_is_no_change(
    machine: NodesMachine, simulator: Simulator, form: str
) -> None:
    node = machine.node().values["node"]
    simulator.settings(node_error_form=form)
    simulator.force_node(node["id"], status="stopped")  # it runs: the list lags behind
    run = machine.node(state="started")
    assert isinstance(run.error, errors.Conflict)
    assert "(stopped)" in run.message
    simulator.force_node(node["id"], status="humming")
    assert not machine.node(state="started").result.changed


def test_a_refusal_for_another_reason_is_an_error(machine: NodesMachine, simulator: Simulator) -> None:
    simulator.settings(startup_delay=1000)
    machine.node(wait=False)
    for state in ("stopped", "restarted"):
        run = machine.node(state=state, wait=False)
        assert isinstance(run.error, errors.Conflict)
        assert "provisioning" in run.message
        assert not run.result.changed


def test_a_new_node_is_brought_to_its_state_when_it_is_ready(machine: NodesMachine, simulator: Simulator) -> None:
    simulator.settings(startup_delay=0.2)
    machine.node(wait=False)
    run = machine.node(state="stopped", wait_timeout=3000.0)
    assert run.message == ""
    assert run.result.changed
    assert run.values["node"]["status"] == "stopped"


@pytest.mark.parametrize(
    ("verb", "state"), [("start", "started"), ("stop", "stopped"), ("restart", "restarted"), ("start", "restarted")]
)
@pytest.mark.parametrize("fault", ["drop_after", "error_after", "cut_json", "drop_before", "html_502", "limit"])
@pytest.mark.parametrize("delay", [0.0, 0.1])
def test_a_lost_response_is_told_truly(
    machine: NodesMachine, simulator: Simulator, verb: str, state: str, fault: str, delay: float
) -> None:
    machine.node()
    if verb == "start":
        machine.node(state="stopped")
    simulator.settings(transition_delay=delay)
    simulator.fault(fault, method="POST", path=f"/{verb}$")
    run = machine.node(state=state, wait_timeout=30000.0)
    is_up = machine.nodes()[0]["status"] == "running"
    if run.error is None:
        assert is_up is (state != "stopped")
        assert run.result.changed
    else:
        assert verb == "restart"
        assert isinstance(run.error, (errors.AmbiguousOutcome, errors.RateLimited))


def test_the_wait_ends_at_once_with_the_failure_message(machine: NodesMachine, simulator: Simulator) -> None:
    simulator.settings(node_failure="no capacity left")
    run = machine.node()
    assert isinstance(run.error, errors.Conflict)
    assert "failed: no capacity left" in run.message
    assert run.result.changed
    assert machine.has_secrets_of(machine.nodes()[0])
    assert machine.clock.slept < 20
    again = machine.node()
    assert "failed: no capacity left" in again.message
    assert not again.result.changed
    assert not machine.node(wait=False).error
    assert "no capacity left" in machine.node(wait=False).result.warnings[0]
    assert machine.node(state="absent").error is None


def test_a_failure_of_a_running_node_is_a_warning(machine: NodesMachine, simulator: Simulator) -> None:
    node = machine.node().values["node"]
    simulator.force_node(node["id"], failureMessage="the last update failed")
    run = machine.node()
    assert run.message == ""
    assert "the last update failed" in run.result.warnings[0]


@pytest.mark.parametrize("check", [True, False])
def test_an_old_failure_of_a_node_that_answers_is_a_warning(
    machine: NodesMachine, simulator: Simulator, check: bool
) -> None:
    node = machine.node().values["node"]
    old = {"failureMessage": "the disk was full"}
    simulator.force_node(node["id"], status="humming", **old)
    run = machine.node(check=check)
    assert run.message == ""
    assert not run.result.changed
    assert "the disk was full" in run.result.warnings[0]
    machine.node(state="stopped")
    simulator.force_node(node["id"], status="humming", **old)  # now the node does not answer
    assert "failed: the disk was full" in machine.node(check=check).message


@pytest.mark.parametrize("word", ["failed", "Error", "provisioning"])
def test_a_status_that_tells_of_a_failure_is_not_probed(machine: NodesMachine, simulator: Simulator, word: str) -> None:
    node = machine.node().values["node"]
    simulator.force_node(node["id"], status=word, failureMessage="no capacity left")
    assert "failed: no capacity left" in machine.node().message
    assert simulator.programs()[node["id"]] == []


def test_an_old_failure_does_not_end_the_wait_for_a_new_try(machine: NodesMachine, simulator: Simulator) -> None:
    node = machine.node().values["node"]
    machine.node(state="stopped")
    simulator.force_node(node["id"], failureMessage="it crashed")
    machine.clock.later(5, lambda: simulator.force_node(node["id"]))
    assert machine.node(state="started").message == ""


def test_a_timeout_says_what_was_seen_last(machine: NodesMachine, simulator: Simulator) -> None:
    simulator.settings(startup_delay=1000)
    run = machine.node(wait_timeout=30.0)
    assert isinstance(run.error, errors.WaitTimeout)
    assert "last seen: provisioning" in run.message
    assert run.result.changed
    assert machine.has_secrets_of(machine.nodes()[0])


def test_a_node_that_disappears_while_it_is_waited_for_is_told(machine: NodesMachine, simulator: Simulator) -> None:
    simulator.settings(startup_delay=1000)
    machine.node(wait=False)
    api = machine.api
    node_id = machine.nodes()[0]["id"]
    machine.clock.later(5, lambda: api.delete_node(node_id))
    run = machine.node()
    assert isinstance(run.error, errors.Conflict)
    assert "was deleted by another user or run" in run.message


@pytest.mark.parametrize("strange", ["humming", "RUNNING", "Available"])
def test_unknown_words_pass(machine: NodesMachine, simulator: Simulator, strange: str) -> None:
    simulator.settings(node_ready_status=strange)
    run = machine.node()
    assert run.message == ""
    assert run.values["node"]["status"] == strange
    probes: Any = simulator.programs()
    assert bool(probes[run.values["node"]["id"]]) is (strange == "humming")


@pytest.mark.parametrize("words", [("running", "stopped"), ("humming", "asleep")])
@pytest.mark.parametrize("fault", ["limit", "limit_after"])
def test_a_stop_that_a_rate_limit_response_hides_is_a_change(
    machine: NodesMachine, simulator: Simulator, words: tuple[str, str], fault: str
) -> None:
    simulator.settings(node_ready_status=words[0], node_stopped_status=words[1])
    machine.node()
    simulator.fault(fault, method="POST", path="/stop$")
    assert machine.node(state="stopped").ok().changed
    simulator.fault("limit", method="POST", path="/stop$")
    assert not machine.node(state="stopped").ok().changed


@pytest.mark.parametrize("said", ["The node is starting, not running", "The node is busy", "A snapshot is being taken"])
def test_a_node_that_does_not_respond_is_not_taken_for_stopped(
    machine: NodesMachine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    simulator.settings(**STRANGE)
    node = machine.node().values["node"]
    simulator.change_program(node["id"], kill=True)

    def refuse(_api: NodesApi, _id: str) -> None:
        raise errors.Conflict(f'The API returned conflict 409: "{said}"', code=409)

    monkeypatch.setattr(NodesApi, "stop_node", refuse)
    run = machine.node(state="stopped")
    assert isinstance(run.error, errors.Conflict)
    assert said in run.message
    assert "The status does not tell whether the node runs" in run.message
    assert not run.result.changed


def test_a_node_that_is_silent_and_may_not_be_stopped_counts_as_stopped_with_a_warning(
    machine: NodesMachine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator.settings(**STRANGE)
    node = machine.node().values["node"]

    def refuse(_api: NodesApi, _id: str) -> None:
        raise errors.Conflict('The API returned invalid_state 409: "The node cannot do this"', code=409)

    monkeypatch.setattr(NodesApi, "stop_node", refuse)
    assert isinstance(machine.node(state="stopped").error, errors.Conflict), "it responds at its URL"
    simulator.change_program(node["id"], kill=True)
    result = machine.node(state="stopped").ok()
    assert not result.changed
    assert "is most likely stopped: the API refused to stop it, and it does not respond" in result.warnings[0]


@pytest.mark.parametrize("said", ["Node is already stopped", "node_not_running", "The node is stopped"])
def test_a_refusal_that_says_stopped_proves_it(
    machine: NodesMachine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    simulator.settings(**STRANGE)
    machine.node()

    def refuse(_api: NodesApi, _id: str) -> None:
        raise errors.Conflict(f'The API returned conflict 409: "{said}"', code=409)

    monkeypatch.setattr(NodesApi, "stop_node", refuse)
    assert not machine.node(state="stopped").ok().changed


@pytest.mark.parametrize("form", ["html", "empty"])
def test_a_refusal_without_words_does_not_prove_that_a_node_is_stopped(
    machine: NodesMachine, simulator: Simulator, form: str
) -> None:
    simulator.settings(**STRANGE)
    machine.node()
    machine.node(state="stopped")
    simulator.settings(node_error_form=form)
    assert isinstance(machine.node(state="stopped").error, errors.Conflict)
