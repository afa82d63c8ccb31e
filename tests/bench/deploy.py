# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare several ways to deploy the same apps, with the real rate limit and start-up time of the API."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..simulator.handle import Simulator
from . import plot
from .controller import PLAYBOOKS, Controller, Played
from .report import Goal, Report, Row, number

Record = dict[str, Any]

TITLE = "Ways to deploy, side by side"
ABOUT = """\
The same apps are deployed in a new project in four ways, against a simulated API with the real rate limit. As at
Nodana, an app is ready after 10 seconds. Then each playbook runs once more without changes. One app is a phoenixd;
five apps are one of each template with documented parameters; twenty apps are four of each. All ways store the
secrets encrypted on disk.

- ``uri``: tasks of ``ansible.builtin.uri`` that are repeated after a second until the API accepts them. After all
  apps are created, each app is polled every five seconds, as in the documentation of that module.
- ``uri, tuned``: the same, but polled every second.
- ``nodana_app``: one task of ``nodana.cloud.nodana_app`` with ``count`` for each template. Each task waits for its
  apps.
- ``nodana_stack``: one task of ``nodana.cloud.nodana_stack``. It waits once, for all apps together.

The lower bound is the least possible time: one request per second and the start-up time of the last app. A first
deployment needs one request for the projects, one that creates the project, and one for each app. A run without
changes needs one request for the projects and one for the apps. A violation is a request that exceeds the rate
limit. Nodana bans keys after violations; this simulated API does not.
"""
URI, TUNED, APP, STACK = "uri", "uri, tuned", "nodana_app", "nodana_stack"
BOOKS = {URI: "uri.yml", TUNED: "uri.yml", APP: "app.yml", STACK: "stack.yml"}
POLL_INTERVALS = {URI: 5.0, TUNED: 1.0}
"""Seconds between two polls of a new app: as in the documentation of uri, and as fast as the API allows."""
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
class Deployment:
    """The cost of one way for this number of apps, for a first deployment or without changes."""

    apps: int
    what: str
    way: str
    played: Played

    def cells(self) -> Row:
        """Return the cells of a table row."""
        done = self.played.run
        return (
            *(str(self.apps), self.what, self.way, f"{done.seconds:.1f} s"),
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
        found = [
            deployment
            for apps in SIZES
            for name in BOOKS
            for deployment in deployed(controller, simulator, name, apps, next(accounts))
        ]
    header = ("Apps", "Run", "Way", "Time", "Lower bound", "Requests", "Violations", "CPU")
    return Report([header, *(deployment.cells() for deployment in found)], goals(found))


def deployed(
    controller: Controller, simulator: Simulator, way: str, apps: int, account: tuple[int, str]
) -> Iterator[Deployment]:
    """Deploy twice in one way and check the result.

    ``account`` is the number and the key of an empty account. Raises ``RuntimeError`` if an app is missing or not
    available, or if the second run writes.
    """
    account_number, key = account
    interval = simulator.settings()["rate_interval"]
    variables = {
        "project": "shop",
        "apps": desired_apps(way, apps),
        "request_interval": interval,
        "limit_delay": interval,
        "poll_interval": POLL_INTERVALS.get(way, 0) * interval / INTERVAL,
        "secrets_dir": str(controller.folder / key),
        "secrets_file": str(controller.folder / f"{key}.yml"),
    }
    for what in (FIRST, AGAIN):
        time.sleep(interval)  # The rate limit of the previous run must not affect this one.
        played = controller.play(PLAYBOOKS / BOOKS[way], variables, key)
        statuses = [app["status"] for app in simulator.account(account_number)["apps"]]
        if statuses != ["available"] * apps or (what == AGAIN and played.writes):
            raise RuntimeError(f"{way}, {what}: {played.writes} writes, and apps with the statuses {statuses}")
        yield Deployment(apps, what, way, played)


def desired_apps(way: str, apps: int) -> list[Record]:
    """Return the apps in the form of the variables of one way: one app, or equally many apps of each template."""
    templates = dict(list(TEMPLATES.items())[: min(apps, len(TEMPLATES))])
    count = apps // len(templates)
    if way not in POLL_INTERVALS:
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


def goals(found: list[Deployment]) -> list[Goal]:
    """Return the goals of ``nodana_stack`` and ``nodana_app`` with the measured figures."""
    seconds = {(one.apps, one.what, one.way): one.played.run.seconds for one in found}
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
        Goal(f"{way}: violations", sum(one.played.violations for one in found if one.way == way), 0)
        for way in (APP, STACK)
    ]
    return [*near, *faster, *polite]


def plots(rows: Sequence[Row]) -> dict[str, str]:
    """Return the plots of these table rows by name."""
    return {f"deploy-{what.replace(' ', '-')}": _plot(rows, what) for what in (FIRST, AGAIN)}


def _plot(rows: Sequence[Row], what: str) -> str:
    groups = []
    for apps in SIZES:
        ways = [(way, number(time)) for count, run, way, time, *_rest in rows if (count, run) == (str(apps), what)]
        groups.append((_counted(apps), [*ways, ("lower bound", lower_bound(apps, what))]))
    return plot.bars(f"Seconds to deploy: {what}", groups, " s")


def _counted(apps: int) -> str:
    return "1 app" if apps == 1 else f"{apps} apps"
