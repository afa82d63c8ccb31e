# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of plain text, for screens and logs."""

from __future__ import annotations

import unicodedata
from typing import Any

_WIDEST = 60


def table_lines(rows: list[dict[str, Any]], columns: dict[str, str]) -> list[str]:
    """Return the lines of a table. ``columns`` maps a heading to a value's path in a row, such as ``health.state``.

    Columns with numbers are aligned to the right. Control characters become question marks, so no value breaks a line.
    """
    values = [[_at(row, place) for place in columns.values()] for row in rows]
    cells = [[_cell(heading) for heading in columns], *([_cell(value) for value in row] for row in values)]
    widths = [max(map(_width, column)) for column in zip(*cells)]
    right = [any(isinstance(value, (int, float)) for value in column) for column in zip(*values)]
    right = right or [False] * len(columns)
    cells.insert(1, ["-" * width for width in widths])
    return ["  ".join(map(_padded, row, widths, right)).rstrip() for row in cells]


def _at(row: Any, place: str) -> Any:
    for name in place.split("."):
        row = row.get(name) if isinstance(row, dict) else None
    return row


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return _cell(", ".join(_cell(inner) for inner in value))
    if isinstance(value, float):
        return f"{value:.2f}"
    text = "".join(char if char.isprintable() else "?" for char in str(value))
    while _width(text) > _WIDEST:
        text = text.rstrip("…")[:-1] + "…"
    return text


def _padded(text: str, width: int, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space


def _width(text: str) -> int:
    """Return the number of terminal columns that the text takes."""
    return sum(map(_columns, text))


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1
