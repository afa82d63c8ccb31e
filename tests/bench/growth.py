# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure how requests, time and memory grow with the number of apps."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import linear_regression
from typing import Any

from ..simulator.handle import Simulator
from . import plot
from .controller import PLAYBOOKS, Controller, Played
from .deploy import AGAIN, FIRST, INTERVAL, STACK, STARTUP, lower_bound
from .report import Goal, Report, Row, number

TITLE = "Growth to 200 apps"
ABOUT = """\
``nodana.cloud.nodana_stack`` with 1 to 200 apps of one template. First deployments run at 20 times the real rate
and start-up speed. The time that they take above the lower bound at that speed is added to the real lower bound.
Runs without changes use the real rate. The memory is that of the largest process.
"""
SIZES = (1, 2, 5, 10, 20, 50, 100, 200)
TIMES_AS_FAST = 20
UNDISTURBED = 3  # A run that takes seconds is repeated this often, and the fastest run counts.
BENT = 1.1
FIGURES = {"requests": "", "time": " s", "CPU": " s", "memory": " MB"}


@dataclass(frozen=True)
class Growth:
    """The cost of this number of apps with ``nodana_stack``.

    ``faster`` is the factor by which the rate limit and the start-up time were shortened.
    """

    apps: int
    what: str
    played: Played
    faster: float = 1.0

    @property
    def figures(self) -> dict[str, float]:
        """Return the figures by name.

        The time is converted to the real rate limit: the measured time above the shortened lower bound, plus the
        real lower bound.
        """
        done, bound = self.played.run, lower_bound(self.apps, self.what)
        seconds = done.seconds - bound / self.faster + bound
        return {"requests": self.played.requests, "time": seconds, "CPU": done.busy, "memory": done.memory}

    def cells(self) -> Row:
        """Return the cells of a table row."""
        shown = self.figures
        return (
            *(str(self.apps), self.what, str(self.played.requests), f"{shown['time']:.1f} s"),
            *(f"{lower_bound(self.apps, self.what):g} s", f"{shown['CPU']:.1f} s", f"{shown['memory']:.0f} MB"),
        )


def measure() -> Report:
    """Deploy with ``nodana_stack`` at shortened times, then run again without changes at the real rate limit."""
    with tempfile.TemporaryDirectory() as folder, Simulator(project_limit=0, ban_after=0) as simulator:
        controller = Controller(Path(folder), simulator)
        controller.play(controller.written("warm", {"ansible.builtin.ping": {}}), {})
        found = [growth for apps in SIZES for growth in grown(controller, simulator, apps)]
    found.sort(key=lambda growth: growth.what != FIRST)
    header = ("Apps", "Run", "Requests", "Time", "Lower bound", "CPU", "Memory")
    return Report([header, *(growth.cells() for growth in found)], goals(found))


def grown(controller: Controller, simulator: Simulator, apps: int) -> list[Growth]:
    """Deploy this number of apps in a new project, then run again without changes.

    Raises ``RuntimeError`` if a run violates the rate limit or has an unexpected number of writes.
    """
    found = []
    for what, faster in ((FIRST, TIMES_AS_FAST), (AGAIN, 1)):
        simulator.settings(rate_interval=INTERVAL / faster, startup_delay=STARTUP / faster)
        variables: dict[str, Any] = {
            "project": f"{apps} apps",
            "apps": [{"template": "phoenixd", "count": apps}],
            "request_interval": INTERVAL / faster,
            "secrets_dir": str(controller.folder / f"secrets of {apps}"),
        }
        times = 1 if what == FIRST else UNDISTURBED
        tries = [controller.play(PLAYBOOKS / "stack.yml", variables) for _attempt in range(times)]
        for played in tries:
            if played.violations or played.writes != (apps + 1 if what == FIRST else 0):
                raise RuntimeError(f"{apps} apps, {what}: {played.writes} writes, {played.violations} violations")
        found.append(Growth(apps, what, min(tries, key=lambda played: played.run.seconds), faster))
    return found


def goals(grown: Sequence[Growth]) -> list[Goal]:
    """Return the goals: no figure grows faster than linearly.

    The figure for the most apps must be close to the straight line through the others.
    """
    found = []
    for what in (FIRST, AGAIN):
        *others, last = sorted((one for one in grown if one.what == what), key=lambda one: one.apps)
        for name, unit in FIGURES.items():
            line = linear_regression([one.apps for one in others], [one.figures[name] for one in others])
            straight = line.intercept + max(0.0, line.slope) * last.apps
            about = f"{what}, {name} with {last.apps} apps: straight line through fewer + 10 %"
            found.append(Goal(about, last.figures[name], straight * BENT, unit))
    most = max(one.played.requests for one in grown if one.what == AGAIN)
    return [*found, Goal(f"{STACK}, {AGAIN}: requests, for any number of apps", most, 2)]


def plots(rows: Sequence[Row]) -> dict[str, str]:
    """Return the plot of these table rows by name."""
    groups: list[plot.Group] = []
    for apps in map(str, SIZES):
        runs = [(run, number(time)) for count, run, _requests, time, *_rest in rows if count == apps]
        groups.append((f"{apps} apps" if apps != "1" else "1 app", runs))
    return {"growth": plot.bars(f"Seconds with {STACK}", groups, " s")}
