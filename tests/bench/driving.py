# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare several ways to deploy the same apps, with the real rate limit and start-up time of the API."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..simulator.handle import Simulator
from . import plot
from .controller import PLAYBOOKS, Controller, Played
from .report import Goal, Report, Table

Record = dict[str, Any]

URI, TUNED, APP, STACK = "uri", "uri, tuned", "nodana_app", "nodana_stack"
BOOKS = {URI: "uri.yml", TUNED: "uri.yml", APP: "app.yml", STACK: "stack.yml"}
LOOK_DELAYS = {URI: 5.0, TUNED: 1.0}
"""Seconds between two polls of a new app: the default in the documentation of uri, and the rate limit."""
FIRST, AGAIN = "first deployment", "no change"

SIZES = (1, 5, 20)
INTERVAL, STARTUP = 1.0, 10.0
ANSIBLE_START = 1.5
NEAR = 1.1

MINT = {"mint_name": "Shop mint", "mint_description": "Ecash of the shop"}
TEMPLATES: dict[str, Record] = {
    "phoenixd": {"auto_liquidity": "2m"},
    "lnbits-phoenixd": {"auto_liquidity": "2m"},
    "alby-hub-phoenixd": {"auto_liquidity": "2m"},
    "cdk-mintd": MINT,
    "nutshell": MINT,
}
"""The documented templates with params."""


@dataclass(frozen=True)
class Row:
    """The cost of one way for this number of apps, for a first deployment or without changes."""

    apps: int
    what: str
    driving: str
    played: Played

    def cells(self) -> tuple[str, ...]:
        """Return the cells of a table row."""
        done = self.played.run
        return (
            *(str(self.apps), self.what, self.driving, f"{done.seconds:.1f} s"),
            *(f"{lower_bound(self.apps, self.what):g} s", str(self.played.requests)),
            *(str(self.played.violations), f"{done.busy:.1f} s"),
        )


def measure() -> Report:
    """Deploy each number of apps in each way, twice. The second run has nothing to change."""
    keys = tuple(f"key-{number}-of-the-bench" for number in range(len(SIZES) * len(BOOKS)))
    settings: Record = {
        "rate_interval": INTERVAL,
        "startup_delay": STARTUP,
        "ban_after": 0,
    }  # Otherwise, the violations of the uri runs would ban their key.
    with tempfile.TemporaryDirectory() as folder, Simulator(keys, **settings) as simulator:
        controller = Controller(Path(folder), simulator)
        controller.play(controller.written("warm", {"ansible.builtin.ping": {}}), {})
        accounts = iter(enumerate(keys, 1))
        rows = [
            row
            for apps in SIZES
            for name in BOOKS
            for row in deployed(controller, simulator, name, apps, next(accounts))
        ]
    return Report(
        Table(
            ("Apps", "Run", "Way", "Wall time", "Lower bound", "Requests", "Violations", "CPU"),
            [row.cells() for row in rows],
        ),
        goals(rows),
        {f"driving-{what.replace(' ', '-')}": _plot(rows, what) for what in (FIRST, AGAIN)},
    )


def deployed(
    controller: Controller, simulator: Simulator, driving: str, apps: int, account: tuple[int, str]
) -> Iterator[Row]:
    """Deploy twice in one way and check the result.

    ``account`` is the number and the key of an empty account. Raises ``RuntimeError`` if an app is missing or not
    available, or if the second run writes.
    """
    number, key = account
    interval = simulator.settings()["rate_interval"]
    variables = {
        "project": "shop",
        "apps": wanted(driving, apps),
        "request_interval": interval,
        "limit_delay": interval,
        "look_delay": LOOK_DELAYS.get(driving, 0) * interval / INTERVAL,
        "secrets_dir": str(controller.folder / key),
        "secrets_file": str(controller.folder / f"{key}.yml"),
    }
    for what in (FIRST, AGAIN):
        time.sleep(interval)  # The rate limit of the previous run must not affect this one.
        played = controller.play(PLAYBOOKS / BOOKS[driving], variables, key)
        there = [app["status"] for app in simulator.account(number)["apps"]]
        if there != ["available"] * apps or (what == AGAIN and played.writes):
            raise RuntimeError(f"{driving}, {what}: {played.writes} writes, and apps that are {there or 'not there'}")
        yield Row(apps, what, driving, played)


def wanted(driving: str, apps: int) -> list[Record]:
    """Return the apps in the form of the variables of one way: one app, or equally many apps of each template."""
    templates = dict(list(TEMPLATES.items())[: min(apps, len(TEMPLATES))])
    count = apps // len(templates)
    if driving not in LOOK_DELAYS:
        return [{"template": name, "params": params, "count": count} for name, params in templates.items()]
    return [
        {"template": name, "params": params, "number": number}
        for name, params in templates.items()
        for number in range(1, count + 1)
    ]


def lower_bound(apps: int, what: str) -> float:
    """Return the least possible wall time in seconds of a run that identifies the project by its name.

    Requests are one interval apart. A first deployment lists the projects, creates the project and the apps, and waits
    until the last app has started. A run without changes sends two requests: for the projects and for the apps.
    """
    return (1 + apps) * INTERVAL + STARTUP if what == FIRST else INTERVAL


def goals(rows: list[Row]) -> list[Goal]:
    """Return the goals of ``nodana_stack`` and ``nodana_app`` with the measured figures."""
    seconds = {(row.apps, row.what, row.driving): row.played.run.seconds for row in rows}
    near = [
        Goal(
            f"{STACK}, {_counted(apps)}, {what}: lower bound + 10 % + {ANSIBLE_START:g} s for Ansible's start",
            seconds[apps, what, STACK],
            lower_bound(apps, what) * NEAR + ANSIBLE_START,
            " s",
        )
        for apps in SIZES
        for what in (FIRST, AGAIN)
    ]
    many = SIZES[-1]
    faster = [
        Goal(
            f"{STACK}, {_counted(many)}, {what}: times as fast as {other}",
            seconds[many, what, other] / seconds[many, what, STACK],
            times,
            at_least=True,
        )
        for what, other, times in ((FIRST, APP, 2), (AGAIN, APP, 4), (FIRST, URI, 3))
    ]
    polite = [
        Goal(
            f"{driving}: violations",
            sum(row.played.violations for row in rows if row.driving == driving),
            0,
        )
        for driving in (APP, STACK)
    ]
    return [*near, *faster, *polite]


def _plot(rows: list[Row], what: str) -> str:
    groups = []
    for apps in SIZES:
        bars = [(row.driving, row.played.run.seconds) for row in rows if (row.apps, row.what) == (apps, what)]
        groups.append((_counted(apps), [*bars, ("lower bound", lower_bound(apps, what))]))
    return plot.bars(f"nodana-driving-{what.replace(' ', '-')}", f"Seconds to deploy: {what}", groups, " s")


def _counted(apps: int) -> str:
    return "1 app" if apps == 1 else f"{apps} apps"
