# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lock with a name: who waits, for how long, and for whom."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client.creations import LONGEST_WAIT, Creations
from ansible_collections.nodana.cloud.plugins.module_utils._local import lock
from ansible_collections.nodana.cloud.plugins.module_utils._local.holder import holder_record
from ansible_collections.nodana.cloud.plugins.module_utils._local.state_dir import StateUnavailable
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock

HOLD = """
import fcntl, os, sys
file = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def holder(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until its input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        if process.poll() is None:
            process.communicate("")


def hold(path: Path, clock: FakeClock, timeout: float = 0) -> None:
    """Take the lock and give it back."""
    with lock.held(str(path), "creating", timeout, clock):
        pass


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "it.lock"


def test_a_free_lock_is_held_at_once_and_given_back(path: Path, clock: FakeClock) -> None:
    for _time in range(2):
        hold(path, clock)
    assert clock.slept == 0
    assert path.stat().st_mode & 0o777 == 0o600


def test_waiting_ends_at_the_deadline_and_names_the_holder(path: Path, clock: FakeClock) -> None:
    told = r"Timed out after 7 s while waiting for process \d+, .*creating phoenixd apps since"
    with lock.held(str(path), "creating phoenixd apps", 5, clock), pytest.raises(lock.LockTimeout, match=told):
        hold(path, clock, 7)
    assert clock.slept == pytest.approx(7, abs=lock.POLL_INTERVAL)


def test_a_stopped_holder_is_named_as_stopped(path: Path, clock: FakeClock) -> None:
    with holder(path) as process:
        path.write_text(json.dumps({**holder_record("creating phoenixd apps"), "pid": process.pid}))
        os.kill(process.pid, signal.SIGSTOP)
        os.waitpid(process.pid, os.WUNTRACED)
        told = rf"process {process.pid}, which has been creating phoenixd apps since \d\d\d\d-.*, and is stopped"
        with pytest.raises(lock.LockTimeout, match=told):
            hold(path, clock, 1)
        os.kill(process.pid, signal.SIGCONT)


def test_a_holder_on_another_host_is_named_with_it(path: Path, clock: FakeClock) -> None:
    with holder(path):
        path.write_text(json.dumps({**holder_record("creating"), "host": "elsewhere"}))
        with pytest.raises(lock.LockTimeout, match=r"process \d+ on the host elsewhere, which has been creating since"):
            hold(path, clock, 1)


def test_a_holder_in_another_container_with_the_same_host_name_is_not_taken_for_a_process_here(
    path: Path, clock: FakeClock
) -> None:
    with holder(path):
        path.write_text(json.dumps({**holder_record("creating"), "pids": 1}))
        with pytest.raises(lock.LockTimeout, match=r"process \d+ in another container, which has been creating since"):
            hold(path, clock, 1)


def test_another_process_is_waited_for(path: Path, clock: FakeClock) -> None:
    with holder(path) as process:
        with pytest.raises(lock.LockTimeout, match="another process"):
            hold(path, clock, 1)
        process.communicate("")
        hold(path, clock)


def test_a_killed_holder_does_not_block(path: Path, clock: FakeClock) -> None:
    with holder(path) as process:
        process.kill()
        process.wait()
        hold(path, clock)


def test_a_failure_gives_the_lock_back(path: Path, clock: FakeClock) -> None:
    with pytest.raises(ZeroDivisionError), lock.held(str(path), "creating", 0, clock):
        raise ZeroDivisionError
    hold(path, clock)


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"[1]", b'{"pid": 1}'])
def test_a_holder_that_says_nothing_is_another_process(path: Path, clock: FakeClock, content: bytes) -> None:
    with holder(path):
        path.write_bytes(content)
        with pytest.raises(
            lock.LockTimeout,
            match=r"Timed out after 0 s while waiting for another process\. Continue that process if it is stopped",
        ):
            hold(path, clock)


def test_a_place_that_cannot_be_locked_is_told(tmp_path: Path, clock: FakeClock) -> None:
    for impossible in (tmp_path / "no folder" / "it.lock", tmp_path):
        with pytest.raises(StateUnavailable, match="cannot be used"):
            hold(impossible, clock)


def test_a_file_system_without_locks_is_told(path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(StateUnavailable, match="No locks available"):
        hold(path, clock)


def test_two_keys_do_not_block_each_other_and_one_does(clock: FakeClock) -> None:
    first, again, second = (Creations("https://x/v1", key, clock) for key in ("first-key", "first-key", "second-key"))
    with first.one_at_a_time("creating"):
        with second.one_at_a_time("creating"):
            assert clock.slept == 0
        with pytest.raises(lock.LockTimeout), again.one_at_a_time("creating"):
            pass
    assert clock.slept >= LONGEST_WAIT
