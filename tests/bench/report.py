# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The results of a part of the bench: figures and goals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Row = Sequence[str]
GOALS = ("Goal", "Limit", "Measured", "Verdict")


class Skipped(Exception):
    """A part cannot be measured on this machine. Its text is the reason."""


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

    def cells(self) -> Row:
        """Return the cells of a table row. See ``GOALS`` for the header."""
        word = "at least" if self.at_least else "at most"
        limit, measured = (f"{number:.4g}{self.unit}" for number in (self.limit, self.measured))
        return self.about, f"{word} {limit}", measured, "met" if self.met else "missed"


@dataclass(frozen=True)
class Report:
    """The figures of one part as a table, whose first row is the header, and its goals."""

    figures: Sequence[Row]
    goals: Sequence[Goal]

    def goals_table(self) -> list[Row]:
        """Return the goals with their verdicts as a table."""
        return [GOALS, *(goal.cells() for goal in self.goals)]


def plain_text(table: Sequence[Row]) -> str:
    """Return a table for a terminal."""
    widths = [max(map(len, column)) for column in zip(*table)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in table)


def number(cell: str) -> float:
    """Return the number of a cell such as ``12.5 s``."""
    return float(cell.split()[0])
