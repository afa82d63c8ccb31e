# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Any sequence of runs, faults, kills, deletions and other machines: one app by us at most, no secret forgotten."""

from __future__ import annotations

import os
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._errors import AmbiguousOutcome, Conflict
from ansible_collections.nodana.cloud.plugins.module_utils._local import atomic_file
from ansible_collections.nodana.cloud.plugins.module_utils._local.receipts import Receipt
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import transport
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock
from ansible_collections.nodana.cloud.tests.support.machine import Machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


class Killed(BaseException):
    """The end of a process."""


FAULTS = [
    None,
    *("drop_after", "error_after", "cut_json", "empty_body", "no_data"),
    *("drop_before", "error_before", "html_502", "not_json_200", "limit"),
    *("redirect", "redirect_after", "named_error_after", "limit_after"),
]
KILLS = [
    "before the receipt",
    "before the request",
    "before the response",
    "before its end",
    "after the response",
    None,
]
RUNS = st.tuples(st.just("run"), st.sampled_from(FAULTS), st.sampled_from([None, None, *KILLS]), st.booleans())
OTHERS = st.sampled_from(["delete ours", "delete elsewhere", "made elsewhere", "remove the marker", "info", "check"])
STEPS = st.lists(st.one_of(RUNS, RUNS, st.tuples(OTHERS)), max_size=7)
PLACES = st.sampled_from(["shop", None])


class World:
    """A machine, the rest of the world, and what must hold between them."""

    def __init__(self, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, place: str | None) -> None:
        simulator.reset()
        simulator.settings(project_limit=0)
        self.simulator = simulator
        self.monkeypatch = monkeypatch
        self.place: dict[str, Any] = {"project": place}
        self.machine = Machine(simulator)
        self.elsewhere = Api(transport(simulator.url, simulator.key, FakeClock()))
        self.shop = self.machine.project().result.values["project"]["id"]
        self.others: set[str] = set()
        self.arrived: dict[str, bytes] = {}

    def run(self, fault: str | None, kill: str | None, store: bool) -> None:
        """Run the task, with a fault of the creation, killed at some point, its secrets stored or not."""
        if fault:
            self.simulator.fault(fault, method="POST", path="^/apps$")
        lost = self.lost()
        had = self.apps()
        with self.monkeypatch.context() as patched:
            self._arm(patched, kill)
            try:
                run = self.machine.app(store=store, **self.place)
            except Killed:
                return
        if lost & had:
            assert isinstance(run.error, Conflict), run.message
        if run.error is None:
            assert self.apps(), "a success without an app"
        else:
            assert isinstance(run.error, (AmbiguousOutcome, Conflict)), run.message

    def _arm(self, patched: pytest.MonkeyPatch, kill: str | None) -> None:
        add, begin, replace = Receipt.add, Receipt.begin, atomic_file.replace

        def dying(when: str) -> None:
            if kill == when:
                raise Killed

        def replacing(path: str, content: bytes, room: int = 0) -> None:
            dying("before the receipt")
            replace(path, content, room)

        def beginning(receipt: Receipt) -> None:
            dying("before the request")
            begin(receipt)

        def adding(receipt: Receipt, piece: bytes) -> None:
            dying("before the response")
            if kill == "before its end":
                add(receipt, piece[: len(piece) // 2])
                raise Killed
            add(receipt, piece)
            self.arrived[receipt.path] = receipt.response
            dying("after the response")

        patched.setattr(atomic_file, "replace", replacing)
        patched.setattr(Receipt, "begin", beginning)
        patched.setattr(Receipt, "add", adding)

    def apps(self) -> set[str]:
        return {app["id"] for app in self.simulator.account()["apps"]}

    def ours(self) -> set[str]:
        return self.apps() - self.others

    def lost(self) -> set[str]:
        return {app_id for receipt in self.machine.pending() for app_id in receipt.lost}

    def step(self, name: str, *details: Any) -> None:
        self.simulator.clear_faults()  # one that waits for a run that did not create
        getattr(self, name.replace(" ", "_"))(*details)
        self.check_all()

    def delete_ours(self) -> None:
        for app_id in sorted(self.ours())[:1]:
            assert self.machine.app(id=app_id, project=None, template=None, state="absent").error is None

    def delete_elsewhere(self) -> None:
        for app_id in sorted(self.apps())[:1]:
            self.elsewhere.delete_app(app_id)

    def made_elsewhere(self) -> None:
        project_id = self.shop if self.place["project"] else self.elsewhere.create_project("other")["id"]
        self.others.add(self.elsewhere.create_app("phoenixd", {}, project_id)["id"])

    def remove_the_marker(self) -> None:
        for receipt in self.machine.pending():
            if receipt.lost:
                os.unlink(receipt.path)
                self.arrived.pop(receipt.path, None)

    def info(self) -> None:
        lost = self.lost() & self.apps()
        warnings = " ".join(self.machine.info(**self.place).result.warnings)
        assert all(app_id in warnings for app_id in lost)

    def check(self) -> None:
        before = (self.apps(), self.machine.pending())
        self.machine.app(check=True, store=False, **self.place)
        assert (self.apps(), self.machine.pending()) == before

    def check_all(self) -> None:
        assert len(self.ours()) <= 1, "created twice"
        text = b"".join(self.files())
        for app in self.everything():
            for secret in app["secrets"].values():
                if any(secret.encode() in answer for answer in self.arrived.values()):
                    kept = secret in self.machine.kept.get(app["id"], {}).values()
                    assert kept or secret.encode() in text, "forgotten"

    def files(self) -> list[bytes]:
        state = os.environ["NODANA_STATE_DIR"]
        paths = [os.path.join(folder, name) for folder, _folders, names in os.walk(state) for name in names]
        assert all(os.stat(path).st_mode & 0o077 == 0 for path in paths)
        contents = []
        for path in paths:
            with open(path, "rb") as file:
                contents.append(file.read())
        return contents

    def everything(self) -> list[dict[str, Any]]:
        account = self.simulator.account()
        return [*account["apps"], *account["deleted_apps"]]


@given(steps=STEPS, place=PLACES)
@settings(
    max_examples=int(os.environ.get("NODANA_TEST_EXAMPLES", "60")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_sequence(
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
    steps: Any,
    place: str,
) -> None:
    monkeypatch.setenv("NODANA_STATE_DIR", str(tmp_path_factory.mktemp("state")))
    world = World(simulator, monkeypatch, place)
    for step in steps:
        world.step(*step)
