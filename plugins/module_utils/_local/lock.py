# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A named lock between all processes of this user. The kernel releases the lock of a process that dies."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from .._errors import NodanaError
from .._polling import Clock
from . import state_dir
from .holder import ADVICE, describe_holder, holder_record

POLL_INTERVAL = 0.1


class LockTimeout(NodanaError):
    """Another process held the lock for too long."""

    advice = ADVICE


@contextmanager
def held(path: str, purpose: str, timeout: float, clock: Clock = time) -> Iterator[None]:
    """Hold the lock at ``path`` in a with block; ``purpose`` is shown to processes that wait for it.

    Raises LockTimeout, which names the holder, if the lock does not become free within ``timeout`` seconds. Raises
    StateUnavailable if the file cannot be used.
    """
    with state_dir.needed(path):
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        with state_dir.needed(path):
            _wait(file, timeout, clock)
            _write_holder(file, holder_record(purpose))
        yield
    finally:
        os.close(file)


def _wait(file: int, timeout: float, clock: Clock) -> None:
    ends = clock.monotonic() + timeout
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if clock.monotonic() >= ends:
                raise LockTimeout(
                    f"Timed out after {timeout:g} s while waiting for {describe_holder(_read_holder(file))}"
                ) from None
        clock.sleep(POLL_INTERVAL)


def _write_holder(file: int, holder: dict[str, object]) -> None:
    os.ftruncate(file, 0)
    os.pwrite(file, json.dumps(holder).encode(), 0)


def _read_holder(file: int) -> object:
    try:
        return json.loads(os.pread(file, 4096, 0))
    except ValueError:
        return None
