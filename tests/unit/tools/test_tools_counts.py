# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The counts of tests, read from the output of the tools."""

from __future__ import annotations

import pytest
from ansible_collections.nodana.cloud.tools import counts
from ansible_collections.nodana.cloud.tools.counts import Count

SANITY = """\
WARNING: Using locale "C.UTF-8" instead of "en_US.UTF-8". Tests which depend on the locale may behave unexpectedly.
Running sanity test "action-plugin-docs"
Running sanity test "compile" on Python 3.12
Running sanity test "compile" on Python 3.13
Running sanity test "pylint"
"""
SANITY_FAILED = (
    SANITY
    + """\
ERROR: Found 1 pylint issue(s) which need to be resolved:
ERROR: plugins/modules/x.py:1:1: disallowed-name: Disallowed name "_"
FATAL: The 1 sanity test(s) listed below (out of 3) failed. See error output above for details.
pylint
nox > Command ansible-test sanity failed with exit code 1
"""
)
INTEGRATION = """\
Running setup_simulator integration test role
Running app integration test role
Running inventory integration test script
"""


class TestOneLinter:
    def test_success_is_one_passed(self) -> None:
        assert counts.one("anything", 0) == Count(passed=1)

    def test_failure_is_one_failed(self) -> None:
        assert counts.one("", 2) == Count(failed=1)


class TestImporter:
    DONE = "Loading module x\nImporter processing completed successfully\n"

    def test_a_success_is_one_passed(self) -> None:
        assert counts.importer(self.DONE, 0) == Count(passed=1)

    @pytest.mark.parametrize("problem", ["WARNING: no changelog found\n", "ERROR: no tag\n"])
    def test_a_problem_is_a_failure_in_spite_of_the_exit_code(self, problem: str) -> None:
        assert counts.importer(problem + self.DONE, 0) == Count(failed=1)

    def test_an_import_that_did_not_happen_is_a_failure(self) -> None:
        assert counts.importer("Created collection\n", 0) == Count(failed=1)


class TestPytest:
    @pytest.mark.parametrize(
        ("summary", "expected"),
        [
            ("===== 5 passed in 0.10s =====", Count(5)),
            ("12 passed, 3 skipped in 4.20s", Count(12, 0, 3)),
            ("= 5 passed, 1 xfailed, 2 warnings in 61.01s (0:01:01) =", Count(6)),
            ("\x1b[32m== \x1b[1m7 passed\x1b[0m\x1b[32m in 0.03s\x1b[0m ==", Count(7)),
        ],
    )
    def test_reads_the_summary(self, summary: str, expected: Count) -> None:
        assert counts.pytest(f"....\n{summary}\n", 0) == expected

    def test_errors_and_unexpected_passes_are_failures(self) -> None:
        summary = "== 1 failed, 2 passed, 1 xpassed, 3 errors in 0.10s =="
        assert counts.pytest(summary, 1) == Count(passed=2, failed=5)

    def test_adds_up_every_run(self) -> None:
        assert counts.pytest("== 2 passed in 1.0s ==\nUnit tests\n== 3 passed, 1 skipped in 1.0s ==\n", 0) == Count(
            5, 0, 1
        )

    def test_no_tests_is_a_failure(self) -> None:
        assert counts.pytest("== no tests ran in 0.01s ==", 0) == Count(failed=1)

    def test_only_skipped_tests_are_a_failure(self) -> None:
        assert counts.pytest("== 4 skipped in 0.01s ==", 0) == Count(failed=1, skipped=4)

    def test_a_crash_after_passing_tests_is_a_failure(self) -> None:
        assert counts.pytest("== 4 passed in 0.01s ==", 3) == Count(passed=4, failed=1)


class TestSanity:
    def test_counts_each_test_once(self) -> None:
        assert counts.sanity(SANITY, 0) == Count(passed=3)

    def test_takes_the_failed_ones_from_the_list_at_the_end(self) -> None:
        assert counts.sanity(SANITY_FAILED, 1) == Count(passed=2, failed=1)

    def test_skipped_tests_are_counted(self) -> None:
        output = SANITY + "WARNING: Skipping sanity test 'pslint' because pwsh is missing.\n"
        assert counts.sanity(output, 0) == Count(passed=3, skipped=1)

    def test_a_stop_in_the_middle_is_a_failure(self) -> None:
        assert counts.sanity(SANITY + "FATAL: no pip\n", 1) == Count(passed=3, failed=1)

    def test_nothing_run_is_a_failure(self) -> None:
        assert counts.sanity("WARNING: All targets skipped.\n", 0) == Count(failed=1)


class TestIntegration:
    def test_setup_targets_are_no_tests(self) -> None:
        assert counts.integration(INTEGRATION, 0) == Count(passed=2)

    def test_an_expected_target_that_did_not_run_has_failed(self) -> None:
        assert counts.integration(INTEGRATION, 0, ["app", "inventory", "service"]) == Count(passed=2, failed=1)

    def test_takes_the_failed_ones_from_the_list_at_the_end(self) -> None:
        failed = "FATAL: The 1 integration test(s) listed below (out of 3) failed. See error output above:\napp\n"
        assert counts.integration(INTEGRATION + failed, 1) == Count(passed=1, failed=1)

    def test_a_failed_setup_target_is_a_failure(self) -> None:
        failed = "FATAL: The 1 integration test(s) listed below (out of 3) failed. See above:\nsetup_simulator\n"
        assert counts.integration(INTEGRATION + failed, 1).failed == 1


class TestMolecule:
    STEPS = "INFO default > create: Executed: Successful\ndefault > create: Executed: Successful\n"

    def test_counts_each_step_once(self) -> None:
        output = self.STEPS + "\x1b[33mverify\x1b[0m: \x1b[32mExecuted: Successful\x1b[0m\n"
        assert counts.molecule(output, 0, ["create", "verify"]) == Count(passed=2)

    def test_a_failed_step_and_one_that_did_not_run_have_failed(self) -> None:
        output = self.STEPS + "default > converge: Executed: Failed\n"
        assert counts.molecule(output, 1, ["create", "converge", "verify"]) == Count(passed=1, failed=2)

    def test_nothing_run_is_a_failure(self) -> None:
        assert counts.molecule("", 0, ["create"]) == Count(failed=1)


def test_a_count_reads_as_the_line_that_ends_a_run() -> None:
    assert str(Count(3) + Count(1, 2, 3)) == "4 passed, 2 failed, 3 skipped"
