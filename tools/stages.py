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
from .matrix import Core
from .python import Version, label
from .tree import ROOT

Counter = Callable[[str, int], Count]

LINTERS = {  # slow ones first, so that none runs alone at the end
    "ansible-lint": "profile production",
    "typing": "mypy",
    "docs": "antsibull-docs",
    "build-import-check": "galaxy-importer on the built collection",
    "license-check": "licence of every file",
    "yamllint": "YAML files and documentation",
    "codeqa": "ruff check",
    "extra-checks": "action groups, unwanted files",
    "changelog": "antsibull-changelog",
    "formatters": "ruff format",
    "antsibull-nox-config": "antsibull-nox.toml",
    "shellcheck": "shell scripts",
}

# Unit tests that run Ansible's commands. The fast stages leave them to ansible-test, which needs the slash of a folder.
RUNNING_ANSIBLE = (
    *(f"tests/unit/plugins/{kind}/" for kind in ("action", "filter", "inventory", "lookup")),
    "tests/unit/roles/",
)
# Unit tests that depend on the release of ansible-core. Those of the modules also run on the oldest Python for modules.
ON_CONTROLLER = (*RUNNING_ANSIBLE, "tests/unit/playbooks/", "tests/unit/plugins/plugin_utils/")
OF_MODULES = ("tests/unit/plugins/modules/", "tests/unit/plugins/module_utils/")

# The platforms for which requirements/rulebook.txt installs a Java for ansible-rulebook.
MACHINES_WITH_JAVA = ("Linux x86_64", "Linux aarch64", "Darwin x86_64", "Darwin arm64")


@dataclass(frozen=True)
class Stage:
    """A line of the summary: nox sessions, their arguments, and the function that counts their tests.

    A stage with a ``skip`` reason does not run.
    """

    name: str
    sessions: tuple[str, ...] = ()
    count: Counter = counts.one
    arguments: tuple[str, ...] = ()
    skip: str = ""
    about: str = field(default="", compare=False)

    @property
    def lane(self) -> str:
        """The last session. Stages of the same lane share an environment, so they run one after the other."""
        return self.sessions[-1] if self.sessions else ""


def lint() -> list[Stage]:
    """Return one stage for each linter."""
    count = {"build-import-check": counts.importer}
    return [
        Stage(f"lint: {name}", (name,), count.get(name, counts.one), about=about) for name, about in LINTERS.items()
    ]


def fast(available: Collection[Version]) -> list[Stage]:
    """Return the unit tests on the newest ansible-core, and the linters beside them."""
    core, passed_over = matrix.newest(available)
    skipped = [Stage(f"ansible-core {old.name}", skip=old.missing()) for old in passed_over]
    name = f"units: ansible-core {core.name}, all but those that run ansible"
    ignored = (f"--ignore={folder}" for folder in RUNNING_ANSIBLE)
    return [*skipped, pytest(name, "units", "tests/unit", "--numprocesses=2", *ignored), *lint()]


def full(available: Collection[Version], *, long: bool = False) -> list[list[Stage]]:
    """Return all phases: the fast stages, the other tests, and the campaigns, in full size if ``long``.

    Within a phase, the longest lanes come first, so that no lane runs alone at the end. The campaigns measure time, so
    nothing runs beside them.
    """
    newest, _passed_over = matrix.newest(available)
    others = [
        *ansible_test_stages(matrix.OLDEST, available),
        *ansible_test_stages(newest, available, is_newest=True),
        end_to_end(newest, available),
        molecule(),
        rulebook(newest, f"{platform.system()} {platform.machine()}"),
        *([pylint(available)] if newest.lacks_pylint else []),
    ]
    return [fast(available), others, campaigns(newest, long)]


def pytest(name: str, session: str, *arguments: str, before: tuple[str, ...] = ()) -> Stage:
    """Return a stage that runs pytest in a session, after the sessions ``before``."""
    return Stage(name, (*before, session), counts.pytest, arguments)


def campaigns(core: Core, long: bool) -> list[Stage]:
    """Return the stage of the campaigns and, if ``long``, the stage of the slow unit tests."""
    name, arguments = f"campaigns: ansible-core {core.name}", ("tests/campaigns", "--numprocesses=3")
    if not long:
        return [pytest(name, "units", *arguments)]
    slow = f"slow units: ansible-core {core.name}"
    return [
        pytest(name, "units", *arguments, "--long"),
        pytest(slow, "units", "tests/unit/plugins", "--slow", "-m", "slow"),
    ]


def molecule() -> Stage:
    """Return the stage of the role's molecule scenario."""
    count = partial(counts.molecule, expected=("create", "converge", "idempotence", "side_effect", "verify", "destroy"))
    about = "the role node: converge, idempotence, verify"
    return Stage("molecule", ("molecule",), count, about=about)


def end_to_end(core: Core, available: Collection[Version]) -> Stage:
    """Return the stage in which the role deploys real programs."""
    name = f"end to end: ansible-core {core.name}, a real mint and a real LNbits"
    if programs.PYTHON not in available:
        return Stage(name, skip=programs.MISSING)
    return pytest(name, "units", "tests/end_to_end", before=programs.NAMES)


def rulebook(core: Core, machine: str) -> Stage:
    """Return the stage that runs the rulebook in ansible-rulebook, which needs Java."""
    name = f"rulebook: ansible-core {core.name}"
    if machine not in MACHINES_WITH_JAVA:
        return Stage(name, skip=f"no package brings Java for {machine}")
    return pytest(name, "rulebook")


def ansible_test_stages(core: Core, available: Collection[Version], *, is_newest: bool = False) -> list[Stage]:
    """Return the sanity, units and integration stages of one ansible-core.

    On the newest one, the unit tests are those that the fast stages left out. On the oldest one, those of the modules
    run on the oldest Python for modules: an old ansible-core and an old Python go together.
    """
    name = f"ansible-core {core.name}"
    controller = core.python(available)
    if controller is None:
        return [Stage(f"{kind}: {name}", skip=core.missing()) for kind in ("sanity", "units", "integration")]
    python = label(controller)

    def stage(kind: str, count: Counter, *arguments: str, on: str = f"Python {python}") -> Stage:
        return Stage(f"{kind}: {name}, {on}", (f"core-{core.name}",), count, (kind, *arguments))

    here = ("--venv", "--python", python)
    if is_newest:
        units = [stage("units", counts.pytest, *here, *RUNNING_ANSIBLE, on=f"Python {python}, those that run ansible")]
    else:
        old = matrix.OLDEST_MODULE_PYTHON
        there = ("--controller", f"origin:python=venv/{python}", "--target-python", f"venv/{label(old)}")
        modules = stage("units", counts.pytest, *there, *OF_MODULES, on=f"modules on Python {label(old)}")
        if old in available:
            units = [modules, stage("units", counts.pytest, *here, *ON_CONTROLLER)]
        else:
            modules = replace(modules, sessions=(), skip=f"no Python {label(old)} on this machine")
            units = [modules, stage("units", counts.pytest, *here, *OF_MODULES, *ON_CONTROLLER)]
    skip = ("--skip-test", "pylint") if core.lacks_pylint else ()
    count = partial(counts.integration, expected=ansible_test.targets(ROOT))
    return [
        stage("sanity", counts.sanity, "--python", python, *skip),
        *units,
        stage("integration", count, *here, "--continue-on-error"),
    ]


def pylint(available: Collection[Version]) -> Stage:
    """Return the stage that runs ansible-test's pylint where the newest ansible-core cannot install its own."""
    core = matrix.PYLINT
    python = label(max(version for version in available if core.lowest <= version <= core.highest))
    arguments = ("sanity", "--test", "pylint", "--python", python)
    name = f"sanity pylint: ansible-core {core.name}, Python {python}"
    return Stage(name, (f"core-{core.name}",), counts.sanity, arguments)
