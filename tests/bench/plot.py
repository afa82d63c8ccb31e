# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw bar charts as SVG: small, readable on a phone, and with their own background in light and dark mode.

A plotting library would embed the outlines of letters and a fixed background.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

Group = tuple[str, Sequence[tuple[str, float]]]

WIDTH, MARGIN = 360, 12
LINE, LETTER = 18, 7
SPACE_FOR_VALUES = 60
COLOURS = ("#e08a00", "#b45bd0", "#2f86d6", "#12a150", "#8a8f98")
STYLE = """\
text { font: 13px sans-serif; fill: #24292f }
.ground { fill: #fff }
@media (prefers-color-scheme: dark) {
  text { fill: #e6e9ec }
  .ground { fill: #16191d }
}"""


def bars(title: str, groups: Sequence[Group], unit: str) -> str:
    """Return a chart with groups of named horizontal bars, one colour for each name."""
    names = list(dict.fromkeys(name for _label, values in groups for name, _value in values))
    scale = (WIDTH - MARGIN - SPACE_FOR_VALUES) / max(value for _label, values in groups for _name, value in values)
    parts, y = _legend(names) if len(names) > 1 else ([], 40)
    for label, values in groups:
        parts.append(_text(MARGIN, y + 12, label))
        y += LINE
        for name, value in values:
            colour = COLOURS[names.index(name) % len(COLOURS)]
            parts.append(_box(MARGIN, y, value * scale, LINE - 3, colour))
            parts.append(_text(MARGIN + value * scale + 6, y + 12, f"{value:.3g}{unit}"))
            y += LINE
        y += LINE // 2
    return _svg(title, y + MARGIN // 2, parts)


def _legend(names: Sequence[str]) -> tuple[list[str], int]:
    """Return the legend and the position below it."""
    parts, x, y = [], MARGIN, 38
    for number, name in enumerate(names):
        width = 36 + LETTER * len(name)
        if x + width > WIDTH:
            x, y = MARGIN, y + LINE
        parts += [_box(x, y, 12, 12, COLOURS[number % len(COLOURS)]), _text(x + 18, y + 11, name)]
        x += width
    return parts, y + LINE + 6


def _box(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x}" y="{y}" width="{width:.1f}" height="{height}" rx="2" fill="{colour}"/>'


def _text(x: float, y: float, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y}">{escape(text)}</text>'


def _svg(title: str, height: int, parts: Sequence[str]) -> str:
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label={quoteattr(title)}>'
    heading = f'<text x="{MARGIN}" y="24" style="font-weight: bold">{escape(title)}</text>'
    ground = '<rect class="ground" width="100%" height="100%"/>'
    return "\n".join([head, f"<style>\n{STYLE}\n</style>", ground, heading, *parts, "</svg>"]) + "\n"
