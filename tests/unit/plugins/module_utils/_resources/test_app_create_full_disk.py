# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A state folder that takes nothing any more, at each write of a creation."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._errors import AmbiguousOutcome, Conflict, NodanaError
from ansible_collections.nodana.cloud.plugins.module_utils._local import receipts
from ansible_collections.nodana.cloud.plugins.module_utils._local.receipts import Receipt
from ansible_collections.nodana.cloud.plugins.module_utils._local.state_dir import StateUnavailable
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.machine import Machine
from ansible_collections.nodana.cloud.tests.support.nodes import NodesMachine

PROBLEMS = [errno.ENOSPC, errno.EROFS, errno.EIO]
CALLS = ["open", "pwrite", "ftruncate", "replace", "unlink", "fsync", "truncate", "mkdir", "posix_fallocate"]


@pytest.fixture(params=PROBLEMS, ids=errno.errorcode.get)
def problem(request: pytest.FixtureRequest) -> OSError:
    return OSError(request.param, os.strerror(request.param))


@pytest.fixture
def machine(simulator: Simulator) -> Machine:
    machine = Machine(simulator)
    machine.project()
    return machine


class Disk:
    """Counts the calls that change the disk. All after the first ``good`` ones fail."""

    def __init__(self, problem: OSError, monkeypatch: pytest.MonkeyPatch) -> None:
        self.problem = problem
        self.calls = 0
        self.good = 1_000_000
        for name in CALLS:
            monkeypatch.setattr(os, name, self.wrapped(getattr(os, name)))
        monkeypatch.setattr(tempfile, "mkstemp", self.wrapped(tempfile.mkstemp))
        monkeypatch.setattr(receipts, "open", self.wrapped(open), raising=False)

    def wrapped(self, original: Any) -> Any:
        def call(*arguments: Any, **options: Any) -> Any:
            self.calls += 1
            if self.calls > self.good:
                raise self.problem
            return original(*arguments, **options)

        return call

    @contextmanager
    def failing_after(self, good: int) -> Iterator[None]:
        self.calls, self.good = 0, good
        yield
        self.good = 1_000_000


@pytest.fixture
def disk(problem: OSError, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Disk:
    assert machine.pending() == []
    return Disk(problem, monkeypatch)


def calls_of_a_creation(machine: Machine, disk: Disk) -> int:
    disk.calls = 0
    assert machine.app(store=False).error is None
    tidy(machine)
    return disk.calls


def test_wherever_the_disk_fails_nothing_is_lost_or_doubled(machine: Machine, simulator: Simulator, disk: Disk) -> None:
    for good in range(calls_of_a_creation(machine, disk)):
        with disk.failing_after(good):
            run = machine.app(store=False)
        apps = simulator.account()["apps"]
        assert len(apps) <= 1, good
        machine.kept.update({app.app_id: app.secrets for app in run.secrets})
        if not apps:
            assert isinstance(run.error, StateUnavailable), (good, run.message)
            assert str(disk.problem.strerror) in run.message
            continue
        assert run.result.changed
        assert machine.has_secrets_of(apps[0]), (good, run.message)
        (handed,) = run.secrets
        on_disk = [receipt.path for receipt in machine.pending() if receipt.response]
        assert not handed.on_disk or on_disk == [handed.receipt], good
        tidy(machine)


@pytest.mark.parametrize("fault", ["drop_after", "cut_json", "drop_before", "html_502", "limit", None])
def test_a_disk_that_fails_once_the_request_is_sent_hides_nothing(
    machine: Machine, simulator: Simulator, disk: Disk, monkeypatch: pytest.MonkeyPatch, fault: str | None
) -> None:
    def begin(_receipt: Receipt) -> None:
        disk.good = disk.calls

    if fault:
        simulator.fault(fault, method="POST", path="^/apps$")
    with monkeypatch.context() as patched:
        patched.setattr(Receipt, "begin", begin)
        run = machine.app(store=False)
    disk.good = 1_000_000
    made = simulator.account()["apps"]
    if fault:
        assert isinstance(run.error, (AmbiguousOutcome, StateUnavailable)), run.message
    else:
        assert not run.secrets[0].on_disk
        assert set(run.secrets[0].secrets.values()) == set(made[0]["secrets"].values())
    second = machine.app()
    assert len(simulator.account()["apps"]) == 1
    assert isinstance(second.error, Conflict) == bool(made)
    if not fault:  # until the controller, which has the secrets, says that they are safe
        machine.creations.settle([run.secrets[0].receipt])
        assert machine.app().error is None


class Full:
    """A full disk. Existing files can be overwritten and removed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._write = os.pwrite
        monkeypatch.setattr(os, "pwrite", self.pwrite)
        monkeypatch.setattr(os, "posix_fallocate", self.refuse)
        monkeypatch.setattr(tempfile, "mkstemp", self.refuse)
        monkeypatch.setattr(os, "mkdir", self.refuse)

    def pwrite(self, handle: int, content: bytes, at: int) -> int:
        if at + len(content) > os.fstat(handle).st_size:
            self.refuse()
        return self._write(handle, content, at)

    def refuse(self, *_arguments: Any, **_options: Any) -> Any:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def fills_up_once_the_request_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Receipt, "begin", lambda _receipt: Full(monkeypatch))


@pytest.mark.parametrize("lag", [0.0, 1000.0])
def test_a_run_that_is_killed_on_a_disk_that_filled_up_loses_nothing(
    machine: Machine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, lag: float
) -> None:
    machine.project()
    simulator.settings(list_lag=lag)
    with monkeypatch.context() as patched:
        fills_up_once_the_request_is_sent(patched)
        (entry,) = machine.app(store=False).secrets
    assert entry.receipt == machine.pending()[0].path
    assert machine.app().message == ""
    (app,) = simulator.account()["apps"]
    assert machine.has_secrets_of(app)
    assert machine.app().message == ""
    assert len(simulator.account()["apps"]) == 1


def test_a_disk_that_filled_up_leaves_no_mark_of_returned_secrets(
    machine: Machine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator.settings(list_lag=1000)
    with monkeypatch.context() as patched:
        fills_up_once_the_request_is_sent(patched)
        run = machine.app(secrets_dir=None, return_secrets=True, store=False)
        machine.creations.settle([run.secrets[0].receipt])
    (app,) = simulator.account()["apps"]
    assert set(run.secrets[0].secrets.values()) == set(app["secrets"].values())
    assert machine.pending() == []


@pytest.mark.parametrize("reserves", [True, False], ids=["reserved", "zeros"])
@pytest.mark.parametrize("problem", [errno.ENOSPC, errno.EDQUOT], ids=["full", "quota"])
def test_without_room_for_a_response_nothing_is_sent(
    machine: Machine, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, reserves: bool, problem: int
) -> None:
    def refuse(*_arguments: Any) -> Any:
        raise OSError(problem, os.strerror(problem))

    def reserve(*_arguments: Any) -> None:
        if reserves:
            refuse()
        monkeypatch.setattr(os, "pwrite", refuse)
        raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))

    monkeypatch.setattr(os, "posix_fallocate", reserve)
    run = machine.app(secrets_dir=None, return_secrets=True)
    assert isinstance(run.error, StateUnavailable)
    assert "Nothing was created" in run.message
    assert "Free some space" in run.message
    assert os.strerror(problem) in run.message
    assert simulator.account()["apps"] == []
    assert machine.pending() == []


@pytest.mark.parametrize("kind", ["app", "node"])
@pytest.mark.parametrize("first", ["the state folder", "the lock"])
def test_the_first_creation_on_a_full_disk_says_so(
    simulator: Simulator, state_folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str, first: str
) -> None:
    simulator.settings(generation=["seed", "nodes"])
    machine = Machine(simulator) if kind == "app" else NodesMachine(simulator)
    if first == "the lock":
        state_folder.mkdir(mode=0o700)
    opened = os.open

    def refuse(path: Any, flags: int, *more: Any, **options: Any) -> int:
        if flags & os.O_CREAT and not os.path.exists(path):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return opened(path, flags, *more, **options)

    monkeypatch.setattr(os, "open", refuse)
    monkeypatch.setattr(os, "mkdir", refuse_all)
    options = {"name": "shop"} if kind == "node" else {}
    if first == "the state folder":
        with pytest.raises(StateUnavailable) as caught:
            _creations = machine.creations  # the first thing that a module needs
        error: StateUnavailable | NodanaError = caught.value
    else:
        error = machine.run(f"nodana_{kind}", **options).failure
        assert ".lock has no space" in str(error)
    assert "Nothing was created: the disk of " in str(error)
    assert "(No space left on device)" in str(error)
    assert "Free some space" in str(error)
    assert simulator.log()["requests"] == []


def refuse_all(*_arguments: Any, **_options: Any) -> Any:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_receipt_that_cannot_be_removed_is_told(machine: Machine, disk: Disk) -> None:
    machine.app(store=False)
    (receipt,) = machine.pending()
    creations = machine.creations
    with disk.failing_after(1), pytest.raises(StateUnavailable, match=disk.problem.strerror):
        creations.settle([receipt.path])  # it is read, and not removed
    assert machine.pending() == [receipt]


def test_a_mark_that_cannot_be_removed_keeps_nobody_from_deleting(
    machine: Machine, simulator: Simulator, disk: Disk
) -> None:
    simulator.fault("drop_after", method="POST", path="^/apps$")
    machine.app()
    (receipt,) = machine.pending()
    creations = machine.creations
    with disk.failing_after(0):
        creations.forget(receipt.lost[0])
    assert machine.pending() == [receipt]


def tidy(machine: Machine) -> None:
    """Away with the app and what was left of it."""
    for receipt in machine.pending():
        receipt.remove()
    machine.app(state="absent")
    machine.kept.clear()
