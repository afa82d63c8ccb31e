# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stages a machine gets for the Pythons it has."""

from __future__ import annotations

import pytest
from ansible_collections.nodana.cloud.tools import matrix, stages
from ansible_collections.nodana.cloud.tools.python import Version

ALL: list[Version] = [(3, 9), (3, 10), (3, 11), (3, 12), (3, 13)]


def flat(available: list[Version]) -> list[stages.Stage]:
    """Return the stages of all phases except the linters."""
    return [stage for phase in stages.full(available) for stage in phase if not stage.name.startswith("lint")]


def skipped(available: list[Version]) -> list[str]:
    """Return the names of the skipped stages."""
    return [stage.name for stage in flat(available) if stage.skip]


def test_with_every_python_nothing_is_skipped() -> None:
    assert skipped(ALL) == []


@pytest.mark.parametrize(
    ("available", "expected"),
    [([(3, 13)], "2.22"), ([(3, 12)], "2.21"), ([(3, 11)], "2.19"), ([(3, 11), (3, 13)], "2.22")],
)
def test_the_newest_core_is_the_newest_that_runs_here(available: list[Version], expected: str) -> None:
    core, _passed_over = matrix.newest(available)
    assert core.name == expected


def test_cores_without_a_python_are_named_with_the_reason() -> None:
    stage = next(stage for stage in flat([(3, 9), (3, 12)]) if stage.skip)
    assert stage.name == "ansible-core 2.22"
    assert stage.skip == "needs Python 3.13 to 3.14, none is on this machine"


def test_without_a_python_for_the_oldest_core_each_of_its_kinds_is_named() -> None:
    assert [name for name in skipped([(3, 9), (3, 13)]) if "2.16" in name] == [
        "sanity: ansible-core 2.16",
        "units: ansible-core 2.16",
        "integration: ansible-core 2.16",
    ]


def test_without_the_oldest_module_python_its_unit_tests_are_named() -> None:
    available: list[Version] = [(3, 12), (3, 13)]
    assert skipped(available) == ["units: ansible-core 2.16, modules on Python 3.9"]
    (others,) = [stage for stage in flat(available) if stage.name == "units: ansible-core 2.16, Python 3.12"]
    assert set(stages.OF_MODULES) < set(others.arguments), "then they run on the controller's Python"


def test_without_the_python_of_the_real_programs_their_stage_is_named() -> None:
    stage = next(stage for stage in flat([(3, 9), (3, 13)]) if stage.name.startswith("end to end"))
    assert stage.skip == "the real mint and the real LNbits need Python 3.12, none is on this machine"
    assert any(stage.name.startswith("end to end") and not stage.skip for stage in flat(ALL))


def test_pylint_runs_once_where_the_newest_core_cannot() -> None:
    named = {stage.name: stage.arguments for stage in flat(ALL) if stage.name.startswith("sanity")}
    assert named == {
        "sanity: ansible-core 2.16, Python 3.12": ("sanity", "--python", "3.12"),
        "sanity: ansible-core 2.22, Python 3.13": ("sanity", "--python", "3.13", "--skip-test", "pylint"),
        "sanity pylint: ansible-core 2.21, Python 3.13": ("sanity", "--test", "pylint", "--python", "3.13"),
    }


def test_modules_run_on_an_old_python_with_a_newer_controller() -> None:
    arguments = {stage.name: stage.arguments for stage in flat(ALL)}
    assert arguments["units: ansible-core 2.16, modules on Python 3.9"] == (
        *("units", "--controller", "origin:python=venv/3.12", "--target-python", "venv/3.9"),
        *stages.OF_MODULES,
    )


def test_what_takes_long_runs_only_when_asked() -> None:
    usual, long = (stages.full(ALL, long=long)[-1] for long in (False, True))
    names = ["campaigns: ansible-core 2.22", "slow units: ansible-core 2.22"]
    assert [stage.name for stage in usual] == names[:1]
    assert [stage.name for stage in long] == names
    assert not {"--long", "--slow"} & set(usual[0].arguments)
    assert "--long" in long[0].arguments
    assert "--slow" in long[1].arguments


def test_unit_tests_that_depend_on_ansible_core_run_on_both_ends_and_none_twice_on_the_newest() -> None:
    newest, _modules, oldest, running_ansible = [stage for stage in flat(ALL) if stage.name.startswith("units")]
    assert newest.arguments[2:] == tuple(f"--ignore={folder}" for folder in stages.RUNNING_ANSIBLE)
    assert oldest.arguments == ("units", "--venv", "--python", "3.12", *stages.ON_CONTROLLER)
    assert running_ansible.arguments == ("units", "--venv", "--python", "3.13", *stages.RUNNING_ANSIBLE)


def test_a_machine_without_a_packaged_java_is_named() -> None:
    newest, _passed_over = matrix.newest(ALL)
    assert stages.rulebook(newest, "Linux riscv64").skip == "no package brings Java for Linux riscv64"
    assert not stages.rulebook(newest, "Linux x86_64").skip


def test_stages_of_one_environment_share_a_lane() -> None:
    lanes = {stage.name: stage.lane for stage in flat(ALL)}
    assert lanes["sanity: ansible-core 2.16, Python 3.12"] == lanes["integration: ansible-core 2.16, Python 3.12"]
    assert {lanes[name] for name in lanes if name.startswith(("end to end", "campaigns"))} == {"units"}


@pytest.mark.parametrize("long", [False, True])
def test_stage_names_differ(long: bool) -> None:
    names = [stage.name for phase in stages.full(ALL, long=long) for stage in phase]
    assert len(names) == len(set(names))
