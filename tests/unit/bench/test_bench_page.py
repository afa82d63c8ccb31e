# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page and the plots that the bench writes."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from ansible_collections.nodana.cloud.tests.bench import PARTS, page, plot
from ansible_collections.nodana.cloud.tests.bench.report import Report

SVG = "{http://www.w3.org/2000/svg}"
FILES = page.files(page.load())


def widths(svg: str) -> list[float]:
    """Return the widths of the bars of a plot. The height distinguishes them from all other rectangles."""
    root = ElementTree.fromstring(svg)
    return [float(one.attrib["width"]) for one in root.iter(f"{SVG}rect") if one.attrib["height"] == f"{plot.LINE - 3}"]


def test_bars_are_as_long_as_their_values() -> None:
    svg = plot.bars("Title", [("one", [("x", 10.0), ("y", 5.0)]), ("two", [("x", 2.5)])], " s")
    longest, half, quarter = widths(svg)
    assert (half / longest, quarter / longest) == pytest.approx((0.5, 0.25), abs=0.001)


def test_words_in_a_plot_cannot_break_it() -> None:
    root = ElementTree.fromstring(plot.bars("<&\"'>", [("<b>", [("&", 1.0)])], " <s>"))
    assert "<b>" in [text.text for text in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("path", [path for path in FILES if path.endswith(".svg")])
def test_plots_are_readable_on_a_phone(path: str) -> None:
    root = ElementTree.fromstring(FILES[path])
    assert float(root.attrib["width"]) == plot.WIDTH < 400
    for text in root.iter(f"{SVG}text"):
        assert float(text.attrib["x"]) + len(text.text or "") * plot.LETTER <= plot.WIDTH, text.text


@pytest.mark.parametrize("path", FILES)
def test_the_documentation_shows_the_kept_figures(path: str) -> None:
    assert (page.DOCSITE / path).read_text(encoding="utf-8") == FILES[path]


def test_the_readme_and_the_guide_name_the_kept_figure_of_the_distance() -> None:
    (measured,) = [cells[1] for cells in page.load()["distance"]["figures"] if cells[0] == "150 ms"]
    seconds = f"{float(measured.removesuffix(' s')):.2f}"
    root = page.DOCSITE.parents[1]
    assert f"round trip of 150 ms, a request takes {seconds} s" in (root / "README.md").read_text(encoding="utf-8")
    guide = (page.DOCSITE / "rst" / "guide_requests.rst").read_text(encoding="utf-8")
    assert f"round trip of 150 ms, a request takes about {seconds} seconds" in guide


def test_no_plot_is_left_over() -> None:
    assert {f"images/{path.name}" for path in (page.DOCSITE / "images").iterdir()} == set(FILES) - {page.PAGE}


def test_a_new_measurement_replaces_that_of_its_part_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = page.load()
    for folder in ("rst", "images"):
        (tmp_path / folder).mkdir()
    monkeypatch.setattr(page, "DOCSITE", tmp_path)
    monkeypatch.setattr(page, "FIGURES", tmp_path / "figures.yml")
    (tmp_path / "figures.yml").write_text((Path(plot.__file__).with_name("figures.yml")).read_text(encoding="utf-8"))
    page.record("inventory", Report([("Inventory", "Time"), ("nodana, from its cache", "1.5 s")], []))
    after = page.load()
    text = (tmp_path / page.PAGE).read_text(encoding="utf-8")
    assert {part: after[part] for part in before} == before
    assert "Inventory: nodana, from its cache\n  Time: 1.5 s\n" in text
    assert (tmp_path / "figures.yml").read_text(encoding="utf-8").startswith("# Copyright")


def test_every_part_can_be_chosen() -> None:
    assert tuple(page.PARTS) == PARTS
