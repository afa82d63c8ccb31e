# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Processes of their own for what must hold between processes: forked, so they start at once."""

from __future__ import annotations

import multiprocessing
import time
import warnings
from collections.abc import Callable
from typing import Any

DEADLINE = 60.0


def started(run: Callable[..., None], *arguments: Any) -> Any:
    """Start a process that runs this and ends with the test at the latest."""
    process = multiprocessing.get_context("fork").Process(target=run, args=arguments, daemon=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons dislike a fork beside threads
        process.start()
    return process


def ended(*processes: Any, within: float = DEADLINE) -> None:
    """Wait for the ends of processes, which must be good ones."""
    ends = time.monotonic() + within
    for process in processes:
        process.join(max(0.0, ends - time.monotonic()))
    assert [process.exitcode for process in processes] == [0] * len(processes)


def awaited(there: Callable[[], bool]) -> None:
    """Wait until something is so; fail when it takes too long."""
    ends = time.monotonic() + DEADLINE
    while not there():
        assert time.monotonic() < ends
        time.sleep(0.002)
