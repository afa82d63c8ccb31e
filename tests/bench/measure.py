# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of ansible-inventory: how long it took, how much memory it had, how many hosts it found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """Seconds of the clock and of the processor, megabytes at the most, hosts."""

    seconds: float
    busy: float
    memory: float
    hosts: int


def run(source: Path, environment: dict[str, str]) -> Run:
    """List an inventory. Raises RuntimeError with what was said when that fails."""
    output, errors = source.with_suffix(".json"), source.with_suffix(".errors")
    command = [sys.executable, "-m", "ansible.cli.inventory", "-i", str(source), "--list", "--output", str(output)]
    with errors.open("wb") as said:
        start = time.monotonic()
        process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=said, stderr=said)
        _pid, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(errors.read_text(encoding="utf-8"))
    hosts = len(json.loads(output.read_text(encoding="utf-8"))["_meta"]["hostvars"])
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, hosts)


def best(source: Path, environment: dict[str, str], times: int = 3) -> Run:
    """Give the fastest of several runs: the others were disturbed."""
    return min((run(source, environment) for _number in range(times)), key=lambda one: one.seconds)
