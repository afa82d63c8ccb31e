# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the time, CPU time and memory of a program."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """A run of a program: wall time in seconds, CPU time in seconds, and memory in MB.

    The CPU time includes child processes. The memory is that of the largest process.
    """

    seconds: float
    busy: float
    memory: float


def run(command: Sequence[str], environment: dict[str, str], log: Path) -> Run:
    """Run a program and write its output to the file ``log``. Raises ``RuntimeError`` with the output if it fails."""
    with log.open("wb") as output:
        start = time.monotonic()
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            _pid, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        seconds = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(log.read_text(encoding="utf-8", errors="replace"))
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
