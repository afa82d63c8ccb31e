# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module says when its state folder lies on a disk that is full or takes nothing.

This is a program that needs mounts of its own, see ``results``; the disks are real ones, in memory.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.unit.support.modules import run_module

Record = dict[str, Any]

OWN_MOUNTS = ("unshare", "--mount", *(("--map-root-user",) if os.geteuid() else ()))


def reason_against(folder: Path) -> str:
    """Say why this machine lets nobody mount a disk at a folder; nothing if it does."""
    try:
        tried = subprocess.run(
            [*OWN_MOUNTS, "mount", "-t", "tmpfs", "none", str(folder)], capture_output=True, text=True, check=False
        )
    except OSError as error:
        return str(error)
    return "" if tried.returncode == 0 else (tried.stderr.splitlines() or ["unshare fails"])[0]


def results(simulator: Simulator, state: Path, interval: float) -> dict[str, Record]:
    """Give the results of a module, by what the disk with the state folder is like."""
    words = [*OWN_MOUNTS, sys.executable, "-m", __name__, str(state), simulator.url, f"{interval}", *simulator.keys[:2]]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    said: dict[str, Record] = json.loads(done.stdout)
    return said


def main(folder: str, url: str, interval: str, key: str, other: str) -> None:
    """Run the module on one disk after the other, and print the results."""
    state = Path(folder)

    def asked(key: str) -> Record:
        return run_module("nodana_project_info", api_url=url, api_key=key, request_interval=float(interval))

    said: dict[str, Record] = {}
    with mounted(state, "size=4k"):
        fill(state)
        said["full"] = asked(key)
    with mounted(state, "ro"):
        said["read-only"] = asked(key)
    with mounted(state, "size=64k"):
        said["good"] = asked(key)
        filler = fill(state)
        said["full since then"] = asked(key)
        said["full since then, another key"] = asked(other)
        filler.unlink()
        said["good again"] = asked(other)
    print(json.dumps(said))


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[None]:
    """Have another disk at a folder for a while."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"mode=700,{options}", "none", str(folder)], check=True)
    yield
    subprocess.run(["umount", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Leave no room on the disk of this folder. Gives the file that takes it."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    return filler


if __name__ == "__main__":
    main(*sys.argv[1:])
