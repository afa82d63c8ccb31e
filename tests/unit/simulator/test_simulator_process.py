# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The program itself: where it listens, what it prints, when it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.tests.simulator.handle import DEFAULT_KEY, ROOT, Simulator
from ansible_collections.nodana.cloud.tests.simulator.parent import parent_gone, started
from ansible_collections.nodana.cloud.tests.unit.simulator.asking import Asking

COMMAND = [sys.executable, "-m", "tests.simulator"]


def run(*flags: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    return subprocess.run([*COMMAND, *flags], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_help_names_every_flag() -> None:
    text = run("--help").stdout
    for flag in ("--port", "--port-file", "--parent", "--key", "--rate-interval", "--list-deleted", "--limit-form"):
        assert flag in text


@pytest.mark.parametrize(
    "flags", [["--rate-interval", "-1"], ["--ban-after", "x"], ["--create-envelope", "paper"], ["--nonsense"]]
)
def test_a_wrong_flag_is_explained_without_a_traceback(flags: list[str]) -> None:
    ended = run(*flags)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert "error: " in ended.stderr


def test_a_taken_port_is_explained_without_a_traceback(simulator: Simulator) -> None:
    ended = run("--port", str(simulator.port))
    assert ended.returncode == 1
    assert "cannot start" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_it_prints_its_url_and_never_a_key_and_ends_when_told(tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    key = "printed-key-0123456789"
    process = subprocess.Popen(
        [*COMMAND, "--port-file", str(port_file), "--key", key, "--rate-interval", "0"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    first = process.stdout.readline()
    port = int(port_file.read_text())
    created = Asking(port, key).data("POST", "/apps", {"template": "phoenixd"})
    process.send_signal(signal.SIGTERM)
    rest, errors = process.communicate(timeout=20)
    assert first == f"http://127.0.0.1:{port}/v1\n"
    assert (rest, errors, process.returncode) == ("", "", 0)
    assert key not in first + rest + errors
    assert created["seed"] not in first + rest + errors
    assert os.listdir(tmp_path) == ["port"]


def test_flags_are_the_first_settings(simulator: Simulator) -> None:
    settings = simulator.settings()
    assert (settings["rate_interval"], settings["startup_delay"], settings["ban_after"]) == (0, 0, 10)


def test_the_handle_passes_settings_of_every_kind_on() -> None:
    with Simulator(jitter_answer=True, list_deleted=False, stopped_status="stopped", project_limit=7) as simulator:
        settings = simulator.settings()
        assert Asking(simulator.port, DEFAULT_KEY).data("GET", "/projects") == []
    wanted = {"jitter_answer": True, "list_deleted": False, "stopped_status": "stopped", "project_limit": 7}
    assert {name: settings[name] for name in wanted} == wanted
    with pytest.raises(ConnectionRefusedError):
        simulator.log()


def test_the_handle_says_why_it_could_not_start() -> None:
    with pytest.raises(RuntimeError, match="unrecognized arguments: --nonsense"), Simulator(nonsense=1):
        pass


def test_a_simulator_ends_with_the_process_that_it_was_told_to_watch(tmp_path: Path) -> None:
    watched = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    simulator = subprocess.Popen(
        [*COMMAND, "--parent", str(watched.pid), "--port-file", str(tmp_path / "port")],
        cwd=ROOT, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        awaited((tmp_path / "port").exists)
        assert simulator.poll() is None
        watched.communicate(b"\n")
        assert simulator.wait(timeout=20) == 0
    finally:
        simulator.kill()
        simulator.wait()
        watched.kill()
        watched.wait()


def test_a_simulator_without_the_flag_ends_with_its_parent(tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    command = [*COMMAND, "--port-file", str(port_file)]
    parent = subprocess.Popen([sys.executable, "-c", f"import subprocess; subprocess.run({command!r})"], cwd=ROOT)
    awaited(port_file.exists)
    port = int(port_file.read_text())
    parent.kill()
    parent.wait()
    awaited(lambda: not listens(port))


def test_a_parent_that_ended_is_gone_even_before_it_was_waited_for() -> None:
    child = subprocess.Popen([sys.executable, "-c", "pass"], stdin=subprocess.DEVNULL)
    assert started(os.getpid()) is not None
    asyncio.run(asyncio.wait_for(parent_gone(child.pid, 0.01), 20))
    child.wait()
    assert started(child.pid) is None


def listens(port: int) -> bool:
    """Return whether a process accepts connections at this port."""
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0


def awaited(there: Callable[[], bool]) -> None:
    """Wait until something is so; fail when it takes too long."""
    deadline = time.monotonic() + 30
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.02)
