# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stages a machine gets for the Pythons it has."""

from __future__ import annotations

import pytest
from ansible_collections.nodana.cloud.tools import matrix, stages
from ansible_collections.nodana.cloud.tools.python import Version

ALL: list[Version] = [(3, 9), (3, 10), (3, 11), (3, 12), (3, 13)]


def flat(phases: list[list[stages.Stage]]) -> list[stages.Stage]:
    """Return the stages of all phases except the linters."""
    return [stage for phase in phases for stage in phase if stage.kind != "lint"]


def skipped(available: list[Version]) -> dict[str, str]:
    """Return the names of the usual stages that are skipped, with their reasons."""
    return {stage.name: stage.skip for stage in flat(stages.usual(available)) if stage.skip}


def test_with_every_python_nothing_is_skipped() -> None:
    assert skipped(ALL) == {}
    assert not [stage for stage in flat(stages.full(ALL)) if stage.skip]


@pytest.mark.parametrize(
    ("available", "expected"),
    [([(3, 13)], "2.22"), ([(3, 12)], "2.21"), ([(3, 11)], "2.19"), ([(3, 11), (3, 13)], "2.22")],
)
def test_the_newest_core_is_the_newest_that_runs_here(available: list[Version], expected: str) -> None:
    core, _passed_over = matrix.newest(available)
    assert core.name == expected


def test_cores_without_a_python_are_named_with_the_reason() -> None:
    assert skipped([(3, 9), (3, 12)]) == {"ansible-core 2.22": "needs Python 3.13 to 3.14, none is on this machine"}


def test_without_a_python_for_the_oldest_core_each_of_its_kinds_is_named() -> None:
    assert [name for name in skipped([(3, 9), (3, 13)]) if "2.16" in name] == [
        "sanity: ansible-core 2.16",
        "units: ansible-core 2.16",
        "integration: ansible-core 2.16",
    ]


def test_without_the_oldest_module_python_its_unit_tests_are_named() -> None:
    name = "units: ansible-core 2.16, modules on Python 3.9"
    assert skipped([(3, 12), (3, 13)]) == {name: "no Python 3.9 on this machine"}


def test_without_the_python_of_the_real_programs_their_stage_is_named() -> None:
    (reason,) = [reason for name, reason in skipped([(3, 9), (3, 13)]).items() if name.startswith("end to end")]
    assert reason == "the real mint and the real LNbits need Python 3.12, none is on this machine"


def test_both_ends_and_one_in_the_middle_are_tested() -> None:
    names = [stage.name for stage in flat(stages.usual(ALL)) if stage.kind in (*stages.KINDS, "sanity pylint")]
    assert sorted(names) == [
        "integration: ansible-core 2.16, Python 3.12",
        "integration: ansible-core 2.22, Python 3.13",
        "sanity pylint: ansible-core 2.21, Python 3.13",
        "sanity: ansible-core 2.16, Python 3.12",
        "sanity: ansible-core 2.19, Python 3.11",
        "sanity: ansible-core 2.22, Python 3.13",
        "units: ansible-core 2.16, Python 3.12",
        "units: ansible-core 2.16, modules on Python 3.9",
        "units: ansible-core 2.19, Python 3.11",
        "units: ansible-core 2.22, all but those that run ansible",
        "units: ansible-core 2.22, those that run ansible",
    ]


def test_the_full_matrix_has_each_core_on_its_oldest_and_newest_python() -> None:
    (cells,) = [phase for phase in stages.full(ALL) if any(stage.name.startswith("integration: ") for stage in phase)]
    assert [stage.name for stage in cells if stage.kind == "integration"] == [
        f"integration: ansible-core {core}, Python {python}"
        for core, pythons in {
            "2.16": ("3.10", "3.12"),
            "2.17": ("3.10", "3.12"),
            "2.18": ("3.11", "3.13"),
            "2.19": ("3.11", "3.13"),
            "2.20": ("3.12", "3.13"),
            "2.21": ("3.12", "3.13"),
            "2.22": ("3.13",),
        }.items()
        for python in pythons
    ]
    assert len(cells) == 13 * len(stages.KINDS)


def test_a_single_core_of_the_full_matrix_can_be_selected() -> None:
    (cells,) = stages.full(ALL, "2.18")
    assert {stage.name.partition(": ")[2] for stage in cells} == {
        "ansible-core 2.18, Python 3.11",
        "ansible-core 2.18, Python 3.13",
    }
    assert all(stage.skip for stage in flat(stages.full([(3, 11)], "2.22")))


def usual(available: list[Version]) -> dict[str, tuple[str, ...]]:
    """Return the arguments of the usual stages, by name."""
    return {stage.name: stage.arguments for stage in flat(stages.usual(available))}


def test_the_newest_core_cannot_run_pylint_and_the_one_in_the_middle_need_not() -> None:
    arguments = usual(ALL)
    assert arguments["sanity: ansible-core 2.22, Python 3.13"][-2:] == ("--skip-test", "pylint")
    assert arguments["sanity: ansible-core 2.19, Python 3.11"][-2:] == ("--skip-test", "pylint")
    assert arguments["sanity: ansible-core 2.16, Python 3.12"] == ("sanity", "--python", "3.12")
    assert "pylint" in arguments["sanity pylint: ansible-core 2.21, Python 3.13"]


def test_the_newest_core_runs_every_test_and_the_full_run_does_so_on_each() -> None:
    cells = [*usual(ALL).items(), *((stage.name, stage.arguments) for stage in flat(stages.full(ALL)))]
    shortened = [name for name, arguments in cells if {"-m", "--skip-tags"} & set(arguments)]
    assert sorted(shortened) == [
        "integration: ansible-core 2.16, Python 3.12",
        "units: ansible-core 2.16, Python 3.12",
        "units: ansible-core 2.19, Python 3.11",
    ]


@pytest.mark.parametrize("available", [ALL, ALL[1:], [(3, 12)]])
def test_the_unit_tests_of_module_utils_run_on_the_oldest_core(available: list[Version]) -> None:
    units = [arguments for name, arguments in usual(available).items() if name.startswith("units: ansible-core 2.16")]
    assert [arguments for arguments in units if set(stages.OF_MODULES) <= set(arguments)]


def test_what_takes_long_runs_only_when_asked() -> None:
    usual, long = (stages.usual(ALL, long=long)[-1] for long in (False, True))
    names = ["campaigns: ansible-core 2.22", "slow units: ansible-core 2.22"]
    assert [stage.name for stage in usual] == names[:1]
    assert [stage.name for stage in long] == names
    assert not {"--long", "--slow"} & set(usual[0].arguments)
    assert "--long" in long[0].arguments
    assert "--slow" in long[1].arguments


def test_no_unit_test_runs_twice_on_the_newest_core() -> None:
    arguments = {stage.name: stage.arguments for stage in flat(stages.usual(ALL))}
    fast = arguments["units: ansible-core 2.22, all but those that run ansible"]
    rest = arguments["units: ansible-core 2.22, those that run ansible"]
    guides = arguments["guides: ansible-core 2.22"]
    assert fast[2:] == tuple(f"--ignore={folder}" for folder in (*rest[1:], *guides[1:]))
    assert set(rest) < set(arguments["units: ansible-core 2.16, Python 3.12"])


def test_a_machine_without_a_packaged_java_is_named() -> None:
    newest, _passed_over = matrix.newest(ALL)
    assert stages.rulebook(newest, "Linux riscv64").skip == "no package brings Java for Linux riscv64"
    assert not stages.rulebook(newest, "Linux x86_64").skip


def test_stages_of_one_environment_share_a_lane() -> None:
    lanes = {stage.name: stage.lane for stage in flat(stages.usual(ALL))}
    assert lanes["sanity: ansible-core 2.16, Python 3.12"] == lanes["integration: ansible-core 2.16, Python 3.12"]
    assert {lanes[name] for name in lanes if name.startswith(("end to end", "campaigns"))} == {"units"}


@pytest.mark.parametrize("phases", [stages.usual(ALL), stages.usual(ALL, long=True), stages.full(ALL)])
def test_stage_names_differ(phases: list[list[stages.Stage]]) -> None:
    names = [stage.name for phase in phases for stage in phase]
    assert len(names) == len(set(names))
