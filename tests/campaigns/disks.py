# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run modules with a state folder on a disk that is full or read-only.

This program mounts real disks in memory. See ``results``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.modules import run_module

Record = dict[str, Any]

SLOW = 2.0
"""Seconds that the simulator takes to create an app, twice."""
FILLER = "filler"
"""The name of the file that fills a disk."""
OWN_MOUNTS = ("unshare", "--mount", *(("--map-root-user",) if os.geteuid() else ()))


def reason_against(folder: Path) -> str:
    """Return why this machine does not allow mounts, or an empty text."""
    try:
        tried = subprocess.run(
            [*OWN_MOUNTS, "mount", "-t", "tmpfs", "none", str(folder)], capture_output=True, text=True, check=False
        )
    except OSError as error:
        return str(error)
    return "" if tried.returncode == 0 else (tried.stderr.splitlines() or ["unshare fails"])[0]


def results(simulator: Simulator, state: Path, interval: float, program: str = "main") -> dict[str, Record]:
    """Return the results of a module by the condition of the disk with its state. ``program``: main or create."""
    return ran(__name__, program, str(state), simulator.url, f"{interval}", *simulator.keys[:2])


def ran(module: str, *words: str) -> Record:
    """Run a module as a program with its own mounts, and return the JSON that it prints."""
    command = [*OWN_MOUNTS, sys.executable, "-m", module, *words]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    said: Record = json.loads(done.stdout)
    return said


def main(folder: str, url: str, interval: str, key: str, other: str) -> None:
    """Run the module on each disk, and print the results."""
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


def create(folder: str, url: str, interval: str, key: str, _other: str) -> None:
    """Create an app on a disk without room for its response, and on one that fills up before the response arrives.

    The process that created the app then counts as killed, and its result is ignored. Print the results.
    """
    state = Path(folder)
    options: Record = {"template": "phoenixd", "project": "shop", "create_project": True, "wait": False}

    def created() -> Record:
        connection: Record = {"api_url": url, "api_key": key, "request_interval": float(interval)}
        return run_module("nodana_app", **connection, **options, secrets_dir=str(state / "secrets"))

    said: dict[str, Record] = {}
    with mounted(state, "size=1m"):
        run_module("nodana_project_info", api_url=url, api_key=key, request_interval=float(interval))
        filler = fill(state)
        with filler.open("r+b") as file:
            file.truncate(filler.stat().st_size - 32_768)  # space for the rate limiter, not for a response
        said["no room for a response"] = created()
        filler.unlink()
        filling = threading.Timer(SLOW / 2, fill, [state])
        filling.start()
        said["full while the response was awaited"] = created()
        filling.join()
        said["after a full disk and a kill"] = created()
    print(json.dumps(said))


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[None]:
    """Mount another disk at a folder for the duration of the block."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"mode=700,{options}", "none", str(folder)], check=True)
    yield
    subprocess.run(["umount", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Fill the disk of this folder. Return the file that fills it."""
    filler = folder / FILLER
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    return filler


if __name__ == "__main__":
    {"main": main, "create": create}[sys.argv[1]](*sys.argv[2:])
