# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run playbooks with a state folder on a disk that is full or fills up. The argument names the scene.

This program mounts real disks in memory. See ``disks``.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansible_collections.nodana.cloud.tests.campaigns import disks
from ansible_collections.nodana.cloud.tests.campaigns.kills import Kill, Watch, carry_out
from ansible_collections.nodana.cloud.tests.campaigns.station import Station, generation_of, like_app, until
from ansible_collections.nodana.cloud.tests.campaigns.test_kills import APP_TASK, CREATION, NODE_TASK
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator

Record = dict[str, Any]

TASKS = {"app": APP_TASK, "node": NODE_TASK}
SIZE = "size=1m"
LARGE_SECRET = {"backup": "0123456789abcdef" * 2000}
"""Much larger than a page of memory, because a file can use the rest of a page that it has."""
UNDER_WAY = 1.5
"""Seconds for which the service delays the response after it has created the app."""


def results(simulator: Simulator, folder: Path, scene: str, kind: str, *words: str) -> Record:
    """Return the results of a scene. Its name is the name of a function in this file. ``kind``: app or node."""
    # The scenes create a project first, so the simulator also has the generation seed.
    simulator.settings(generation=[*generation_of(APP_TASK), *generation_of(TASKS[kind])])
    return disks.ran(__name__, scene, kind, str(folder), str(simulator.port), *simulator.keys, "--", *words)


def full_before_the_creation(station: Station, task: Record) -> Record:
    """Run the task while the disk is full, and again when it has space."""
    filler = disks.fill(station.state)
    told: Record = {"full": like_app(station.result(task)), "creations": len(Watch(station).creations())}
    filler.unlink()
    told["good again"] = like_app(station.result(task))
    return told


def killed(station: Station, task: Record, target: str) -> Record:
    """Kill a run after its creation was sent and the disk filled up. Run the task again while the disk is full."""
    fill_up_later(station)
    hit = carry_out(Kill(0, "answer", target, signal.SIGKILL, 0.0), station, station.start(task))
    if target != "everything":
        station.wait_for_all()
    (app,) = station.apps()
    told: Record = {
        "phase": hit.phase if hit else None,
        "files": len(station.files()),
        "in the receipt": station.has_receipt_of(app),
    }
    told["again"] = like_app(station.result(task))
    return told


def returned(station: Station, task: Record) -> Record:
    """Return the secrets on a disk that fills up after the creation was sent. Then run the task again."""
    (action, options), *_rest = task.items()
    options = {name: value for name, value in options.items() if name != "secrets_dir"}
    task = {action: {**options, "return_secrets": True}, "no_log": True}
    fill_up_later(station)
    return {"first": station.result(task), "receipts": len(station.receipts()), "again": station.result(task)}


def fill_up_later(station: Station) -> None:
    """Fill the disk when a creation has arrived and its large response has not."""
    station.simulator.settings(extra_secrets=json.dumps(LARGE_SECRET))
    station.simulator.fault("slow_after", method="POST", path=CREATION, seconds=UNDER_WAY)

    def fill() -> None:
        until(lambda: bool(Watch(station).creations()), "a creation")
        disks.fill(station.state)

    threading.Thread(target=fill, daemon=True).start()


SCENES: dict[str, Callable[..., Record]] = {
    scene.__name__: scene for scene in (full_before_the_creation, killed, returned)
}


def main(scene: str, kind: str, folder: str, port: str, *words: str) -> None:
    """Run a scene, and print its results and the state after it."""
    keys, arguments = words[: words.index("--")], words[words.index("--") + 1 :]
    simulator = Simulator(keys)
    simulator.port = int(port)
    station = Station(Path(folder), simulator)
    station.state.mkdir(mode=0o700)
    os.environ["NODANA_STATE_DIR"] = str(station.state)
    with disks.mounted(station.state, SIZE):
        try:
            told = SCENES[scene](station, TASKS[kind], *arguments)
            told["full in the end"] = (station.state / disks.FILLER).exists()
            (station.state / disks.FILLER).unlink(missing_ok=True)
            (app,) = station.apps()
            told["app"] = app
            told["in the file"] = station.has_file_of(app)
            station.check_files()
            station.check_tidy()
        finally:
            station.end()
            station.wait_for_all()
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
