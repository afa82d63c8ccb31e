# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any order of runs, kills, deletions, lists and reads that lag: never more apps or nodes than wanted."""

from __future__ import annotations

import os
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._client.creations import RECENT, Creations
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Conflict
from ansible_collections.nodana.cloud.plugins.module_utils._local.receipts import Receipt
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import transport
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock
from ansible_collections.nodana.cloud.tests.support.machine import Machine
from ansible_collections.nodana.cloud.tests.support.nodes import NodesMachine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

LAG = 1000.0
COUNT = 2


class Killed(BaseException):
    """The end of a process."""


KILLS = [None, None, "before the receipt", "before the request", "after the response", "before the journal", "settling"]
RUNS = st.tuples(st.sampled_from(["app", "stack"]), st.sampled_from(KILLS), st.booleans(), st.booleans())
OTHERS = st.sampled_from(["lists catch up", "delete one", "delete one elsewhere", "delete by template"])
STEPS = st.lists(st.one_of(RUNS, RUNS, st.tuples(OTHERS)), max_size=8)


class World:
    """A machine that wants two apps in a project, and lists that lag."""

    count = COUNT

    def __init__(self, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
        simulator.reset()
        simulator.settings(project_limit=0, list_lag=LAG)
        self.simulator = simulator
        self.monkeypatch = monkeypatch
        self.machine = Machine(simulator)
        self.is_late = False
        self.elsewhere = Api(transport(simulator.url, simulator.key, FakeClock()))

    def app(self, kill: str | None, store: bool, reads_lag: bool) -> None:
        self.run(kill, reads_lag, lambda: self.machine.app(count=COUNT, create_project=True, store=store))

    def stack(self, kill: str | None, store: bool, reads_lag: bool) -> None:
        self.run(kill, reads_lag, lambda: self.machine.stack(("phoenixd", COUNT), store=store))

    def run(self, kill: str | None, reads_lag: bool, task: Any) -> None:
        reads_lag = reads_lag and not self.is_late
        self.simulator.settings(read_lag=LAG if reads_lag else 0)
        with self.monkeypatch.context() as patched:
            self._arm(patched, kill)
            try:
                run = task()
            except Killed:
                return
            finally:
                self.simulator.settings(read_lag=0)
        if reads_lag and isinstance(run.error, Conflict):
            assert "this machine created it at" in run.message
            return
        assert run.message == ""
        assert len(self.apps()) == self.count

    def _arm(self, patched: pytest.MonkeyPatch, kill: str | None) -> None:
        def dying(place: Any, name: str, moment: str, *, after: bool = False) -> None:
            original = getattr(place, name)

            def call(*arguments: Any, **options: Any) -> Any:
                if kill == moment and not after:
                    raise Killed
                result = original(*arguments, **options)
                if kill == moment:
                    raise Killed
                return result

            patched.setattr(place, name, call)

        dying(Creations, "begin", "before the receipt")
        dying(Receipt, "begin", "before the request")
        dying(Receipt, "add", "after the response", after=True)
        dying(Creations, "note_app", "before the journal")
        dying(Receipt, "remove", "settling")

    def lists_catch_up(self) -> None:
        self.simulator.settings(list_lag=0)
        for project in self.elsewhere.projects():
            self.elsewhere.apps(project["id"])
        self.simulator.settings(list_lag=LAG)

    def delete_one(self) -> None:
        for app_id in self.apps()[:1]:
            assert self.machine.app(id=app_id, project=None, template=None, state="absent").message == ""

    def delete_one_elsewhere(self) -> None:
        for app_id in self.apps()[:1]:
            self.elsewhere.delete_app(app_id)
            self.wait()

    def wait(self) -> None:
        """Wait until reads do not lag any more."""
        self.machine.clock.now += RECENT
        self.is_late = True

    def delete_by_template(self) -> None:
        there = len(self.apps())
        run = self.machine.app(state="absent")
        assert (run.error is None) == (there < 2), run.message
        assert len(self.apps()) == (there if there > 1 else 0)

    def apps(self) -> list[str]:
        return [app["id"] for app in self.simulator.account()["apps"]]


@given(steps=STEPS)
@settings(
    max_examples=int(os.environ.get("NODANA_TEST_EXAMPLES", "60")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_order_creates_exactly_the_wanted_apps(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory, steps: Any
) -> None:
    monkeypatch.setenv("NODANA_STATE_DIR", str(tmp_path_factory.mktemp("state")))
    world = World(simulator, monkeypatch)
    for name, *details in steps:
        getattr(world, name.replace(" ", "_"))(*details)
        assert len(world.apps()) <= COUNT, "created twice"
        assert len(world.simulator.account()["projects"]) <= 1, "a project was created twice"
    world.app(None, True, False)


class NodeWorld(World):
    """A machine that wants one node, and lists that lag."""

    machine: NodesMachine
    count = 1

    def __init__(self, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(simulator, monkeypatch)
        simulator.settings(generation=["nodes"])
        self.machine = NodesMachine(simulator, defaults={"secrets_dir": "secrets", "wait": False})

    def app(self, kill: str | None, store: bool, reads_lag: bool) -> None:
        self.run(kill, reads_lag, lambda: self.machine.node(store=store))

    stack = app

    def lists_catch_up(self) -> None:
        self.simulator.settings(list_lag=0)
        self.machine.api.nodes()
        self.simulator.settings(list_lag=LAG)

    def delete_one(self) -> None:
        for node_id in self.apps():
            assert self.machine.node(id=node_id, state="absent").message == ""

    def delete_one_elsewhere(self) -> None:
        for node_id in self.apps():
            self.machine.api.delete_node(node_id)
            self.wait()

    def delete_by_template(self) -> None:
        assert self.machine.node(state="absent").message == ""
        assert self.apps() == []

    def apps(self) -> list[str]:
        return [node["id"] for node in self.machine.nodes()]


@given(steps=STEPS)
@settings(
    max_examples=int(os.environ.get("NODANA_TEST_EXAMPLES", "25")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_order_creates_exactly_one_node(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory, steps: Any
) -> None:
    monkeypatch.setenv("NODANA_STATE_DIR", str(tmp_path_factory.mktemp("state")))
    world = NodeWorld(simulator, monkeypatch)
    for name, *details in steps:
        getattr(world, name.replace(" ", "_"))(*details)
        assert len(world.apps()) <= 1, "created twice"
    world.app(None, True, False)
