# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep the measured figures in ``figures.yml``, and write the documentation's page and plots from them."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml
from ansible.release import __version__ as core

from . import deploy, distance, growth, inventory, startup
from .report import Report, Row

PARTS = {"inventory": inventory, "deploy": deploy, "growth": growth, "startup": startup, "distance": distance}
FIGURES = Path(__file__).with_name("figures.yml")
DOCSITE = Path(__file__).resolve().parents[2] / "docs" / "docsite"
# An absolute address, because the tools that build the documentation of collections do not copy images.
IMAGES = "https://raw.githubusercontent.com/nodana/nodana.cloud/main/docs/docsite/images"
HEADER = "".join(Path(__file__).read_text(encoding="utf-8").splitlines(keepends=True)[:3])
LICENCE = HEADER.replace("# ", "")
PREFIX = "ansible_collections.nodana.cloud.docsite"
PAGE = "rst/measurements.rst"
LABELS = ("Apps", "Run", "Way", "Task", "Round trip", "Inventory")
"""The columns that say what was measured."""


class _Dumper(yaml.SafeDumper):
    """Indents lists as yamllint requires."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)


def load() -> dict[str, Any]:
    """Return the kept figures by part."""
    kept: dict[str, Any] = yaml.safe_load(FIGURES.read_text(encoding="utf-8"))
    return kept


def record(part: str, report: Report) -> None:
    """Keep the figures of a part, and write the page and the plots."""
    machine = f"ansible-core {core}, Python {platform.python_version()}, {os.cpu_count()} processors"
    kept = {**load(), part: {"machine": machine, "figures": [list(row) for row in report.figures]}}
    text = yaml.dump(kept, Dumper=_Dumper, default_flow_style=None, sort_keys=False, width=150)
    FIGURES.write_text(f"{HEADER}\n---\n{text}", encoding="utf-8")
    for path, content in files(kept).items():
        (DOCSITE / path).write_text(content, encoding="utf-8")


def files(kept: dict[str, Any]) -> dict[str, str]:
    """Return the page and the plots by their paths in the docsite folder."""
    sections, plots = [], {}
    for part, module in PARTS.items():
        if part in kept:
            drawn = module.plots(kept[part]["figures"][1:])
            sections.append(_section(part, module.TITLE, module.ABOUT, kept[part], drawn))
            plots.update({f"images/{name}.svg": f"<!--\n{LICENCE}-->\n{svg}" for name, svg in drawn.items()})
    return {PAGE: "\n".join([_head(), *sections]), **plots}


def _head() -> str:
    licence = "".join(f"  {line}" for line in LICENCE.splitlines(keepends=True))
    return f"""\
..
{licence}
.. Written by "python3 dev.py bench": change tests/bench/page.py instead.

.. _{PREFIX}.measurements:

Measurements
============

``python3 dev.py bench`` in a clone of the collection's repository repeats all measurements and writes this page. It
takes about 25 minutes and needs an otherwise idle machine.

.. contents::
   :local:
"""


def _section(part: str, title: str, about: str, kept: dict[str, Any], plots: Iterable[str]) -> str:
    alt = f"{title}: a plot of the figures below"
    images = "".join(f"\n.. image:: {IMAGES}/{name}.svg\n   :alt: {alt}\n" for name in plots)
    return f"""\
.. _{PREFIX}.measurements.{part}:

{title}
{"-" * len(title)}

{about}
Measured with {kept["machine"]}.
{images}
{_list(kept["figures"])}"""


def _list(table: Sequence[Row]) -> str:
    """Return a table as a definition list, because a table with many columns is too wide for a phone."""
    header, *rows = [[str(cell) for cell in row] for row in table]
    labels = len([name for name in header if name in LABELS])
    return "\n".join(_entry(header, row, labels) for row in rows)


def _entry(header: Sequence[str], row: Sequence[str], labels: int) -> str:
    term = ", ".join([f"{header[0]}: {row[0]}", *row[1:labels]])
    figures = [f"{name}: {cell}" for name, cell in zip(header[labels:], row[labels:]) if cell]
    return f"{term}\n  {', '.join(figures)}\n"
