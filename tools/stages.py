# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stages of ``dev.py test`` in their order, with the reasons for those that cannot run on this machine."""

from __future__ import annotations

import platform
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from functools import partial

from . import ansible_test, counts, matrix, programs
from .counts import Count
from .matrix import Core, label
from .python import Version
from .tree import ROOT

Counter = Callable[[str, int], Count]

LINTERS = {  # slow ones first, so that none runs alone at the end
    "galaxy": "galaxy-importer on the built collection",
    "typing": "mypy",
    "docs": "antsibull-docs",
    "ansible-lint": "profile production",
    "license-check": "licence of every file",
    "ruff": "format and lint of Python",
    "extra-checks": "action groups, unwanted files",
    "yamllint": "YAML files and documentation",
    "changelog": "antsibull-changelog",
    "shellcheck": "shell scripts",
}

# Unit tests that run Ansible's commands. The fast stages leave them to ansible-test, which needs the slash of a folder.
RUNNING_ANSIBLE = (
    *(f"tests/unit/plugins/{kind}/" for kind in ("action", "filter", "inventory", "lookup")),
    "tests/unit/roles/",
)
# Unit tests that depend on the release of ansible-core. Those of the simulator and the tools run on one only.
DEPENDING_ON_CORE = ("tests/unit/playbooks/", "tests/unit/plugins/", "tests/unit/roles/")

# The platforms for which requirements/rulebook.txt installs a Java for ansible-rulebook.
MACHINES_WITH_JAVA = ("Linux x86_64", "Linux aarch64", "Darwin x86_64", "Darwin arm64")


@dataclass(frozen=True)
class Stage:
    """A line of the summary: a nox session, its arguments, and the function that counts its tests.

    Stages of the same lane share an environment and run one after the other. A stage with a ``skip`` reason does not
    run.
    """

    name: str
    session: str
    lane: str
    count: Counter = counts.one
    arguments: tuple[str, ...] = ()
    skip: str = ""
    about: str = field(default="", compare=False)


def lint() -> list[Stage]:
    """Return one stage for each linter."""
    return [Stage(f"lint: {name}", name, lane=name, about=about) for name, about in LINTERS.items()]


def fast(available: Collection[Version]) -> list[list[Stage]]:
    """Return the first two phases: the linters, then the unit tests on the newest ansible-core."""
    core, passed_over = matrix.newest(available)
    skipped = [Stage(f"ansible-core {old.name}", "", "units", skip=old.missing()) for old in passed_over]
    if core is None:
        return [lint(), skipped]
    arguments = ("tests/unit", *(f"--ignore={folder}" for folder in RUNNING_ANSIBLE))
    name = f"units: ansible-core {core.name}, all but those that run ansible"
    return [lint(), [*skipped, Stage(name, "units", "units", counts.pytest, arguments)]]


def full(available: Collection[Version], *, long: bool = False) -> list[list[Stage]]:
    """Return all phases.

    The fast phases come first. The next phase runs ansible-test on the oldest and the newest ansible-core, and in
    parallel molecule, the tests with real programs, and the rulebook. The last phase runs the campaigns, in full size
    if ``long``.
    """
    newest, _passed_over = matrix.newest(available)
    on_oldest = DEPENDING_ON_CORE if newest else ()
    stages = ansible_test_stages(matrix.OLDEST, available, only=on_oldest, oldest_python=newest is None)
    if newest:
        stages += ansible_test_stages(newest, available, only=RUNNING_ANSIBLE)  # the fast stages ran the others
    if newest and newest.lacks_pylint:
        stages.append(pylint(available))
    stages.append(molecule())
    if newest:
        stages.append(end_to_end(newest, available))
        stages.append(rulebook(newest, f"{platform.system()} {platform.machine()}"))
    return [*fast(available), stages, *([campaigns(newest, long)] if newest else [])]


def campaigns(core: Core, long: bool) -> list[Stage]:
    """Return the stage of the campaigns and, if ``long``, the stage of the slow unit tests.

    They run in a phase of their own, because they measure time.
    """
    arguments = ("tests/campaigns", "--numprocesses=3", *(["--long"] if long else []))
    stage = Stage(f"campaigns: ansible-core {core.name}", "units", "units", counts.pytest, arguments)
    slow = ("tests/unit/plugins", "--numprocesses=0", "--slow", "-m", "slow")
    return [stage, replace(stage, name=f"slow units: ansible-core {core.name}", arguments=slow)] if long else [stage]


def molecule() -> Stage:
    """Return the stage of the role's molecule scenario."""
    count = partial(counts.molecule, expected=("create", "converge", "idempotence", "verify", "destroy"))
    return Stage("molecule", "molecule", "molecule", count, about="the role node: converge, idempotence, verify")


def end_to_end(core: Core, available: Collection[Version]) -> Stage:
    """Return the stage in which the role deploys real programs."""
    name = f"end to end: ansible-core {core.name}, a real mint and a real LNbits"
    if programs.PYTHON not in available:
        return Stage(name, "", "units", skip=programs.MISSING)
    return Stage(name, "units", "units", counts.pytest, ("tests/end_to_end", "--numprocesses=0"))


def rulebook(core: Core, machine: str) -> Stage:
    """Return the stage that runs the rulebook in ansible-rulebook, which needs Java."""
    name = f"rulebook: ansible-core {core.name}"
    if machine not in MACHINES_WITH_JAVA:
        return Stage(name, "", "rulebook", skip=f"no package brings Java for {machine}")
    return Stage(name, "rulebook", "rulebook", counts.pytest)


def ansible_test_stages(
    core: Core, available: Collection[Version], only: tuple[str, ...] = (), *, oldest_python: bool = True
) -> list[Stage]:
    """Return the sanity, units and integration stages of one ansible-core.

    On the controller's Python, the unit tests run in the folders ``only``, or in all if it is empty. With
    ``oldest_python``, they also run on the oldest Python for modules.
    """
    name = f"ansible-core {core.name}"
    controller = core.python(available)
    if controller is None:
        return [
            Stage(f"{kind}: {name}", "", core.name, skip=core.missing()) for kind in ("sanity", "units", "integration")
        ]
    python = label(controller)
    session = f"core-{core.name}"
    stage = partial(Stage, session=session, lane=core.name)
    sanity = ("sanity", "--python", python, *(("--skip-test", "pylint") if core.lacks_pylint else ()))
    integration = ("integration", "--venv", "--python", python, "--continue-on-error")
    expected = ansible_test.targets(ROOT)
    return [
        stage(f"sanity: {name}, Python {python}", count=counts.sanity, arguments=sanity),
        *([units(core, controller, matrix.OLDEST_MODULE_PYTHON, available)] if oldest_python else []),
        units(core, controller, controller, available, only),
        stage(
            f"integration: {name}, Python {python}",
            count=partial(counts.integration, expected=expected),
            arguments=integration,
        ),
    ]


def units(
    core: Core, controller: Version, target: Version, available: Collection[Version], only: tuple[str, ...] = ()
) -> Stage:
    """Return the units stage of ansible-test on the target Python, for the folders ``only``, or for all if empty."""
    which = ", those that run ansible" if only == RUNNING_ANSIBLE else ""
    name = f"units: ansible-core {core.name}, Python {label(target)}{which}"
    if target not in available:
        return Stage(name, "", core.name, skip=f"no Python {label(target)} on this machine")
    where = ["--venv", "--python", label(target)]
    if target != controller:
        where = ["--controller", f"origin:python=venv/{label(controller)}", "--target-python", f"venv/{label(target)}"]
    return Stage(name, f"core-{core.name}", core.name, counts.pytest, ("units", *where, *only))


def pylint(available: Collection[Version]) -> Stage:
    """Return the stage that runs ansible-test's pylint if the newest ansible-core cannot install its own."""
    core = matrix.PYLINT
    python = core.python(available)
    name = f"sanity pylint: ansible-core {core.name}"
    if python is None:
        return Stage(name, "", core.name, skip=core.missing())
    arguments = ("sanity", "--test", "pylint", "--python", label(python))
    return Stage(f"{name}, Python {label(python)}", f"core-{core.name}", core.name, counts.sanity, arguments)
