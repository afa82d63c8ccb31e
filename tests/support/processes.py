# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run tests across processes. The processes are forked, so they start at once."""

from __future__ import annotations

import multiprocessing
import time
import warnings
from collections.abc import Callable
from typing import Any

DEADLINE = 60.0


def started(run: Callable[..., None], *arguments: Any) -> Any:
    """Start a process that runs this function. It ends with the test at the latest."""
    process = multiprocessing.get_context("fork").Process(target=run, args=arguments, daemon=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Newer Pythons warn about forks beside threads.
        process.start()
    return process


def ended(*processes: Any, within: float = DEADLINE) -> None:
    """Wait for processes to end. Fail if one of them does not succeed within this time in seconds."""
    ends = time.monotonic() + within
    for process in processes:
        process.join(max(0.0, ends - time.monotonic()))
    assert [process.exitcode for process in processes] == [0] * len(processes)


def awaited(there: Callable[[], bool]) -> None:
    """Wait until a condition is true. Fail if it takes longer than ``DEADLINE``."""
    ends = time.monotonic() + DEADLINE
    while not there():
        assert time.monotonic() < ends
        time.sleep(0.002)
