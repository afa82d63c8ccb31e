# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the bench or one part of it: ``python -m tests.bench [PART]``. The working directory must be the checkout."""

from __future__ import annotations

import argparse
import sys

from . import PARTS, page
from .report import Skipped, plain_text


def main(arguments: list[str]) -> int:
    """Measure, print the results and write the documentation. Return 1 if a goal is missed, else 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure the collection.")
    parser.add_argument("part", nargs="?", choices=PARTS, help="the part to run (default: all)")
    part = parser.parse_args(arguments).part
    missed = 0
    for name in [part] if part else PARTS:
        print(f"== {name} ==", flush=True)
        try:
            report = page.PARTS[name].measure()
        except Skipped as reason:
            print(f"skipped: {reason}\n", flush=True)
            continue
        print(f"{plain_text(report.figures)}\n\n{plain_text(report.goals_table())}\n", flush=True)
        page.record(name, report)
        missed += sum(not goal.met for goal in report.goals)
    print(f"{missed} goals missed." if missed else "All goals met.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
