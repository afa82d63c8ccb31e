# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide that shows what was measured: a block for each part, and the plots as files beside it."""

from __future__ import annotations

import os
import platform
import textwrap
from pathlib import Path

from ansible.release import __version__ as core

from .report import Report

GUIDE = Path("rst", "guide_requests.rst")
IMAGES = Path("images")
ADDRESS = "https://github.com/nodana/nodana.cloud/blob/main/docs/docsite/images"
_HEADER = [line.removeprefix("# ") for line in Path(__file__).read_text(encoding="utf-8").splitlines()[:3]]
LICENCE = "\n".join(["<!--", *_HEADER, "-->", ""])  # of this file, and so of the plots


def write(docsite: Path, part: str, report: Report) -> None:
    """Put a part's findings into the guide, in place of the ones before, and its plots into their files."""
    for name, svg in report.plots.items():
        (docsite / IMAGES).mkdir(exist_ok=True)
        (docsite / IMAGES / f"{name}.svg").write_text(LICENCE + svg, encoding="utf-8")
    guide = docsite / GUIDE
    guide.write_text(replaced(guide.read_text(encoding="utf-8"), part, block(report)), encoding="utf-8")


def replaced(text: str, part: str, block: str) -> str:
    """Give a guide with another block between the marks of a part. Raises ValueError when it has no such marks."""
    begin, end = marks(part)
    before, found, rest = text.partition(begin)
    _old, found_end, after = rest.partition(end)
    if not (found and found_end):
        raise ValueError(f"the guide lacks {begin!r} or {end!r}")
    return f"{before}{begin}\n\n{block}\n{end}{after}"


def marks(part: str) -> tuple[str, str]:
    """Give the comments around a part's block."""
    return f".. Bench of {part}, begin", f".. Bench of {part}, end"


def block(report: Report) -> str:
    """Give what stands between the marks: where it was measured, plots, figures, goals.

    The plots are in the page itself: the tools that build collections' documentation take no images along.
    """
    machine = f"Measured with ansible-core {core}, Python {platform.python_version()} and {os.cpu_count()} processors."
    plots = [
        f".. raw:: html\n\n{textwrap.indent(svg.strip(), '   ')}\n\n`This plot as a file <{ADDRESS}/{name}.svg>`__."
        for name, svg in report.plots.items()
    ]
    return "\n\n".join([machine, *plots, report.table.rst(), report.goals_table().rst()]) + "\n"
