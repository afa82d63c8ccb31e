# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plan kills of a run, carry them out, and record the phase of the run at that moment."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ansible_collections.nodana.cloud.tests.campaigns.station import Station, kill

Record = dict[str, Any]
Trigger = Callable[["Watch"], bool]

UNDER_WAY = 0.4
"""Seconds for which the service delays a creation that a kill must hit."""
ON_ITS_WAY = 0.25
"""Seconds after which a sent response must have been read, even on a busy machine."""


class Watch:
    """The state of a run as seen from outside."""

    def __init__(self, station: Station) -> None:
        self.station = station
        self.began = time.monotonic()

    def age(self) -> float:
        return time.monotonic() - self.began

    def requests(self) -> list[Record]:
        requests: list[Record] = self.station.simulator.log()["requests"]
        return requests

    def creations(self) -> list[Record]:
        """Return the requests that created an app or a node, or tried to."""
        return [one for one in self.requests() if one["method"] == "POST" and one["path"] in ("/apps", "/nodes")]

    def phase(self) -> str:
        """Return the name of the phase of the run."""
        receipts = self.station.receipts()
        if self.station.files():
            return "6 file written, receipt not removed" if receipts else "7 waiting"
        if receipts and receipts[0].response:
            return "5 response in the receipt, no file"
        if self.creations():
            return "4 creation sent, no response yet"
        if receipts:
            return "3 receipt written, nothing sent"
        return "2 listing what exists" if self.requests() else "1 before the first request"


TRIGGERS: dict[str, Trigger] = {
    "start": lambda watch: watch.age() > 0.3,
    "modules": lambda watch: any("AnsiballZ" in " ".join(words) for words in watch.station.processes().values()),
    "requests": lambda watch: bool(watch.requests()),
    "receipt": lambda watch: bool(watch.station.receipts()),
    "creation made": lambda watch: bool(watch.creations()),
    "creation asked": lambda watch: bool(watch.creations()),
    "answer": lambda watch: any(receipt.response for receipt in watch.station.receipts()),
    "file": lambda watch: bool(watch.station.files()),
    "wait": lambda watch: bool(watch.station.files()) and not watch.station.receipts(),
    "any time": lambda _watch: True,
}
LONGEST_DELAY = {"start": 0.8, "modules": 0.3, "requests": 0.1, "receipt": 0.03, "answer": 0.25, "any time": 4.0}
FAULTS = {"creation made": "slow_after", "creation asked": "slow"}
"""The faults of the simulator that delay a creation: before or after it creates the app."""

TARGETS = ("everything", "controller", "worker", "module")
SIGNALS = (signal.SIGKILL, signal.SIGTERM)


@dataclass(frozen=True)
class Kill:
    """One kill: a signal to some of the processes, ``delay`` seconds after a ``trigger``."""

    number: int
    trigger: str
    target: str
    signal: signal.Signals
    delay: float

    def __str__(self) -> str:
        return f"{self.number}-{self.trigger}-{self.target}-{self.signal.name}".replace(" ", "_")


def planned(number: int) -> list[Kill]:
    """Return this number of kills, spread over triggers, targets and signals. The delays are the same in every run."""
    dice = random.Random(20261123)
    ways = [(target, sent) for target in TARGETS for sent in SIGNALS]
    order = {trigger: dice.sample(ways, len(ways)) for trigger in TRIGGERS}
    triggers = list(TRIGGERS)
    plans = []
    for index in range(number):
        trigger = triggers[index % len(triggers)]
        target, sent = order[trigger][index // len(triggers) % len(ways)]
        plans.append(Kill(index, trigger, target, sent, dice.uniform(0, LONGEST_DELAY.get(trigger, 0.1))))
    return plans


@dataclass(frozen=True)
class Hit:
    """A kill that hit a running run: its ``phase`` and its time."""

    phase: str
    at: float


def carry_out(plan: Kill, station: Station, run: subprocess.Popen[bytes]) -> Hit | None:
    """Kill a run as planned and wait until its first process is gone. Return None if the run ended before."""
    watch = Watch(station)
    while not TRIGGERS[plan.trigger](watch):
        if run.poll() is not None:
            return None
        time.sleep(0.001)
    time.sleep(plan.delay)
    victims = _victims(plan.target, station, run)
    if run.poll() is not None or not victims:
        run.wait()
        return None
    for pid in victims:
        kill(pid, plan.signal)
    hit = Hit(watch.phase(), time.monotonic())
    run.wait()
    return hit


def _victims(target: str, station: Station, run: subprocess.Popen[bytes]) -> list[int]:
    """Return the processes to kill. If there is no module or worker, that is the next one up."""
    if target == "controller":
        return [run.pid]
    found = station.processes()
    if target == "everything":
        return list(found)
    modules = [pid for pid, words in found.items() if "python" in words[0] and "AnsiballZ" in " ".join(words[:3])]
    workers = [pid for pid, words in found.items() if "ansible.cli.playbook" in words and pid != run.pid]
    return (modules if target == "module" else []) or workers or [run.pid]
