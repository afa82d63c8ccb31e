# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the measured figures and plots into the guide, one block for each part. The plots are also separate files."""

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
LICENCE = "\n".join(["<!--", *_HEADER, "-->", ""])  # The licence of this file also applies to the plots.


def write(docsite: Path, part: str, report: Report) -> None:
    """Replace the block of a part in the guide and write its plots to files."""
    for name, svg in report.plots.items():
        (docsite / IMAGES).mkdir(exist_ok=True)
        (docsite / IMAGES / f"{name}.svg").write_text(LICENCE + svg, encoding="utf-8")
    guide = docsite / GUIDE
    guide.write_text(replaced(guide.read_text(encoding="utf-8"), part, block(report)), encoding="utf-8")


def replaced(text: str, part: str, block: str) -> str:
    """Return the guide with a new block of a part. Raises ``ValueError`` if the guide has no marks for the part."""
    begin, end = marks(part)
    before, found, rest = text.partition(begin)
    _old, found_end, after = rest.partition(end)
    if not (found and found_end):
        raise ValueError(f"the guide lacks {begin!r} or {end!r}")
    return f"{before}{begin}\n\n{block}\n{end}{after}"


def marks(part: str) -> tuple[str, str]:
    """Return the comments before and after the block of a part."""
    return f".. Bench of {part}, begin", f".. Bench of {part}, end"


def block(report: Report) -> str:
    """Return the block of a part: the environment of the measurement, the plots, the figures and the goals.

    The plots are inline, because the tools that build the documentation of collections do not copy images.
    """
    machine = f"Measured with ansible-core {core}, Python {platform.python_version()} and {os.cpu_count()} processors."
    plots = [
        f".. raw:: html\n\n{textwrap.indent(svg.strip(), '   ')}\n\n`This plot as a file <{ADDRESS}/{name}.svg>`__."
        for name, svg in report.plots.items()
    ]
    return "\n\n".join([machine, *plots, report.table.rst(), report.goals_table().rst()]) + "\n"
