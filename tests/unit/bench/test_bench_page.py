# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guide and the plots that the bench writes."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from xml.etree import ElementTree

import pytest
from ansible_collections.nodana.cloud.tests.bench import PARTS, page, plot
from ansible_collections.nodana.cloud.tests.bench.report import Goal, Report, Table

DOCSITE = Path(__file__).resolve().parents[3] / "docs" / "docsite"
SVG = "{http://www.w3.org/2000/svg}"


def widths(svg: str) -> list[float]:
    """Return the widths of the bars of a plot. The height distinguishes them from all other rectangles."""
    root = ElementTree.fromstring(svg)
    return [float(one.attrib["width"]) for one in root.iter(f"{SVG}rect") if one.attrib["height"] == f"{plot.BAR - 3}"]


def test_bars_are_as_long_as_their_values() -> None:
    svg = plot.bars("a", "Title", [("one", [("x", 10.0), ("y", 5.0)]), ("two", [("x", 2.5)])], " s")
    longest, half, quarter = widths(svg)
    assert (half / longest, quarter / longest) == pytest.approx((0.5, 0.25), abs=0.001)


def test_lines_go_up_where_the_figures_do() -> None:
    svg = plot.lines("a", "Title", [("panel", {"x": [(0, 0), (50, 30), (100, 40)]})], "apps")
    (line,) = ElementTree.fromstring(svg).iter(f"{SVG}polyline")
    points = [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
    (x1, y1), (x2, y2), (x3, y3) = points
    assert x2 - x1 == pytest.approx(x3 - x2, abs=0.2)
    assert (y1 - y2) / (y1 - y3) == pytest.approx(0.75, abs=0.01)


def test_words_in_a_plot_cannot_break_it() -> None:
    root = ElementTree.fromstring(plot.bars("a", "<&\"'>", [("<b>", [("&", 1.0)])], " <s>"))
    assert "<b>" in [text.text for text in root.iter(f"{SVG}text")]


def test_a_block_takes_the_place_of_the_one_before_and_touches_nothing_else(tmp_path: Path) -> None:
    begin, end = page.marks("growth")
    guide = tmp_path / page.GUIDE
    guide.parent.mkdir()
    guide.write_text(f"before\n\n{begin}\n\nformer\n\n{end}\n\nafter\n", encoding="utf-8")
    for value in (1.0, 2.0):
        report = Report(
            Table(("Apps",), [(str(value),)]),
            [Goal("g", value, 1)],
            {"p": plot.bars("p", "P", [("", [("x", value)])], "")},
        )
        page.write(tmp_path, "growth", report)
    text = guide.read_text(encoding="utf-8")
    assert text.startswith(f"before\n\n{begin}\n")
    assert text.endswith(f"{end}\n\nafter\n")
    assert "former" not in text
    assert "1.0" not in text
    assert "   * - 2.0\n" in text
    assert "     - missed\n" in text
    assert (tmp_path / "images" / "p.svg").read_text(encoding="utf-8").startswith("<!--\nCopyright")


def test_a_guide_without_the_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="growth"):
        page.replaced("no marks", "growth", "block")


@pytest.mark.parametrize("part", [part for part in PARTS if part != "inventory"])
def test_the_guide_shows_each_part_with_the_plots_of_its_files(part: str) -> None:
    begin, end = page.marks(part)
    shown = (DOCSITE / page.GUIDE).read_text(encoding="utf-8").partition(begin)[2].partition(end)[0]
    names = re.findall(r"images/([\w-]+)\.svg>", shown)
    assert names
    for name in names:
        svg = (DOCSITE / page.IMAGES / f"{name}.svg").read_text(encoding="utf-8")
        assert ElementTree.fromstring(svg).tag == f"{SVG}svg"
        assert textwrap.indent(svg.removeprefix(page.LICENCE).strip(), "   ") in shown
