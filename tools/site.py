# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The site of the documentation, which the nox session docs builds in ``FOLDER``."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from .tree import ROOT

FOLDER = ROOT / ".build" / "site"
OPTIONS = (
    *("--use-current", "--squash-hierarchy", "--lenient"),
    *("--title", "nodana.cloud", "--project", "nodana.cloud", "--copyright", "nodana.cloud contributors"),
)
UNREACHABLE = "failed to reach any of the inventories"
REFERENCE = re.compile(r"(?:undefined label|reference target not found): '?([\w.]+)'? \[ref\.")


def problems(output: str) -> list[str]:
    """Return the warnings in the output of Sphinx.

    If the inventory of another site is unreachable, for example offline, Sphinx cannot resolve references to that site.
    These warnings are left out. Those for references into this collection are returned.
    """
    found = [line for line in output.splitlines() if "WARNING: " in line or "ERROR: " in line]
    if not any(UNREACHABLE in line for line in found):
        return found
    return [line for line in found if UNREACHABLE not in line and not is_foreign(line)]


def is_foreign(warning: str) -> bool:
    """Return whether the warning is for a reference to something that this collection does not define."""
    reference = REFERENCE.search(warning)
    return reference is not None and "nodana" not in reference[1].lower()


def publish(html: Path) -> None:
    """Replace the site in ``FOLDER`` with this one."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    shutil.copytree(html, FOLDER)
