# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Leases: other processes see who is alive, and nothing but the end of the holder ends a lease."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._local import lease
from ansible_collections.nodana.cloud.tests.support.leases import Holder
from ansible_collections.nodana.cloud.tests.support.processes import started


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(tmp_path)


def test_a_lease_is_held_until_its_block_ends(folder: str) -> None:
    with Holder(folder) as holder:
        assert lease.is_held(folder, holder.lease)
        assert lease.is_held(folder, holder.lease), "the first check took the lease away"
    assert not lease.is_held(folder, holder.lease)
    assert os.listdir(folder) == ["leases.lock"]
    assert os.stat(os.path.join(folder, "leases.lock")).st_mode & 0o777 == 0o600


def test_several_processes_hold_leases_and_each_ends_alone(folder: str) -> None:
    with Holder(folder) as first:
        with Holder(folder) as second:
            assert lease.is_held(folder, first.lease)
            assert lease.is_held(folder, second.lease)
        assert (lease.is_held(folder, first.lease), lease.is_held(folder, second.lease)) == (True, False)


def test_a_killed_process_holds_no_lease(folder: str) -> None:
    with Holder(folder) as holder:
        holder.process.kill()
        os.waitid(os.P_PID, holder.process.pid, os.WEXITED | os.WNOWAIT)  # it is a zombie now
        assert not lease.is_held(folder, holder.lease)


def test_a_stopped_process_holds_its_lease(folder: str) -> None:
    with Holder(folder) as holder:
        os.kill(holder.process.pid, signal.SIGSTOP)
        os.waitid(os.P_PID, holder.process.pid, os.WSTOPPED | os.WNOWAIT)
        assert lease.is_held(folder, holder.lease)
        os.kill(holder.process.pid, signal.SIGCONT)


def test_a_child_that_outlives_the_holder_does_not_hold_its_lease(folder: str) -> None:
    number, gone = os.pipe(), os.pipe()

    def hold_and_leave_a_child() -> None:
        with lease.held(folder) as held:
            if not os.fork():
                os.read(gone[0], 1)
                os._exit(0)
            os.write(number[1], b"%d" % held)
            os._exit(0)

    started(hold_and_leave_a_child).join()  # with a timeout, it would wait for the child, too
    is_held = lease.is_held(folder, int(os.read(number[0], 64)))
    os.write(gone[1], b"x")
    assert not is_held


@pytest.mark.parametrize("garbage", [None, "", "17", 1.5, -1, 1 << 62, 1 << 70, [], {}, True])
def test_what_is_not_a_lease_is_not_held(folder: str, garbage: Any) -> None:
    assert not lease.is_held(folder, garbage)
    with Holder(folder):
        assert not lease.is_held(folder, garbage)


def test_a_lease_of_another_folder_is_not_held(folder: str, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with Holder(folder) as holder:
        assert not lease.is_held(str(tmp_path / "other"), holder.lease)
    assert os.listdir(tmp_path / "other") == []
