# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Any sequence of runs, faults, kills and deletions: at most one node of a name by us, and no secret is forgotten."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._errors import AmbiguousOutcome, Conflict
from ansible_collections.nodana.cloud.plugins.module_utils._local import atomic_file
from ansible_collections.nodana.cloud.plugins.module_utils._local.receipts import Receipt
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.machine import Run
from ansible_collections.nodana.cloud.tests.support.nodes import NodesMachine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


class Killed(BaseException):
    """The end of a process."""


FAULTS = [
    *("drop_after", "error_after", "cut_json", "empty_body", "no_data", "limit", "limit_after"),
    *("drop_before", "error_before", "html_502", "not_json_200", "redirect", "redirect_after", "named_error_after"),
]
KILLS = ["the receipt", "the request", "the response", "the end of the response", "the report"]


def seldom(values: list[str]) -> st.SearchStrategy[str | None]:
    """One of the values, or more often None."""
    return st.one_of(st.none(), st.none(), st.sampled_from(values))


NAMES = st.sampled_from(["shop", "till"])
STEP = st.one_of(
    st.tuples(st.just("run"), NAMES, seldom(FAULTS), seldom(KILLS), st.booleans()),
    st.tuples(st.just("delete"), NAMES, st.booleans()),
    st.tuples(st.just("look"), NAMES),
)


class World:
    """A machine that creates nodes, what arrived there, and what must hold."""

    def __init__(self, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
        simulator.reset()
        simulator.settings(generation=["nodes"])
        self.simulator = simulator
        self.monkeypatch = monkeypatch
        self.machine = NodesMachine(simulator)
        self.arrived: list[bytes] = []

    def run(self, name: str, fault: str | None, kill: str | None, store: bool) -> None:
        """Run the task, with a fault of the creation, killed before something, its secrets stored or not."""
        if fault:
            self.simulator.fault(fault, method="POST", path="^/nodes$")
        with self.monkeypatch.context() as patched:
            self._arm(patched, kill)
            try:
                run = self.machine.node(name=name, store=store)
            except Killed:
                return
        self._judge(run, name)

    def _judge(self, run: Run, name: str) -> None:
        if run.error is None:
            (node,) = [node for node in self.machine.nodes() if node["name"] == name]
            assert run.values["node"]["id"] == node["id"], "a success without the node"
            assert self._has_arrived(node["secrets"]["seed"]), "a success without the secrets"
        else:
            assert isinstance(run.error, (AmbiguousOutcome, Conflict)), run.message

    def _arm(self, patched: pytest.MonkeyPatch, kill: str | None) -> None:
        replace, begin, add, end = atomic_file.replace, Receipt.begin, Receipt.add, Receipt.end

        def die(before: str) -> None:
            if kill == before:
                raise Killed

        def replacing(*arguments: Any) -> None:
            die("the receipt")
            replace(*arguments)

        def beginning(receipt: Receipt) -> None:
            die("the request")
            begin(receipt)

        def adding(receipt: Receipt, piece: bytes) -> None:
            die("the response")
            if kill == "the end of the response":
                add(receipt, piece[: len(piece) // 2])
                raise Killed
            add(receipt, piece)
            self.arrived.append(receipt.response)

        def ending(receipt: Receipt) -> None:
            die("the report")
            end(receipt)

        patched.setattr(atomic_file, "replace", replacing)
        patched.setattr(Receipt, "begin", beginning)
        patched.setattr(Receipt, "add", adding)
        patched.setattr(Receipt, "end", ending)

    def delete(self, name: str, elsewhere: bool) -> None:
        """Delete a node of this name, by its id, here or on another machine."""
        for node in self.machine.nodes():
            if node["name"] == name:
                if elsewhere:
                    self.machine.api.delete_node(node["id"])
                else:
                    assert self.machine.node(id=node["id"], state="absent").error is None
                return

    def look(self, name: str) -> None:
        """Run everything that must not change anything."""
        before = (self.machine.nodes(), self.machine.pending())
        lost = {node_id for receipt in self.machine.pending() for node_id in receipt.lost}
        told = " ".join(self.machine.node_info().result.warnings)
        self.machine.node(name=name, check=True, store=False)
        assert (self.machine.nodes(), self.machine.pending()) == before
        listed = {node["id"] for node in self.machine.node_info().values["nodes"]}
        assert all(node_id in told for node_id in lost & listed)

    def _has_arrived(self, secret: str) -> bool:
        return any(secret.encode() in response for response in self.arrived)

    def check_all(self) -> None:
        names = [node["name"] for node in self.machine.nodes()]
        assert len(names) == len(set(names)), "created twice"
        files = [path for path in Path(os.environ["NODANA_STATE_DIR"]).rglob("*") if path.is_file()]
        assert all(path.stat().st_mode & 0o077 == 0 for path in files)
        text = b"".join(path.read_bytes() for path in files)
        account = self.simulator.account()
        for node in [*account["nodes"], *account["deleted_nodes"]]:
            for secret in node["secrets"].values():
                if self._has_arrived(secret):
                    kept = secret in self.machine.kept.get(node["id"], {}).values()
                    assert kept or secret.encode() in text, "forgotten"


@given(steps=st.lists(STEP, max_size=8))
@settings(
    max_examples=int(os.environ.get("NODANA_TEST_EXAMPLES", "60")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_sequence(
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[Any, ...]],
) -> None:
    monkeypatch.setenv("NODANA_STATE_DIR", str(tmp_path_factory.mktemp("state")))
    world = World(simulator, monkeypatch)
    for name, *details in steps:
        simulator.clear_faults()  # one that waits for a run that did not create
        getattr(world, name)(*details)
        world.check_all()
