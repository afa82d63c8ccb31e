# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The README, which Galaxy and Automation Hub show without the other files of the repository."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from ansible_collections.nodana.cloud.tools import matrix
from ansible_collections.nodana.cloud.tools.python import label

ROOT = Path(__file__).resolve().parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GALAXY = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
PROSE = re.sub(r"^```.*?^```", "", README, flags=re.DOTALL | re.MULTILINE)
LINKS = sorted(set(re.findall(r"\]\(([^)\s]+)\)", PROSE)))


def test_the_sections_have_the_order_of_the_certification_template() -> None:
    assert re.findall(r"^## (.+)$", PROSE, re.MULTILINE) == [
        "Description",
        "Requirements",
        "Installation",
        "Use Cases",
        "Testing",
        "Contributing",
        "Support",
        "Release Notes and Roadmap",
        "Related Information",
        "License Information",
    ]


@pytest.mark.parametrize("link", LINKS)
def test_every_link_is_absolute_and_those_into_the_repository_have_a_file(link: str) -> None:
    assert link.startswith("https://")
    inside = link.removeprefix(GALAXY["repository"])
    if inside != link and inside not in ("", "/issues"):
        found = re.fullmatch(r"/(blob|raw|tree)/main/(.+)", inside)
        assert found
        assert (ROOT / found[2]).is_dir() if found[1] == "tree" else (ROOT / found[2]).is_file()


def test_the_documentation_of_galaxy_is_linked() -> None:
    assert GALAXY["documentation"] in LINKS


def test_all_guides_are_linked_in_the_order_of_the_site() -> None:
    (section,) = yaml.safe_load((ROOT / "docs" / "docsite" / "extra-docs.yml").read_text(encoding="utf-8"))["sections"]
    linked = re.findall(r"/rst/(guide_\w+)\.rst\)", README.partition("## Related Information")[2])
    assert linked == [name for name in section["toctree"] if name.startswith("guide_")]
    pages = {path.stem for path in (ROOT / "docs" / "docsite" / "rst").glob("*.rst")}
    assert pages == set(section["toctree"])


def test_the_table_of_versions_is_the_tested_one() -> None:
    tested: dict[str, list[str]] = {}
    for core in matrix.ALL:
        tested.setdefault(f"{label(core.lowest)} to {label(core.highest)}", []).append(core.name)
    table = {
        pythons: cores.split(", ") for cores, pythons in re.findall(r"^\| (2\.[^|]+) \| (3\.[^|]+) \|$", PROSE, re.M)
    }
    assert table == tested


def test_only_a_clone_has_the_developer_commands() -> None:
    lines = [part for part in re.split(r"\n\n(?!```)", README) if "dev.py" in part]
    assert lines
    assert not [part for part in lines if "clone" not in part]
