# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A disk that takes nothing, or only a part: refused by the system itself, in a process of its own."""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._local.state_dir import StateUnavailable
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import transport
from ansible_collections.nodana.cloud.tests.support.processes import ended, started

NOBODY = 65534


@contextmanager
def limited(biggest_file: int | None, user: int | None) -> Iterator[None]:
    """Limit the size of files in bytes, and become ``user``. Afterwards, coverage can write its data."""
    unlimited, groups = resource.getrlimit(resource.RLIMIT_FSIZE), os.getgroups()
    try:
        if biggest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (biggest_file, unlimited[1]))
        if user is not None:
            os.setgroups([])
            os.setegid(user)
            os.seteuid(user)
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
        if user is not None:
            os.seteuid(os.getuid())
            os.setegid(os.getgid())
            os.setgroups(groups)


def ask(simulator: Simulator, said: Any, biggest_file: int | None = None, user: int | None = None) -> None:
    """Send one request as ``user`` with a limit on the size of files in bytes. Send the error to ``said``."""
    message = ""
    with limited(biggest_file, user):
        try:
            Api(transport(simulator.url, simulator.key, request_interval=0.1)).projects()
        except StateUnavailable as error:
            message = str(error)
    said.send(message)


def asked(simulator: Simulator, **limits: int | None) -> str:
    """Return the message of a process that sends a request under these limits."""
    hears, says = multiprocessing.Pipe(duplex=False)
    ended(started(lambda: ask(simulator, says, **limits)))
    answer: str = hears.recv()
    return answer


@pytest.mark.parametrize("room", [0, 10, 40, 200])
def test_a_file_that_cannot_be_written_whole_stops_the_request(simulator: Simulator, room: int) -> None:
    said = asked(simulator, biggest_file=room)
    assert ".rate_limiter cannot be used: " in said
    assert "et NODANA_STATE_DIR to a folder" in said
    assert simulator.log()["requests"] == []


@pytest.mark.parametrize("room", [10, 40, 60, 80, 200])
def test_a_file_that_was_written_in_part_makes_nobody_hurry(simulator: Simulator, room: int) -> None:
    simulator.settings(rate_interval=0.1)
    assert asked(simulator) == ""
    assert "cannot be used" in asked(simulator, biggest_file=room)
    assert asked(simulator) == ""
    assert len(simulator.log()["requests"]) == 2
    assert simulator.log()["violations"] == 0


@pytest.fixture
def read_only() -> Iterator[Path]:
    """Return a folder that the user cannot write to. The user might not be able to reach ``tmp_path``."""
    folder = Path(tempfile.mkdtemp(prefix="nodana-"))
    try:
        if os.geteuid() == 0:
            try:
                os.chown(folder, NOBODY, NOBODY)
            except OSError as error:
                pytest.skip(f"root may write everywhere, and cannot become another user here: {error}")
        folder.chmod(0o500)
        yield folder
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize("below", ["", "state"])
def test_a_folder_that_may_not_be_written_is_told(
    simulator: Simulator, read_only: Path, monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    monkeypatch.setenv("NODANA_STATE_DIR", str(read_only / below))
    said = asked(simulator, user=NOBODY if os.geteuid() == 0 else None)  # root may write everywhere
    assert "cannot be used: Permission denied" in said
    assert simulator.log()["requests"] == []
