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
from .driving import AGAIN, FIRST, INTERVAL, STACK, STARTUP, lower_bound
from .report import Goal, Report, Table

SIZES = (1, 2, 5, 10, 20, 50, 100, 200)
TIMES_AS_FAST = 20
UNDISTURBED = 3  # A run that takes seconds is repeated this often, and the fastest run counts.
BENT = 1.1
FIGURES = {"requests": "", "wall time": " s", "CPU": " s", "memory": " MB"}


@dataclass(frozen=True)
class Row:
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

        The wall time is converted to the real rate limit: the measured time above the shortened lower bound, plus the
        real lower bound.
        """
        done, bound = self.played.run, lower_bound(self.apps, self.what)
        seconds = done.seconds - bound / self.faster + bound
        return {"requests": self.played.requests, "wall time": seconds, "CPU": done.busy, "memory": done.memory}

    def cells(self) -> tuple[str, ...]:
        """Return the cells of a table row."""
        shown = self.figures
        return (
            *(str(self.apps), self.what, str(self.played.requests), f"{shown['wall time']:.1f} s"),
            *(f"{lower_bound(self.apps, self.what):g} s", f"{shown['CPU']:.1f} s", f"{shown['memory']:.0f} MB"),
        )


def measure() -> Report:
    """Deploy with ``nodana_stack`` at shortened times, then run again without changes at the real rate limit."""
    with tempfile.TemporaryDirectory() as folder, Simulator(project_limit=0, ban_after=0) as simulator:
        controller = Controller(Path(folder), simulator)
        controller.play(controller.written("warm", {"ansible.builtin.ping": {}}), {})
        rows = [row for apps in SIZES for row in grown(controller, simulator, apps)]
    rows.sort(key=lambda row: row.what != FIRST)
    return Report(
        Table(("Apps", "Run", "Requests", "Wall time", "Lower bound", "CPU", "Memory"), [row.cells() for row in rows]),
        goals(rows),
        {"growth": _plot(rows)},
    )


def grown(controller: Controller, simulator: Simulator, apps: int) -> list[Row]:
    """Deploy this number of apps in a new project, then run again without changes.

    Raises ``RuntimeError`` if a run violates the rate limit or has an unexpected number of writes.
    """
    rows = []
    for what, faster in ((FIRST, TIMES_AS_FAST), (AGAIN, 1)):
        simulator.settings(rate_interval=INTERVAL / faster, startup_delay=STARTUP / faster)
        variables: dict[str, Any] = {
            "project": f"{apps} apps",
            "apps": [{"template": "phoenixd", "count": apps}],
            "request_interval": INTERVAL / faster,
            "secrets_dir": str(controller.folder / f"secrets of {apps}"),
        }
        times = 1 if what == FIRST else UNDISTURBED
        tries = [controller.play(PLAYBOOKS / "stack.yml", variables) for _number in range(times)]
        for played in tries:
            if played.violations or played.writes != (apps + 1 if what == FIRST else 0):
                raise RuntimeError(
                    f"{apps} apps, {what}: {played.writes} writes, {played.violations} requests too soon"
                )
        rows.append(Row(apps, what, min(tries, key=lambda played: played.run.seconds), faster))
    return rows


def goals(rows: Sequence[Row]) -> list[Goal]:
    """Return the goals: no figure grows faster than linearly.

    The figure for the most apps must be close to the straight line through the others.
    """
    found = []
    for what in (FIRST, AGAIN):
        *others, last = sorted((row for row in rows if row.what == what), key=lambda row: row.apps)
        for name, unit in FIGURES.items():
            line = linear_regression([row.apps for row in others], [row.figures[name] for row in others])
            straight = line.intercept + max(0.0, line.slope) * last.apps
            about = f"{what}, {name} with {last.apps} apps: straight line through fewer + 10 %"
            found.append(Goal(about, last.figures[name], straight * BENT, unit))
    most = max(row.played.requests for row in rows if row.what == AGAIN)
    return [*found, Goal(f"{STACK}, {AGAIN}: requests, for any number of apps", most, 2)]


def _plot(rows: Sequence[Row]) -> str:
    panels = [
        (
            f"{name}, {unit.strip()}" if unit else name,
            {
                what: [(float(row.apps), row.figures[name]) for row in rows if row.what == what]
                for what in (FIRST, AGAIN)
            },
        )
        for name, unit in FIGURES.items()
        if name != "CPU"
    ]
    return plot.lines("nodana-growth", f"{STACK} with 1 to {SIZES[-1]} apps", panels, "apps")
