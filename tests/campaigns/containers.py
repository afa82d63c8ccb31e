# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run programs in containers that share nothing but a volume with the state folder and the secrets folder.

A container has its own mounts, pids, host name and monotonic clock, and its own id of the boot, like one on another
machine. Its time of day is wrong by minutes. It is made with ``unshare``, and ends with the process of ``unshare``.
This program sends the requests of one container, see ``start_requests``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ansible_collections.nodana.cloud.tests.campaigns.crowd import Crowd, Watch
from ansible_collections.nodana.cloud.tests.campaigns.station import Station
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.processes import ended

NAMESPACES = ("--mount", "--pid", "--uts", "--time", "--fork", "--kill-child", "--mount-proc")
SET_UP = """
set -e
hostname "$1"; echo "$2" > "$4/boot_id"; mount --bind "$4/boot_id" /proc/sys/kernel/random/boot_id
for name in state secrets; do mkdir -p -m 700 "$4/$name"; mount --bind "$3/$name" "$4/$name"; done
shift 4; exec "$@"
"""
WRONG_TIME = """
import time
def wrong(read, by): return lambda: read() + by
time.time, time.time_ns = wrong(time.time, {seconds}), wrong(time.time_ns, {seconds} * 10**9)
def right(convert): return lambda seconds=None: convert(time.time() if seconds is None else seconds)
time.gmtime, time.localtime = right(time.gmtime), right(time.localtime)
"""
"""Python runs this file at its start. It makes the time of day wrong."""


class Volume:
    """A folder with the folders ``state`` and ``secrets``, which containers mount."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("state", "secrets"):
            (folder / name).mkdir(mode=0o700, parents=True)

    def command(self, folder: Path, name: str, machine: int) -> tuple[str, ...]:
        """Return the command that runs another one in a container with this host name, on one of several machines.

        ``folder`` is the container's own disk, on which the volume is mounted.
        """
        root = () if os.geteuid() == 0 else ("--map-root-user",)
        namespaces = ("unshare", *root, *NAMESPACES, "--monotonic", str(machine * 50_000))
        return (*namespaces, "sh", "-c", SET_UP, "sh", name, f"boot-{machine}", str(self.folder), str(folder))


def reason_against(folder: Path) -> str:
    """Return why this machine does not allow such containers, or an empty text."""
    (folder / "disk").mkdir(parents=True)
    command = [*Volume(folder / "volume").command(folder / "disk", "tried", 1), "true"]
    try:
        tried = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        return str(error)
    return "" if tried.returncode == 0 else (tried.stderr.splitlines() or ["unshare fails"])[0]


class Container(Station):
    """A controller in a container. Each playbook is a new container with the same disk and host name."""

    def __init__(self, folder: Path, simulator: Simulator, volume: Volume, name: str, machine: int) -> None:
        super().__init__(folder, simulator)
        self.volume = volume
        self.prefix = volume.command(folder, name, machine)
        self.state = volume.folder / "state"
        (folder / "sitecustomize.py").write_text(WRONG_TIME.format(seconds=(machine - 1) * 300), encoding="utf-8")
        self.environment["PYTHONPATH"] = os.pathsep.join([str(folder), *sys.path])

    @property
    def secrets(self) -> Path:
        """Return the folder of the secrets files as it is outside of the container."""
        return self.volume.folder / "secrets"


def start_requests(
    crowd: Crowd, members: range, requests: int, prefix: tuple[str, ...], disk: Path
) -> subprocess.Popen[bytes]:
    """Start a container in which a process for each of these members of a crowd requests its app."""
    apps = crowd.apps[members.start : members.stop]
    words = [crowd.simulator.url, crowd.key, f"{crowd.interval}", str(crowd.folder / str(members.start)), str(requests)]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "NODANA_STATE_DIR": str(disk / "state"),
    }
    return subprocess.Popen([*prefix, sys.executable, "-m", __name__, *words, *apps], env=environment)


def main(url: str, key: str, interval: str, folder: str, requests: str, *apps: str) -> None:
    """Send the requests of the processes of one container."""
    service: Any = SimpleNamespace(url=url)
    crowd = Crowd(service, key, float(interval), Path(folder))
    crowd.apps = list(apps)
    ended(*[crowd.start(member, int(requests), Watch(), jumping=True) for member in range(len(apps))])


if __name__ == "__main__":
    main(*sys.argv[1:])
