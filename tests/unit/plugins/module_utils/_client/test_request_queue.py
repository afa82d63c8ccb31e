# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stopped process keeps its place. The processes behind it fail and name it, and no others do."""

from __future__ import annotations

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client import request_queue
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._client.rate_limiter import RateLimiter, rate_limiter_path
from ansible_collections.nodana.cloud.plugins.module_utils._local.holder import describe_holder
from ansible_collections.nodana.cloud.plugins.module_utils._local.state_dir import StateUnavailable
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import sent, transport
from ansible_collections.nodana.cloud.tests.support.processes import awaited, ended, started
from ansible_collections.nodana.cloud.tests.support.turns import Holder, begun, drawn

PATIENCE = 0.5


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real time, since processes are stopped and go on in it; but less of it."""
    monkeypatch.setattr(request_queue, "PATIENCE", PATIENCE)
    monkeypatch.setattr(request_queue, "POLL_INTERVAL", 0.05)


@contextmanager
def stopped(process: Any) -> Iterator[None]:
    """Stop a process as Ctrl-Z does, and let it go on afterwards."""
    os.kill(process.pid, signal.SIGSTOP)
    os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
    try:
        yield
    finally:
        os.kill(process.pid, signal.SIGCONT)


def take(path: str, doing: str = "POST /apps") -> None:
    """Take a slot and release it at once."""
    with begun(RateLimiter(path, 0.0), doing):
        pass


def test_a_process_stopped_in_its_turn_is_named_and_nothing_is_sent(simulator: Simulator) -> None:
    path = rate_limiter_path(simulator.url, simulator.key)
    with Holder(path) as holder:
        with stopped(holder.process), pytest.raises(request_queue.QueueTimeout) as caught:
            Api(transport(simulator.url, simulator.key)).create_app("phoenixd", {}, None)
        assert sent(simulator) == []
    told = str(caught.value)
    assert f"POST {simulator.url}/apps: Timed out after" in told
    assert f"process {holder.process.pid}, which has been sending GET /projects since 20" in told
    assert ", and is stopped." in told
    assert "kill -CONT" in told
    Api(transport(simulator.url, simulator.key)).projects()
    assert sent(simulator) == ["GET /projects"]


def test_a_process_stopped_in_the_queue_is_named(tmp_path: Path) -> None:
    path = str(tmp_path / "gate")
    with Holder(path):
        waiting = started(take, path)
        awaited(lambda: drawn(path) == 2)
        awaited(lambda: b"waiting to send" in Path(path).read_bytes())
        os.kill(waiting.pid, signal.SIGSTOP)
    told = rf"process {waiting.pid}, which has been waiting to send POST /apps since .*, and is stopped"
    with pytest.raises(request_queue.QueueTimeout, match=told):
        take(path)
    os.kill(waiting.pid, signal.SIGCONT)
    ended(waiting)


def test_a_process_stopped_while_it_draws_its_ticket_is_waited_for_no_longer(tmp_path: Path) -> None:
    path = str(tmp_path / "gate")

    def draw() -> None:
        os.kill(os.getpid(), signal.SIGSTOP)

    def stop_drawing() -> None:
        request_queue.read = lambda *_arguments: draw()  # type: ignore[assignment,func-returns-value]
        take(path)

    drawing = started(stop_drawing)
    os.waitid(os.P_PID, drawing.pid, os.WSTOPPED | os.WNOWAIT)
    with pytest.raises(request_queue.QueueTimeout, match="waits for another process"):
        take(path)
    os.kill(drawing.pid, signal.SIGKILL)
    drawing.join()
    take(path)


def test_many_turns_may_take_longer_together_than_one_is_waited_for(tmp_path: Path) -> None:
    path = str(tmp_path / "gate")

    def work() -> None:
        with begun(RateLimiter(path, 0.0)):
            time.sleep(PATIENCE / 2)

    began = time.monotonic()
    ended(*[started(work) for _process in range(6)])
    assert time.monotonic() - began > 2 * PATIENCE


def test_a_turn_may_take_as_long_as_its_request_may(tmp_path: Path) -> None:
    path = str(tmp_path / "gate")
    with Holder(path, lasts=60.0):
        waiting = started(take, path)
        awaited(lambda: drawn(path) == 2)
        time.sleep(2 * PATIENCE)
    ended(waiting)


def test_who_was_stopped_itself_blames_nobody_when_it_goes_on(tmp_path: Path) -> None:
    path = str(tmp_path / "gate")
    with Holder(path):
        waiting = started(take, path)
        awaited(lambda: drawn(path) == 2)
        with stopped(waiting):
            time.sleep(2 * PATIENCE)
        time.sleep(0.1)
    ended(waiting)


def test_who_gave_up_stands_in_nobodys_way(tmp_path: Path) -> None:
    path = str(tmp_path / "gate")
    with Holder(path) as holder, stopped(holder.process):
        for _time in range(2):
            with pytest.raises(request_queue.QueueTimeout, match=f"process {holder.process.pid}, "):
                take(path)
    ended(started(take, path))
    take(path)


@pytest.mark.parametrize("said", [b"", b"x" * 256, b'{"ticket": "x"}', b'{"ticket": 1e999, "lasts": 1}', b"[1]"])
def test_whatever_is_said_of_the_turn_waiting_ends(tmp_path: Path, said: bytes) -> None:
    path = tmp_path / "gate"
    with Holder(str(path)) as holder, stopped(holder.process):
        with path.open("r+b") as file:
            file.seek(request_queue._SLOT_AT)
            file.write(said.ljust(256))
        with pytest.raises(request_queue.QueueTimeout, match="waits for another process"):
            take(str(path))


def test_a_file_system_without_locks_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "lockf", refuse)
    with pytest.raises(StateUnavailable, match="No locks available"):
        take(str(tmp_path / "gate"))


def test_a_process_with_a_long_host_name_and_a_long_request_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(nodename="h" * 64))
    monkeypatch.setattr(os, "getpid", lambda: 4_194_304)
    file = os.open(tmp_path / "gate", os.O_RDWR | os.O_CREAT)
    request_queue.begin(file, 123_456, "GET /projects/01234567-0123-0123-0123-0123456789ab/apps", 3630.123)
    record = request_queue._read_record(file, request_queue._SLOT_AT)
    os.close(file)
    assert describe_holder(record).startswith("process 4194304, which has been sending GET /projects/01234567")
