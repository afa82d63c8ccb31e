# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Any sequence of states, with a fault at any request: a success is true, and so is ``changed``."""

from __future__ import annotations

import os
from typing import Any

import pytest
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.nodes import NodesMachine
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

FAULTS = [
    *("drop_after", "error_after", "cut_json", "empty_body", "no_data", "limit", "limit_after"),
    *("drop_before", "error_before", "html_502", "not_json_200", "redirect", "redirect_after", "named_error_after"),
]
STATES = [*("started", "stopped"), *("started", "stopped"), *("present", "restarted", "latest", "absent")]
FAULT = st.tuples(st.one_of(st.just(1), st.integers(0, 6)), st.sampled_from(FAULTS), st.integers(1, 2))
STEP = st.tuples(st.sampled_from(STATES), st.one_of(st.none(), FAULT, FAULT), st.sampled_from([False, False, True]))
WORDS = st.sampled_from([("running", "stopped"), ("humming", "asleep")])


def seen(machine: NodesMachine) -> dict[str, Any] | None:
    """Return the node as the simulator shows it, or None."""
    nodes = machine.nodes()
    assert len(nodes) <= 1
    return {name: nodes[0][name] for name in ("id", "status", "version")} if nodes else None


def is_as_wanted(state: str, node: dict[str, Any] | None, up: str, down: str) -> bool:
    if node is None or state == "absent":
        return node is None and state == "absent"
    wanted = {"started": up, "restarted": up, "stopped": down}.get(state, node["status"])
    return node["status"] == wanted and (state != "latest" or node["version"] == "0.9.0")


@given(steps=st.lists(STEP, min_size=3, max_size=10), words=WORDS)
@example(
    steps=[("started", None, False), ("stopped", None, False), ("stopped", (1, "drop_after", 1), False)],
    words=("humming", "asleep"),
)
@settings(
    max_examples=int(os.environ.get("NODANA_TEST_EXAMPLES", "60")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_sequence_tells_the_truth(
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[Any],
    words: tuple[str, str],
) -> None:
    monkeypatch.setenv("NODANA_STATE_DIR", str(tmp_path_factory.mktemp("state")))
    simulator.reset()
    up, down = words
    simulator.settings(generation=["nodes"], serve_apps=True, node_ready_status=up, node_stopped_status=down)
    for version in ("0.8.0", "0.9.0"):
        simulator.release("phoenixd", version)
    machine = NodesMachine(simulator)
    machine.node()
    for state, fault, check in steps:
        before = seen(machine)
        simulator.clear_faults()
        if fault:
            number, name, times = fault
            for _request in range(number):
                simulator.fault("slow")  # the requests before it
            simulator.fault(name, times=times)
        run = machine.node(state=state, check=check)
        after = seen(machine)
        if check:
            assert after == before
        elif run.error is None:
            assert is_as_wanted(state, after, up, down), (state, fault, after)
            if not any("it is not known" in warning for warning in run.result.warnings):
                assert run.result.changed is (after != before or state == "restarted"), (state, fault, before, after)
