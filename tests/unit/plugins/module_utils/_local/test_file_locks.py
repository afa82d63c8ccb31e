# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Locks on network file systems: they are tested before the first request, and an error says if they do not work."""

from __future__ import annotations

import fcntl
import io
import os
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._local import file_locks
from ansible_collections.nodana.cloud.plugins.module_utils._local.file_locks import Mount
from ansible_collections.nodana.cloud.plugins.module_utils._local.state_dir import StateUnavailable
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.machine import Machine

MOUNTS = """\
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
30 22 0:40 / /home rw,relatime shared:1 - nfs4 nas:/home rw,vers=4.2,local_lock=none
31 30 0:41 / /home/me/local rw - btrfs /dev/vdb rw,subvol=/
32 22 0:42 / /with\\040space rw - nfs nas:/s rw,vers=3,nolock
33 22 0:43 / /nameless rw - tmpfs  rw,size=1k
34 22 0:44 / /over rw - tmpfs none rw
35 34 0:45 / /over rw master:2 propagate_from:1 - fuse.sshfs me@host:/ rw
"""


@pytest.fixture(autouse=True)
def untested() -> None:
    file_locks.check_locks.cache_clear()


def mounted(monkeypatch: pytest.MonkeyPatch, kind: str = "nfs4", *options: str) -> None:
    """Let the state folder appear to be on another file system."""
    monkeypatch.setattr(os, "major", lambda _device: 0)
    monkeypatch.setattr(file_locks, "mount_of", lambda _folder: Mount(kind, "nas:/state", frozenset(options)))


@pytest.mark.parametrize("missing", ["lockf", "flock"])
def test_no_request_is_sent_if_locks_exclude_no_other_process(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    mounted(monkeypatch)
    monkeypatch.setattr(fcntl, missing, lambda *_arguments: None)
    run_of_a_task(simulator, r"Locks do not work in the state folder \S+ \(nfs4 from nas:/state\): two processes got")


@pytest.mark.parametrize("missing", ["lockf", "flock"])
def test_no_request_is_sent_if_the_file_system_refuses_locks(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    def refuse(*_arguments: Any) -> None:
        raise OSError(37, "No locks available")

    mounted(monkeypatch, "lustre")
    monkeypatch.setattr(fcntl, missing, refuse)
    run_of_a_task(simulator, r"\(lustre from nas:/state\): No locks available\. Mount it with working locks, or set")


@pytest.mark.parametrize("option", ["nolock", "local_lock=all", "local_lock=flock", "nobrl", "localflock"])
def test_no_request_is_sent_if_the_locks_stay_on_this_machine(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    mounted(monkeypatch, "nfs", "rw", option)
    run_of_a_task(simulator, rf"mounted with {option}\. Mount it without {option}, or set NODANA_STATE_DIR to a folder")


def run_of_a_task(simulator: Simulator, message: str) -> None:
    """Check that a task fails with this message before its first request."""
    with pytest.raises(StateUnavailable, match=message):
        Machine(simulator).info()
    assert simulator.log()["requests"] == []


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs", "9p", "virtiofs", "unknown"])
def test_working_locks_of_any_file_system_are_accepted(
    simulator: Simulator, state_folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    mounted(monkeypatch, kind, "rw", "local_lock=none")
    assert Machine(simulator).info(project=None, template=None).message == ""
    assert (state_folder / "test.lock").exists()


@pytest.mark.parametrize("kind", ["overlay", "tmpfs", "btrfs", "zfs"])
def test_local_file_systems_are_not_tested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    mounted(monkeypatch, kind)
    file_locks.check_locks(str(tmp_path))
    assert os.listdir(tmp_path) == []


def test_the_locks_are_tested_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounted(monkeypatch)
    file_locks.check_locks(str(tmp_path))
    monkeypatch.setattr(os, "fork", None)
    file_locks.check_locks(str(tmp_path))


def test_a_test_by_another_process_at_the_same_time_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounted(monkeypatch)
    with (tmp_path / "test.lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_SH)
        file_locks.check_locks(str(tmp_path))


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/", "ext4"),
        ("/homes", "ext4"),
        ("/home", "nfs4"),
        ("/home/me/state", "nfs4"),
        ("/home/me/local/state", "btrfs"),
        ("/with space", "nfs"),
        ("/nameless/a", "tmpfs"),
        ("/over/it", "fuse.sshfs"),
    ],
)
def test_the_innermost_and_last_mount_is_that_of_a_folder(
    monkeypatch: pytest.MonkeyPatch, folder: str, kind: str
) -> None:
    monkeypatch.setattr("builtins.open", lambda *_arguments, **_options: io.StringIO(MOUNTS))
    mount = file_locks.mount_of(folder)
    assert mount
    assert mount.type == kind
    assert ("nolock" in mount.options) == (kind == "nfs")


def test_without_a_list_of_mounts_the_locks_are_tested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any, **_options: Any) -> None:
        raise FileNotFoundError

    with monkeypatch.context() as patched:
        patched.setattr("builtins.open", fail)
        assert file_locks.mount_of(str(tmp_path)) is None
    monkeypatch.setattr(file_locks, "mount_of", lambda _folder: None)
    file_locks.check_locks(str(tmp_path))
    assert os.listdir(tmp_path) == ["test.lock"]
