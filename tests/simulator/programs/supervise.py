# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a program in its own process group and end the whole group when the calling process ends, even if it is killed.

Usage: ``supervise.py PID FOLDER COMMAND...``. Some programs fork, and their children would otherwise keep running. If
the calling process has ended, the supervisor also removes FOLDER, the data folder of the program. This module needs
only the standard library.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from types import FrameType

PERIOD = 0.2
GRACE = 5.0


def main(parent: int, folder: str, command: list[str]) -> int:
    """Run the command until it ends, the parent ends or SIGTERM arrives. Return the exit status of the command."""
    program = subprocess.Popen(command, start_new_session=True)

    def told(_number: int, _frame: FrameType | None) -> None:
        sys.exit(0)

    signal.signal(signal.SIGTERM, told)
    try:
        while program.poll() is None and os.getppid() == parent:
            time.sleep(PERIOD)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        _end_group(program)
        if os.getppid() != parent:
            shutil.rmtree(folder, ignore_errors=True)
    return program.returncode


def _end_group(program: subprocess.Popen[bytes]) -> None:
    """Stop all processes in the group of the program. Kill those that ignore SIGTERM."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(program.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        program.wait(timeout=GRACE)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(program.pid, signal.SIGKILL)
    program.wait()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2], sys.argv[3:]))
