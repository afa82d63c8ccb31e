# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a part of the bench found: a table, goals, plots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Goal:
    """A figure that must not be above its limit, or with ``at_least`` not below it."""

    about: str
    measured: float
    limit: float
    unit: str = ""
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the figure is on the right side of the limit."""
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit

    def cells(self) -> tuple[str, str, str, str]:
        """Give the row of a table: what, the limit, the figure, the verdict."""
        word = "at least" if self.at_least else "at most"
        limit, measured = (f"{number:.4g}{self.unit}" for number in (self.limit, self.measured))
        return self.about, f"{word} {limit}", measured, "met" if self.met else "missed"


@dataclass(frozen=True)
class Table:
    """A table of texts."""

    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]

    def text(self) -> str:
        """Give it for a terminal."""
        widths = [max(len(row[column]) for row in (self.header, *self.rows)) for column in range(len(self.header))]
        lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths)) for row in (self.header, *self.rows))
        return "\n".join(line.rstrip() for line in lines)

    def rst(self) -> str:
        """Give it for a guide."""
        rows = ("   * - " + "\n     - ".join(row) for row in (self.header, *self.rows))
        return ".. list-table::\n   :header-rows: 1\n\n" + "\n".join(rows)


@dataclass(frozen=True)
class Report:
    """A part's findings. ``plots`` are SVG texts by the names of their files."""

    table: Table
    goals: Sequence[Goal]
    plots: dict[str, str] = field(default_factory=dict)

    def goals_table(self) -> Table:
        """Give the goals with their verdicts."""
        return Table(("Goal", "Limit", "Measured", "Verdict"), [goal.cells() for goal in self.goals])
