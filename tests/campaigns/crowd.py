# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run many processes with the same key, and evaluate their requests. Each process requests its own app.

The processes are forked, so they start at once. They use the real client, rate limiter and HTTP transport.
"""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import transport
from ansible_collections.nodana.cloud.tests.support.processes import started

Record = dict[str, Any]

YEAR = 365 * 86400.0


class Watch:
    """The real clock. ``due`` is the planned end of the last sleep: the time at which a request was due."""

    due = 0.0

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float, /) -> None:
        self.due = time.monotonic() + seconds
        time.sleep(seconds)


class LastWatch(Watch):
    """The clock of a process that is killed in its slot: during its wait, or this many seconds after it has sent."""

    def __init__(self, after_sending: float | None = None) -> None:
        self._after_sending = after_sending

    def sleep(self, seconds: float, /) -> None:
        if self._after_sending is None:
            time.sleep(seconds / 2)
            _kill_this_process()
        time.sleep(seconds)
        threading.Timer(self._after_sending or 0.0, _kill_this_process).start()


@dataclass
class Crowd:
    """Processes with one key and ``request_timeout``. Each writes its slots and warnings to a file in ``folder``."""

    simulator: Simulator
    key: str
    interval: float
    folder: Path
    request_timeout: float = 30.0

    def __post_init__(self) -> None:
        self.apps: list[str] = []
        self.folder.mkdir()

    def gather(self, number: int) -> None:
        """Create one app for each process, while the simulator has no rate limit."""
        api = Api(transport(self.simulator.url, self.key))
        project = api.create_project("crowd")["id"]
        self.apps = [str(api.create_app("nutshell", {}, project)["id"]) for _app in range(number)]

    def start(self, member: int, requests: int, watch: Watch, jumping: bool = False) -> Any:
        """Start the process that requests its app this many times. With ``jumping``, its wall clock jumps."""
        return started(self._ask, self.apps[member], requests, watch, jumping)

    def _ask(self, app: str, requests: int, watch: Watch, jumping: bool) -> None:
        if jumping:
            make_the_wall_clock_jump()
        warnings: list[str] = []
        sent = []
        options = {"request_interval": self.interval, "request_timeout": self.request_timeout}
        api = Api(transport(self.simulator.url, self.key, watch, warnings.append, **options))
        for _request in range(requests):
            assert api.app(app)["id"] == app
            sent.append((watch.due, time.monotonic()))
        (self.folder / app).write_text(json.dumps({"sent": sent, "warnings": warnings}), encoding="utf-8")

    def requests(self) -> list[Record]:
        """Return the requests for the apps of this crowd, in the order of their arrival."""
        paths = {f"/apps/{app}" for app in self.apps}
        return [request for request in self.simulator.log()["requests"] if request["path"] in paths]

    def arrivals(self) -> list[int]:
        """Return the number of requests for each app."""
        paths = Counter(request["path"] for request in self.requests())
        return [paths[f"/apps/{app}"] for app in self.apps]

    def shortest_gap(self) -> float:
        """Return the least time between two arrivals, in seconds."""
        return min(later["at"] - earlier["at"] for earlier, later in pairwise(self.requests()))

    def warnings(self) -> list[str]:
        """Return the warnings of all processes."""
        return [warning for note in self._notes() for warning in note["warnings"]]

    def use_of_the_limit(self) -> float:
        """Return the used share of the rate limit, between the first and the last arrival."""
        times = [request["at"] for request in self.requests()]
        return (len(times) - 1) * self.interval / (times[-1] - times[0])

    def time_lost(self) -> float:
        """Return the share of the time that was lost because a request was due later than necessary.

        A request can be due one interval after the previous response.
        """
        turns = sorted(tuple(turn) for note in self._notes() for turn in note["sent"])
        lost = sum(max(0.0, later[0] - earlier[1] - self.interval) for earlier, later in pairwise(turns))
        return lost / (turns[-1][1] - turns[0][0])

    def longest_queue(self) -> int:
        """Return the largest number of requests of other processes between two requests of one process."""
        paths = [request["path"] for request in self.requests()]
        last: dict[str, int] = {}
        longest = 0
        for number, path in enumerate(paths):
            longest = max(longest, number - last.get(path, number) - 1)
            last[path] = number
        return longest

    def _notes(self) -> list[Record]:
        return [json.loads(path.read_text(encoding="utf-8")) for path in self.folder.iterdir()]


def make_the_wall_clock_jump() -> None:
    """Let the wall clock of this process jump by seconds, hours or a year in either direction at every read."""
    dice, now, now_ns = random.Random(os.getpid()), time.time, time.time_ns

    def jump() -> float:
        return dice.choice([-YEAR, -3600.0, -0.5, 0.0, 0.5, 3600.0, YEAR])

    time.time = lambda: now() + jump()
    time.time_ns = lambda: now_ns() + int(jump() * 1e9)


def _kill_this_process() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
