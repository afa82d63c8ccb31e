# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The summary of a test run: a table of the stages and the total count."""

from __future__ import annotations

from collections.abc import Sequence

from .counts import Count
from .run import LOGS, Result
from .tree import ROOT


def table(results: Sequence[Result]) -> str:
    """Return one line per stage: its state, its name, and its count and time or the reason for a skip."""
    width = max((len(result.stage.name) for result in results), default=0)
    return "\n".join(f"  {result.state:<8} {result.stage.name:<{width}}  {remark(result)}" for result in results)


def remark(result: Result) -> str:
    """Return a stage's count and time, or the reason why it was skipped."""
    if result.stage.skip:
        return result.stage.skip
    return f"{result.count} in {result.seconds:.1f} s"


def total(results: Sequence[Result]) -> Count:
    """Return the sum of the counts of all stages."""
    return sum((result.count for result in results), Count())


def conclude(results: Sequence[Result], seconds: float) -> int:
    """Print the summary and return the exit code: 0 if no test failed and at least one passed.

    The last line is 'N passed, N failed, N skipped'.
    """
    count = total(results)
    print(f"\nSummary after {seconds:.0f} s; the logs are in {LOGS.relative_to(ROOT)}/\n")
    print(table(results))
    failed = [f"  {result.stage.name}: {result.log}" for result in results if result.count.failed]
    if failed:
        print("\nFailed, each with its log:", *failed, sep="\n")
    print(f"\n{count}", flush=True)
    return 1 if count.failed or not count.passed else 0
