# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold the findings of a part of the bench: a table, goals and plots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Goal:
    """A figure that must not exceed its limit, or with ``at_least`` must not be below it."""

    about: str
    measured: float
    limit: float
    unit: str = ""
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Return whether the figure meets the limit."""
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit

    def cells(self) -> tuple[str, str, str, str]:
        """Return the cells of a table row: the description, the limit, the figure and the verdict."""
        word = "at least" if self.at_least else "at most"
        limit, measured = (f"{number:.4g}{self.unit}" for number in (self.limit, self.measured))
        return self.about, f"{word} {limit}", measured, "met" if self.met else "missed"


@dataclass(frozen=True)
class Table:
    """A table of texts."""

    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]

    def text(self) -> str:
        """Return the table as plain text for a terminal."""
        widths = [max(len(row[column]) for row in (self.header, *self.rows)) for column in range(len(self.header))]
        lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths)) for row in (self.header, *self.rows))
        return "\n".join(line.rstrip() for line in lines)

    def rst(self) -> str:
        """Return the table as reStructuredText for a guide."""
        rows = ("   * - " + "\n     - ".join(row) for row in (self.header, *self.rows))
        return ".. list-table::\n   :header-rows: 1\n\n" + "\n".join(rows)


@dataclass(frozen=True)
class Report:
    """The findings of one part of the bench. ``plots`` contains SVG texts by file name."""

    table: Table
    goals: Sequence[Goal]
    plots: dict[str, str] = field(default_factory=dict)

    def goals_table(self) -> Table:
        """Return the goals with their verdicts as a table."""
        return Table(("Goal", "Limit", "Measured", "Verdict"), [goal.cells() for goal in self.goals])
