# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the bench or one part of it: ``python -m tests.bench [PART] [--docs docs/docsite]``.

The working directory must be the root of the collection.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from . import PARTS, driving, growth, inventory, page, startup
from .report import Report

MEASURE: dict[str, Callable[[], Report]] = {
    "inventory": inventory.measure,
    "driving": driving.measure,
    "growth": growth.measure,
    "startup": startup.measure,
}


def main(arguments: list[str]) -> int:
    """Measure, print the reports and write the documentation. Return 1 if a goal is missed, else 0."""
    options = _parser().parse_args(arguments)
    reports = []
    for part in [options.part] if options.part else PARTS:
        print(f"== {part} ==", flush=True)
        report = MEASURE[part]()
        print(f"{report.table.text()}\n\n{report.goals_table().text()}\n", flush=True)
        if options.docs and report.plots:
            page.write(options.docs, part, report)
        reports.append(report)
    missed = [goal for report in reports for goal in report.goals if not goal.met]
    print(f"{len(missed)} goals missed." if missed else "All goals met.")
    return 1 if missed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure the collection.")
    parser.add_argument("part", nargs="?", choices=PARTS, help="the part to run (default: all)")
    parser.add_argument("--docs", type=Path, metavar="FOLDER", help="the docsite folder whose guide shall show it")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
