# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation is readable on a phone: no table is wide, and in a browser nothing that matters is off screen."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.tests.support import browser

ROOT = Path(__file__).resolve().parents[3]
GUIDES = sorted((ROOT / "docs" / "docsite" / "rst").glob("*.rst"))
READMES = [ROOT / "README.md", *sorted(ROOT.glob("roles/*/README.md")), ROOT / "tests" / "simulator" / "README.md"]
TABLE = re.compile(r"(?:^\|.*\|\n)+", re.MULTILINE)
SITE = Path(os.environ.get("NODANA_TEST_SITE", "/nonexistent"), "docsite")
CHROMIUM = browser.installed()
WIDTH = 400
MARGINS, CELL, LETTER = 32, 27, 8.2
"""Pixels of GitHub's page, of the padding and border of a cell, and of a letter in code, which is wider than others."""
# Code blocks scroll. Everything else must end on the screen.
OFF_SCREEN = """
[...document.querySelectorAll('[role=main] :is(table, td, th, img, dt, dd, p, li, code)')]
  .filter(e => !e.closest('pre') && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(e => (e.innerText || e.src).slice(0, 80))
"""


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_a_guide_has_no_table(guide: Path) -> None:
    """The themes of the site never break the lines of a table, so that even two columns are too wide."""
    assert not re.search(
        r"^ *(\.\. (list|csv)-table::|={4,} +={4,}|\+[-=]+\+)", guide.read_text(encoding="utf-8"), re.M
    )


def least_width(table: str) -> float:
    """Return the width in pixels of a Markdown table whose lines are broken wherever there is a space."""
    rows = [line.strip("|").split("|") for line in table.splitlines() if not re.fullmatch(r"[|\s:-]+", line)]
    texts = [[re.sub(r"\[(.*?)\]\(.*?\)|`", r"\1", cell) for cell in row] for row in rows]
    longest = [max(len(word) for cell in column for word in cell.split() or [""]) for column in zip(*texts)]
    return sum(CELL + LETTER * letters for letters in longest)


@pytest.mark.parametrize("readme", READMES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_table_of_a_readme_fits_the_screen_of_a_phone(readme: Path) -> None:
    tables = TABLE.findall(readme.read_text(encoding="utf-8"))
    assert tables
    assert [table for table in tables if least_width(table) > WIDTH - MARGINS] == []


def test_a_table_that_is_too_wide_is_found() -> None:
    heads, lines = "| variable | type | default | |\n", "|---|---|---|---|\n"
    assert least_width(f"{heads}{lines}| `nodana_node_secrets_encryption` | str | `vault` | unencrypted |\n") > WIDTH


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[browser.Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine to show the guides with")
    if not SITE.exists():
        pytest.skip("the nox session docs has not built the site")
    with browser.browser(CHROMIUM, tmp_path_factory.mktemp("profile")) as shown:
        shown.show(WIDTH)
        yield shown


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_nothing_is_off_the_screen_of_a_phone(page: browser.Browser, guide: Path) -> None:
    built = SITE / f"{guide.stem}.html"
    if not built.exists():
        pytest.skip("the nox session docs has not built this guide")
    page.open(built)
    assert page.run(OFF_SCREEN) == []
