# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw plots as SVG: small, reproducible, and with their own background in light and dark mode.

A plotting library would embed the outlines of letters and a fixed background, so this module writes the SVG itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10
from xml.sax.saxutils import escape, quoteattr

Group = tuple[str, Sequence[tuple[str, float]]]
Points = list[tuple[float, float]]

WIDTH = 720
MARGIN = 16
LEGEND_AT, TOP, BOTTOM = 46, 70, 264
BAR, LETTER = 18, 7
COLOURS = ("#e08a00", "#b45bd0", "#2f86d6", "#12a150", "#8a8f98")
STYLE = """\
#{id} {{ max-width: 100%; height: auto }}
#{id} text {{ font: 13px sans-serif; fill: #24292f }}
#{id} .line {{ stroke: #24292f; stroke-opacity: .25 }}
#{id} .ground {{ fill: #fff }}
@media (prefers-color-scheme: dark) {{
  #{id} text {{ fill: #e6e9ec }}
  #{id} .line {{ stroke: #e6e9ec }}
  #{id} .ground {{ fill: #16191d }}
}}"""


def bars(name: str, title: str, groups: Sequence[Group], unit: str, limit: tuple[str, float] | None = None) -> str:
    """Draw a horizontal bar chart with groups of named values, one colour for each name.

    ``limit`` is the text and the value of a vertical line.
    """
    names = list(dict.fromkeys(series for _label, values in groups for series, _value in values))
    most = max([value for _label, values in groups for _series, value in values] + ([limit[1]] if limit else []))
    left, right = MARGIN + 16 + LETTER * max(len(label) for label, _values in groups), WIDTH - 90
    scale = (right - left) / most
    parts, y = _legend(names) if len(names) > 1 else [], TOP
    for label, values in groups:
        parts.append(_text(left - 8, y + BAR * len(values) / 2 + 4, label, "end"))
        for series, value in values:
            colour = COLOURS[names.index(series) % len(COLOURS)]
            parts.append(
                f'<rect x="{left}" y="{y}" width="{value * scale:.1f}" height="{BAR - 3}" rx="2" fill="{colour}"/>'
            )
            parts.append(_text(left + value * scale + 6, y + BAR - 6, f"{value:.3g}{unit}"))
            y += BAR
        y += BAR // 2
    if limit:
        at = left + limit[1] * scale
        parts += [_line(at, TOP - 6, at, y), _text(at, TOP - 10, f"{limit[0]}: {limit[1]:.3g}{unit}", "end")]
    parts.append(_line(left, TOP - 6, left, y))
    return _svg(name, title, y + MARGIN, parts)


def lines(name: str, title: str, panels: Sequence[tuple[str, dict[str, Points]]], across: str) -> str:
    """Draw line charts side by side, each with named lines over the same x axis. All axes start at zero."""
    names = list(dict.fromkeys(series for _label, drawn in panels for series in drawn))
    width = (WIDTH - MARGIN) / len(panels)
    parts = _legend(names)
    for number, (label, drawn) in enumerate(panels):
        left = MARGIN + number * width
        parts += [_text(left, TOP + 8, label), *_panel(left + 40, left + width - 20, names, drawn, across)]
    return _svg(name, title, BOTTOM + 18 + MARGIN, parts)


def _panel(left: float, right: float, names: Sequence[str], drawn: dict[str, Points], across: str) -> list[str]:
    most = max(x for points in drawn.values() for x, _y in points)
    ticks = _ticks(max(y for points in drawn.values() for _x, y in points))

    def at(x: float, y: float) -> tuple[float, float]:
        return left + x / most * (right - left), BOTTOM - y / ticks[-1] * (BOTTOM - TOP - 24)

    parts = [_text(left, BOTTOM + 18, "0", "middle"), _text(right, BOTTOM + 18, f"{most:g} {across}", "end")]
    for tick in ticks:
        _x, y = at(0, tick)
        parts += [_line(left, y, right, y), _text(left - 6, y + 4, f"{tick:g}", "end")]
    for series, points in drawn.items():
        colour = COLOURS[names.index(series) % len(COLOURS)]
        places = [at(x, y) for x, y in points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
    return parts


def _legend(names: Sequence[str]) -> list[str]:
    parts, x = [], MARGIN
    for number, name in enumerate(names):
        colour = COLOURS[number % len(COLOURS)]
        parts.append(f'<rect x="{x}" y="{LEGEND_AT - 10}" width="12" height="12" rx="2" fill="{colour}"/>')
        parts.append(_text(x + 18, LEGEND_AT, name))
        x += 40 + LETTER * len(name)
    return parts


def _ticks(most: float) -> list[float]:
    """Return round numbers from zero to the first one that is at least ``most``."""
    rough = max(most, 1e-9) / 4
    unit = 10.0 ** floor(log10(rough))
    step = next(factor * unit for factor in (1, 2, 2.5, 5, 10) if factor * unit >= rough)
    return [number * step for number in range(ceil(most / step) + 1)]


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="line" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _svg(name: str, title: str, height: float, parts: Sequence[str]) -> str:
    size = f'viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" height="{height:.0f}"'
    head = f'<svg id="{name}" xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label={quoteattr(title)}>'
    ground = '<rect class="ground" width="100%" height="100%"/>'
    style = f"<style>\n{STYLE.format(id=name)}\n</style>"
    heading = f'<text x="{MARGIN}" y="24" style="font-weight: bold">{escape(title)}</text>'
    return "\n".join([head, style, ground, heading, *parts, "</svg>"]) + "\n"
