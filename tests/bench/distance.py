# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure how fast requests follow each other if the API is far away: over TCP and TLS with a real round trip."""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from ..simulator.handle import Simulator
from ..support.distance import Distance, distant, reason_against
from . import plot
from .controller import PLAYBOOKS, Controller
from .deploy import ANSIBLE_START, FIRST, INTERVAL, NEAR, STACK, STARTUP, desired_apps, lower_bound
from .report import Goal, Report, Row, Skipped, number

Record = dict[str, Any]

TITLE = "Distance to the API"
ABOUT = """\
The simulated API is at the end of a path that delays each packet by half a round trip, with real TCP and TLS. The
figures are the seconds between the arrivals of two requests after the first five: of one process, of tasks with one
request each, and of the creations of a deployment of 20 apps with ``nodana.cloud.nodana_stack``. The last paths
have jitter, or a round trip that changes suddenly. This part needs root on Linux, for network devices and a network
namespace, and takes about five minutes. Without root, it is skipped.

The API counts a request when it arrives. The modules cannot see that moment, but it lies between the sending of a
request and its response. With a round trip of up to 300 ms, a process uses 94 % of the rate limit or more, and no
request arrives too early as long as the path does not suddenly become much shorter:

- A process connects while it waits for its place in the queue: name lookup, TCP and TLS. It connects when no other
  process is before it, at most three seconds before it may send, because servers close connections that stay idle. A
  connection that the server closes meanwhile is replaced. Nothing is sent before the process may send. A connection
  that fails counts neither as a request nor as a request with an unknown result. Each creation uses a new connection.
- The next request may leave before a full interval has passed since the last response, because the way of that
  response and the way of the next request together take about one round trip. It leaves earlier by at most 80 % of the
  smallest round trip among the last eight exchanges and its own connection. So a path with much jitter gains little.
- A request leaves a full interval after the last response in all other cases: before five exchanges within a minute
  were measured, after a request without a response, after a rate limit response, through a proxy, and if the smallest
  round trip is below 5 ms. On Linux, the kernel measures the round trip. On other systems, the duration of the TCP
  handshake is used.

One assumption remains: the path does not become shorter by more than 20 % between a response and the next request. If
that happens, one request may arrive too early, by less than 80 % of the earlier round trip. If the API accepts it, its
measurement corrects the next request. If the API refuses it, all runs pause, then send half as many requests for two
minutes, and no request leaves early before five new measurements.
"""
ROUND_TRIPS = (0.0, 0.05, 0.15, 0.3)
"""Seconds."""
SAMPLES = 5
MEASURED = 7
"""Requests that are measured, after the first five, whose round trips the client needs for its estimate."""
APPS = 20
SHORTEST_INTERVAL = 0.1
"""Seconds. The smallest request_interval for an API on another machine, shorter than the start of a task."""
OVERHEAD, UNUSED = 0.01, 0.2
"""Seconds, and the share of the round trip, that a request may take in addition to the interval."""
JITTER, PROCESSES = 0.1, 4
CHANGES = ((0.15, 0.015), (0.015, 0.15))
REQUEST, TASK, CREATION = "a request of one process", "a task with one request", "a creation"
COLUMNS = {REQUEST: "Requests", TASK: "Tasks", CREATION: "Creations"}


@dataclass(frozen=True)
class Far:
    """The seconds between two requests by kind, those of the deployment, and those of a task's start, over a path."""

    path: str
    round_trip: float
    periods: dict[str, float]
    violations: int
    deployment: float | None = None
    start: float = 0.0

    def cells(self) -> Row:
        """Return the cells of a table row."""
        periods = [f"{self.periods[kind]:.3f} s" if kind in self.periods else "" for kind in COLUMNS]
        deployed = (
            ("", "") if self.deployment is None else (f"{self.deployment:.1f} s", f"{lower_bound(APPS, FIRST):g} s")
        )
        return (self.path, *periods, *deployed, str(self.violations))


class _Runs:
    """Runs of playbooks at a distance, and the arrivals of their requests."""

    def __init__(self, folder: Path, simulator: Simulator, distance: Distance) -> None:
        self.controller = Controller(folder, simulator)
        self.controller.environment["NODANA_API_URL"] = distance.url
        self.controller.environment["REQUESTS_CA_BUNDLE"] = str(distance.ca_path)
        self.simulator = simulator
        self.violations = 0
        self._keys = iter(simulator.keys)

    def arrivals(self, playbook: Path, variables: Record | None = None) -> tuple[list[Record], float]:
        """Run a playbook with the next key. Return the requests, and the duration of the run in seconds."""
        played = self.controller.play(playbook, variables or {}, next(self._keys))
        self.violations += played.violations
        return self.simulator.log()["requests"], played.run.seconds

    def tasks(self, times: int, **options: Any) -> Path:
        """Write a playbook with this number of tasks that send one request each."""
        return self.controller.written("tasks", *[{"nodana.cloud.nodana_project_info": options}] * times)

    def one_process(self) -> Path:
        """Write a playbook with one task that sends one request for each project and one for their list."""
        return self.controller.written("process", {"nodana.cloud.nodana_app_info": {}})


def measure() -> Report:
    """Send requests over paths with several round trips, and over paths that change. Raises Skipped."""
    reason = reason_against()
    if reason:
        raise Skipped(reason)
    with far_away(0.0) as (runs, _distance):
        runs.controller.play(runs.controller.written("warm", {"ansible.builtin.ping": {}}), {})
    steady = [measured(round_trip) for round_trip in ROUND_TRIPS]
    unsteady = [crowded(0.15), *(changed(*change) for change in CHANGES)]
    header = ("Round trip", *COLUMNS.values(), f"{APPS} apps", "Lower bound", "Violations")
    return Report([header, *(far.cells() for far in (*steady, *unsteady))], goals(steady, unsteady))


@contextmanager
def far_away(round_trip: float, jitter: float = 0.0) -> Iterator[tuple[_Runs, Distance]]:
    """Start a simulated API at a distance. Its first account has as many projects as one process has requests."""
    keys = tuple(f"key-{number}-of-the-bench" for number in range(4))
    settings: Record = {"rate_interval": INTERVAL, "startup_delay": STARTUP, "ban_after": 0, "project_limit": 0}
    with tempfile.TemporaryDirectory() as name, Simulator(keys, **settings) as simulator:
        simulator.fill(SAMPLES + MEASURED - 1)
        with distant(simulator.port, Path(name), round_trip, jitter) as distance:
            yield _Runs(Path(name), simulator, distance), distance


def start_of_task(runs: _Runs, distance: Distance) -> float:
    """Return the seconds between two tasks at no distance that need not wait for the rate limit, with TLS."""
    distance.change(0.0)
    runs.simulator.settings(rate_interval=0)
    requests, _seconds = runs.arrivals(runs.tasks(MEASURED, request_interval=SHORTEST_INTERVAL))
    return mean(request["gap"] for request in requests[1:])


def measured(round_trip: float) -> Far:
    """Measure one process, tasks and a deployment over a path with this round trip in seconds."""
    with far_away(round_trip) as (runs, distance):
        process, _seconds = runs.arrivals(runs.one_process())
        tasks, _seconds = runs.arrivals(runs.tasks(SAMPLES + MEASURED))
        variables = {
            "project": "shop",
            "apps": desired_apps(STACK, APPS),
            "request_interval": INTERVAL,
            "secrets_dir": str(runs.controller.folder / "secrets"),
        }
        deployment, seconds = runs.arrivals(PLAYBOOKS / "stack.yml", variables)
        start = start_of_task(runs, distance)
    creations = [request for request in deployment[SAMPLES:] if request["path"] == "/apps"]
    periods = {
        REQUEST: mean(request["gap"] for request in process[SAMPLES:]),
        TASK: mean(request["gap"] for request in tasks[SAMPLES:]),
        CREATION: mean(request["gap"] for request in creations),
    }
    return Far(_named(round_trip), round_trip, periods, runs.violations, seconds, start)


def crowded(round_trip: float) -> Far:
    """Measure several processes at once over a path with jitter."""
    with far_away(round_trip, JITTER) as (runs, _distance):
        hosts = runs.controller.folder / "hosts"
        local = f"ansible_connection=local ansible_python_interpreter={sys.executable}"
        hosts.write_text("".join(f"host{number} {local}\n" for number in range(PROCESSES)))
        runs.controller.environment["ANSIBLE_INVENTORY"] = str(hosts)
        playbook = runs.tasks((SAMPLES + MEASURED) // PROCESSES + 1)
        playbook.write_text(playbook.read_text().replace('"localhost"', '"all"'))
        requests, _seconds = runs.arrivals(playbook)
    periods = {REQUEST: mean(request["gap"] for request in requests[SAMPLES:])}
    path = f"{_named(round_trip)}, {JITTER:.0%} jitter, {PROCESSES} processes"
    return Far(path, round_trip, periods, runs.violations)


def changed(before: float, after: float) -> Far:
    """Measure one process over a path whose round trip changes suddenly."""
    with far_away(before) as (runs, distance):

        def change() -> None:
            while len(runs.simulator.log()["requests"]) < SAMPLES + 2:
                time.sleep(0.1)
            distance.change(after)

        playbook = runs.one_process()
        thread = threading.Thread(target=change, daemon=True)
        thread.start()
        requests, _seconds = runs.arrivals(playbook)
        thread.join()
    periods = {REQUEST: mean(request["gap"] for request in requests[SAMPLES + 2 :])}
    return Far(f"{_named(before)}, then {_named(after)}", max(before, after), periods, runs.violations)


def goals(steady: Sequence[Far], unsteady: Sequence[Far]) -> list[Goal]:
    """Return the goals."""
    found = []
    for far in steady:
        period = INTERVAL + OVERHEAD + UNUSED * far.round_trip
        task = max(period, far.start + 3 * far.round_trip)
        limits = {
            REQUEST: ("1.01 s + 20 % of the round trip", period),
            TASK: ("the same, or its start + 3 round trips", task),
            CREATION: ("1.01 s + 20 % of the round trip", period),
        }
        for kind, (about, limit) in limits.items():
            found.append(Goal(f"{far.path}, {kind}: {about}", far.periods[kind], limit, " s"))
        limit = lower_bound(APPS, FIRST) * NEAR + ANSIBLE_START + SAMPLES * far.round_trip
        about = f"{far.path}, {APPS} apps: lower bound + 10 % + {ANSIBLE_START:g} s + {SAMPLES} round trips"
        found.append(Goal(about, far.deployment or 0.0, limit, " s"))
        found.append(Goal(f"{far.path}: violations", far.violations, 0))
    jitter, *changes = unsteady
    found.append(Goal(f"{jitter.path}: violations", jitter.violations, 0))
    return [*found, *(Goal(f"{far.path}: violations", far.violations, 1) for far in changes)]


def plots(rows: Sequence[Row]) -> dict[str, str]:
    """Return the plot of these table rows by name."""
    groups = []
    for path, *cells in rows:
        if all(cells):
            groups.append((path, [(kind, number(cell)) for kind, cell in zip(COLUMNS, cells)]))
    return {"distance": plot.bars("Seconds per request, by round trip", groups, " s")}


def _named(round_trip: float) -> str:
    return f"{1000 * round_trip:g} ms"
