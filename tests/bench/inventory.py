# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the inventory of 4 x 250 apps, and compare it with hetzner.hcloud for the same number of servers."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ..simulator.handle import Simulator
from .controller import Controller
from .hetzner import TOKEN, hetzner
from .measure import Run, run
from .report import Goal, Report, Row

TITLE = "Inventory of 1,000 apps"
ABOUT = """\
An account with four projects of 250 apps each. ``hetzner.hcloud`` lists 1,000 servers of a simulated API of Hetzner
for comparison. The lower bound is the time that the rate limit requires.
"""
PROJECTS, APPS = 4, 250
FLOOR = float(PROJECTS)  # Four of the five requests wait for one second.
MOST_SECONDS = 2.0
CONSTRUCTED = {"keyed_groups": [{"key": "inventory_hostname[0]", "prefix": "first"}], "strict": True}


class Listed(NamedTuple):
    """A run of ansible-inventory and the number of hosts in its output."""

    run: Run
    hosts: int


def measure() -> Report:
    """List inventories in several ways. The goal limits the time above the minimum that the rate limit requires."""
    with tempfile.TemporaryDirectory() as name, Simulator(rate_interval=0, startup_delay=0) as simulator:
        simulator.fill(PROJECTS, APPS)
        lister = _Lister(Path(name), simulator)
        rows = [_row("Ansible without an inventory", lister.best("nothing.yml", {"all": {}}), hosts=0)]
        paced = lister.listed("paced.nodana.yml", _nodana(request_interval=1))
        rows.append(_row("nodana.cloud.nodana, one request a second", paced))
        rows.append(_row("nodana.cloud.nodana, unpaced", lister.best("unpaced.nodana.yml", _nodana())))
        cache = {"cache": True, "cache_plugin": "jsonfile", "cache_connection": str(lister.folder / "cache")}
        rows.append(_row("nodana.cloud.nodana, from its cache", lister.best("warm.nodana.yml", _nodana(**cache))))
        keyed = lister.best("keyed.nodana.yml", _nodana(**CONSTRUCTED))
        rows.append(_row("nodana.cloud.nodana, unpaced, with groups by key", keyed))
        rows += _hetzner_rows(lister)
    above = min(paced.run.seconds - FLOOR, paced.run.busy)  # On a busy machine, use the CPU time instead.
    goal = Goal(
        f"List {PROJECTS * APPS} apps, above the {FLOOR:g} s that the rate limit takes", above, MOST_SECONDS, " s"
    )
    return Report([("Inventory", "Time", "CPU", "Memory", "Hosts"), *rows], [goal])


def plots(_rows: Sequence[Row]) -> dict[str, str]:
    """Return no plots: the table is enough."""
    return {}


class _Lister:
    def __init__(self, folder: Path, simulator: Simulator) -> None:
        self.folder = folder
        self._environment = {
            **Controller(folder, simulator).environment,
            "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
        }

    def listed(self, name: str, content: dict[str, Any]) -> Listed:
        source = self.folder / name
        source.write_text(json.dumps(content), encoding="utf-8")
        listing = self.folder / "listed.json"
        command = [sys.executable, "-m", "ansible.cli.inventory", "-i", str(source), "--list", "--output", str(listing)]
        done = run(command, self._environment, self.folder / "output")
        return Listed(done, len(json.loads(listing.read_text(encoding="utf-8"))["_meta"]["hostvars"]))

    def best(self, name: str, content: dict[str, Any]) -> Listed:
        """Return the fastest of three runs, because other load on the machine slows runs down."""
        return min((self.listed(name, content) for _number in range(3)), key=lambda one: one.run.seconds)


def _hetzner_rows(lister: _Lister) -> list[Row]:
    with hetzner(PROJECTS * APPS) as url:
        options = {"plugin": "hetzner.hcloud.hcloud", "api_token": TOKEN, "api_endpoint": url}
        try:
            plain = lister.best("hcloud.yml", options)
        except RuntimeError as error:
            print(f"hetzner.hcloud.hcloud: skipped, it does not run here: {str(error).strip().splitlines()[-1]}")
            return []
        keyed = lister.best("keyed.hcloud.yml", {**options, **CONSTRUCTED})
    names = ("hetzner.hcloud.hcloud, unpaced", "hetzner.hcloud.hcloud, unpaced, with groups by key")
    return [_row(name, listed) for name, listed in zip(names, (plain, keyed))]


def _nodana(**options: Any) -> dict[str, Any]:
    return {"plugin": "nodana.cloud.nodana", "request_interval": 0, **options}


def _row(name: str, listed: Listed, hosts: int = PROJECTS * APPS) -> Row:
    if listed.hosts != hosts:
        raise RuntimeError(f"{name}: {listed.hosts} hosts instead of {hosts}")
    done = listed.run
    return name, f"{done.seconds:.2f} s", f"{done.busy:.2f} s", f"{done.memory:.0f} MB", str(hosts)
