# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The summary of a run."""

from __future__ import annotations

import pytest
from ansible_collections.nodana.cloud.tools import run
from ansible_collections.nodana.cloud.tools.counts import Count
from ansible_collections.nodana.cloud.tools.stages import Stage

PASSED = run.Result(Stage("units"), Count(passed=3, skipped=1), 2.0, ".logs/units.log")
FAILED = run.Result(Stage("docs"), Count(failed=1), 1.0, ".logs/docs.log")
SKIPPED = run.Result(Stage("old", skip="no Python"), Count(skipped=1))


@pytest.mark.parametrize(
    ("results", "last_line", "exit_code"),
    [
        ([PASSED, SKIPPED], "3 passed, 0 failed, 2 skipped", 0),
        ([PASSED, FAILED], "3 passed, 1 failed, 1 skipped", 1),
        ([SKIPPED], "0 passed, 0 failed, 1 skipped", 1),
    ],
)
def test_the_last_line_counts_the_tests_and_the_exit_code_agrees(
    results: list[run.Result], last_line: str, exit_code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run.conclude(results, 3.0) == exit_code
    assert capsys.readouterr().out.splitlines()[-1] == last_line


def test_skipped_and_failed_stages_are_named_with_the_reason_and_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    run.conclude([FAILED, SKIPPED], 3.0)
    output = capsys.readouterr().out
    assert "skipped  old: no Python\n" in output
    assert "  docs: .logs/docs.log\n" in output
