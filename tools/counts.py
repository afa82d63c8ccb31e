# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Count tests in the output of the tools."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
PYTEST_SUMMARY = re.compile(r"^=*\s*((?:\d+ [a-z]+(?:, )?)+) in [\d.]+s", re.MULTILINE)
SANITY_RUN = re.compile(r"^Running sanity test [\"']?([\w-]+)", re.MULTILINE)
SANITY_SKIP = re.compile(
    r"^WARNING: (?:Skipping sanity test|Skipping) [\"']?([\w-]+)[\"']?(?: sanity test)?", re.MULTILINE
)
INTEGRATION_RUN = re.compile(r"^Running ([\w-]+) integration test (?:role|script)", re.MULTILINE)
FAILED_LIST = re.compile(
    r"^(?:ERROR|FATAL): The \d+ (?:sanity|integration) test\(s\) listed below.*\n((?:[\w-]+.*\n?)*)", re.MULTILINE
)
IMPORTER_PROBLEM = re.compile(r"^(?:WARNING|ERROR)", re.MULTILINE)
IMPORTER_END = "Importer processing completed successfully"
MOLECULE_STEP = re.compile(r"\b(\w+): Executed: (Successful|Failed)")
COVERAGE_TOTAL = re.compile(r"^TOTAL\s.*\s(\d+)%$", re.MULTILINE)
LEAST_COVERAGE = 95  # per cent
SETUP_TARGET = re.compile(r"^(?:setup|prepare)_")


@dataclass(frozen=True)
class Count:
    """The numbers of tests that passed, failed and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def settle(count: Count, exit_code: int) -> Count:
    """Return a count that agrees with the exit code: a tool that failed or ran nothing has at least one failure."""
    silent = count.passed + count.failed == 0
    if (exit_code or silent) and not count.failed:
        return count + Count(failed=1)
    return count


def one(_output: str, exit_code: int) -> Count:
    """Return the count of a linter, which is one test."""
    return Count(failed=1) if exit_code else Count(passed=1)


def importer(output: str, exit_code: int) -> Count:
    """Return the count of galaxy-importer. It exits with 0 in spite of warnings and errors; here, they are failures."""
    return one(output, exit_code or int(bool(IMPORTER_PROBLEM.search(output)) or IMPORTER_END not in output))


def pytest(output: str, exit_code: int) -> Count:
    """Return the sum of all pytest runs in the output. ansible-test starts several."""
    total = Count()
    for summary in PYTEST_SUMMARY.findall(COLOUR.sub("", output)):
        words = {word.rstrip("s"): int(number) for number, word in re.findall(r"(\d+) ([a-z]+)", summary)}
        total += Count(
            words.get("passed", 0) + words.get("xfailed", 0),
            words.get("failed", 0) + words.get("error", 0) + words.get("xpassed", 0),
            words.get("skipped", 0),
        )
    return settle(total, exit_code)


def sanity(output: str, exit_code: int) -> Count:
    """Return the count of ansible-test's sanity tests. A test that runs on several Pythons counts once."""
    output = COLOUR.sub("", output)
    ran, skipped = set(SANITY_RUN.findall(output)), set(SANITY_SKIP.findall(output))
    failed = ran & failed_names(output)
    return settle(Count(len(ran - failed), len(failed), len(skipped - ran)), exit_code)


def integration(output: str, exit_code: int, expected: Collection[str] = ()) -> Count:
    """Return the count of integration targets without setup targets. An expected target that did not run has failed."""
    output = COLOUR.sub("", output)
    ran = {name for name in INTEGRATION_RUN.findall(output) if not SETUP_TARGET.match(name)}
    failed = (ran & failed_names(output)) | (set(expected) - ran)
    return settle(Count(len(ran - failed), len(failed)), exit_code)


def molecule(output: str, exit_code: int, expected: Collection[str] = ()) -> Count:
    """Return the count of the steps of molecule scenarios. An expected step that did not run has failed."""
    steps = dict(MOLECULE_STEP.findall(COLOUR.sub("", output)))
    failed = {name for name, outcome in steps.items() if outcome == "Failed"} | (set(expected) - set(steps))
    return settle(Count(len(set(steps) - failed), len(failed)), exit_code)


def coverage(output: str, exit_code: int) -> Count:
    """Return the count of a coverage report, which fails below ``LEAST_COVERAGE``."""
    total = COVERAGE_TOTAL.search(COLOUR.sub("", output))
    return one(output, exit_code or int(total is None or int(total[1]) < LEAST_COVERAGE))


def failed_names(output: str) -> set[str]:
    """Return the names that ansible-test lists as failed at the end of its output."""
    lists = FAILED_LIST.findall(output)
    return {line.split()[0] for names in lists for line in names.splitlines() if line.strip()}
