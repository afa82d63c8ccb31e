# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guides are readable on a phone: they have no wide tables, and in a browser nothing that matters is off screen."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.tests.support import browser

GUIDES = sorted((Path(__file__).resolve().parents[3] / "docs" / "docsite" / "rst").glob("*.rst"))
SITE = Path(os.environ.get("NODANA_TEST_SITE", "/nonexistent"), "docsite")
CHROMIUM = browser.installed()
WIDTH = 400
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
