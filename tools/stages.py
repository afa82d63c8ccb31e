# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stages of ``dev.py test`` in their order, with the reasons for those that cannot run on this machine."""

from __future__ import annotations

import platform
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
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
    "docs": "antsibull-docs, and the site",
    "build-import-check": "galaxy-importer on the built collection",
    "license-check": "licence of every file",
    "yamllint": "YAML files and documentation",
    "codeqa": "ruff check",
    "extra-checks": "action groups, unwanted files",
    "changelog": "antsibull-changelog",
    "release": "the release of 1.0.0 in a copy",
    "formatters": "ruff format",
    "antsibull-nox-config": "antsibull-nox.toml",
    "shellcheck": "shell scripts",
}

# Unit tests that run Ansible's commands. The fast stages leave them out.
RUNNING_ANSIBLE = (
    *(f"tests/unit/plugins/{kind}" for kind in ("action", "filter", "inventory", "lookup")),
    "tests/unit/playbooks",
    "tests/unit/roles",
)
# Tests of the guides, on the newest ansible-core and after the site is built: they run commands and show pages.
OF_GUIDES = ("tests/unit/docs/test_documented_blocks.py", "tests/unit/docs/test_guides_narrow.py")
# Unit tests that depend on the release of ansible-core. Those of the modules also run on the oldest Python for modules.
ON_CONTROLLER = (*RUNNING_ANSIBLE, "tests/unit/plugins/plugin_utils")
MODULES = "tests/unit/plugins/modules"
OF_MODULES = (MODULES, "tests/unit/plugins/module_utils")
PARALLEL = "--numprocesses=2"
MEASURED = tuple(f"tests/unit/{kind}/" for kind in ("playbooks", "plugins", "roles"))

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
    def kind(self) -> str:
        """The first word of the name, such as ``sanity``."""
        return self.name.partition(":")[0]

    @property
    def lane(self) -> str:
        """The last session. Stages of the same lane share an environment, so they run one after the other."""
        return self.sessions[-1] if self.sessions else ""


def lint() -> list[Stage]:
    """Return one stage for each linter."""
    count = {"build-import-check": counts.importer, "release": counts.pytest}
    return [
        Stage(f"lint: {name}", (name,), count.get(name, counts.one), about=about) for name, about in LINTERS.items()
    ]


def fast(available: Collection[Version]) -> list[Stage]:
    """Return the unit tests on the newest ansible-core, and the linters beside them."""
    core, passed_over = matrix.newest(available)
    skipped = [Stage(f"ansible-core {old.name}", skip=old.missing()) for old in passed_over]
    name = f"units: ansible-core {core.name}, all but those that run ansible"
    ignored = (f"--ignore={folder}" for folder in (*RUNNING_ANSIBLE, *OF_GUIDES))
    return [*skipped, pytest(name, "units", "tests/unit", PARALLEL, *ignored), *lint()]


def usual(available: Collection[Version], *, long: bool = False) -> list[list[Stage]]:
    """Return the phases of ``dev.py test``: the fast stages, the other tests, and the campaigns, in full if ``long``.

    Sanity and unit tests run on the oldest ansible-core, on one in the middle and on the newest one, and the
    integration tests on both ends. All of them run on the newest ansible-core, and the others run a ``Part``.
    """
    core, _passed_over = matrix.newest(available)
    of_oldest = OF_OLDEST if matrix.OLDEST_MODULE_PYTHON in available else OF_OLDEST_ON_ONE_PYTHON
    running_ansible = f"units: ansible-core {core.name}, those that run ansible"
    others = [
        *ends(matrix.OLDEST, available, part=WHOLE if core is matrix.OLDEST else of_oldest),
        modules_on_old_python(available),
        pytest(running_ansible, "units", PARALLEL, *RUNNING_ANSIBLE),
        *([] if core is matrix.OLDEST else ends(core, available, kinds=("integration", "sanity"))),
        *([] if core is matrix.MIDDLE else middle(available)),
    ]
    return [fast(available), [*others, *once(core, available)], campaigns(core, long)]


def full(available: Collection[Version], only: str | None = None) -> list[list[Stage]]:
    """Return the phases of ``dev.py test --full``: all tests, and the plugins on each supported ansible-core.

    Each ansible-core runs on its oldest and its newest Python of those on this machine. Branch coverage is measured on
    the newest ansible-core. With the name of a release line in ``only``, nothing else runs.
    """
    core, _passed_over = matrix.newest(available)
    cells: list[Stage] = []
    for each in matrix.ALL:
        if only in (None, each.name):
            pythons = each.ends(available)
            cells += [stage for python in pythons for stage in cell(each, python)] if pythons else missing(each)
    if only:
        return [cells]
    others = [modules_on_old_python(available), *once(core, available), awx(core), *importers(available)]
    return [fast(available), cells, others, coverage(core, available), campaigns(core, long=False)]


def release(available: Collection[Version], archive: str) -> list[list[Stage]]:
    """Return the phases that judge the archive of a release: the linters, galaxy-importer, and the sanity tests."""
    core, _passed_over = matrix.newest(available)
    sanity = [*ends(matrix.OLDEST, available, kinds=("sanity",)), *ends(core, available, kinds=("sanity",))]
    return [lint(), [*importers(available, archive), *sanity]]


def importers(available: Collection[Version], archive: str = "") -> list[Stage]:
    """Return the stages that import the archive, or one of the checkout, as Galaxy and Automation Hub do."""
    arguments = (archive,) if archive else ()
    name = "certification: galaxy-importer and ansible-lint of Automation Hub"
    certification = Stage(name, ("certification",), counts.importer, arguments)
    if matrix.CERTIFICATION_PYTHON not in available:
        certification = Stage(name, skip=f"no Python {label(matrix.CERTIFICATION_PYTHON)} on this machine")
    newest = Stage("galaxy: the newest galaxy-importer and ansible-lint", ("galaxy",), counts.importer, arguments)
    return [newest, certification]


def once(core: Core, available: Collection[Version]) -> list[Stage]:
    """Return the stages that run on the newest ansible-core only, and pylint."""
    return [
        pytest(f"guides: ansible-core {core.name}", "units", PARALLEL, *OF_GUIDES),
        end_to_end(core, available),
        molecule(),
        rulebook(core, f"{platform.system()} {platform.machine()}"),
        *([pylint(available)] if core.lacks_pylint else []),
    ]


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


def awx(core: Core) -> Stage:
    """Return the stage that runs the playbook awx_setup with the collection awx.awx."""
    return pytest(f"awx: ansible-core {core.name}, the playbook awx_setup", "units", "tests/awx", before=("awx",))


def rulebook(core: Core, machine: str) -> Stage:
    """Return the stage that runs the rulebook in ansible-rulebook, which needs Java."""
    name = f"rulebook: ansible-core {core.name}"
    if machine not in MACHINES_WITH_JAVA:
        return Stage(name, skip=f"no package brings Java for {machine}")
    return pytest(name, "rulebook")


KINDS = ("sanity", "units", "integration")


@dataclass(frozen=True)
class Part:
    """The part of the tests of an ansible-core that run: the arguments of each kind of tests."""

    units: tuple[str, ...] = (*OF_MODULES, *ON_CONTROLLER)
    integration: tuple[str, ...] = ()
    sanity: tuple[str, ...] = ()


WHOLE = Part()
# What does not depend on the ansible-core runs on the newest one only: the rest of the tests in each generation of the
# API, and the unit tests of the module_utils, which also run on the oldest Python with the oldest ansible-core.
OF_OLDEST = Part(("-m", "not newest", MODULES, *ON_CONTROLLER), ("--skip-tags", "generations"))
OF_OLDEST_ON_ONE_PYTHON = Part(("-m", "not newest", *OF_MODULES, *ON_CONTROLLER), OF_OLDEST.integration)
# Long tests run on both ends. So does pylint, of the oldest ansible-core and of the newest one that has it.
OF_MIDDLE = Part(("-m", "not newest and not ends", MODULES, *ON_CONTROLLER), sanity=("--skip-test", "pylint"))


def ends(core: Core, available: Collection[Version], kinds: Collection[str] = KINDS, part: Part = WHOLE) -> list[Stage]:
    """Return the stages of one ansible-core on its newest Python, or the reason why it is skipped."""
    python = core.python(available)
    stages = missing(core) if python is None else cell(core, python, part)
    return [stage for stage in stages if stage.kind in kinds]


def middle(available: Collection[Version]) -> list[Stage]:
    """Return the sanity and unit tests of one ansible-core in the middle, on its oldest Python."""
    pythons = matrix.MIDDLE.ends(available)
    stages = cell(matrix.MIDDLE, pythons[0], OF_MIDDLE) if pythons else missing(matrix.MIDDLE)
    return [stage for stage in stages if stage.kind != "integration"]


def missing(core: Core) -> list[Stage]:
    """Return the skipped stages of an ansible-core for which this machine lacks a Python."""
    return [Stage(f"{kind}: ansible-core {core.name}", skip=core.missing()) for kind in KINDS]


def cell(core: Core, python: Version, part: Part = WHOLE) -> list[Stage]:
    """Return the sanity, unit and integration tests of one ansible-core on one Python, or a part of them."""
    name = f"ansible-core {core.name}, Python {label(python)}"
    session = matrix.session("ansible-test", core, python)
    skipped = ("--skip-test", "pylint") if core.lacks_pylint else ()
    here = ("--venv", "--python", label(python))
    integration = partial(counts.integration, expected=ansible_test.targets(ROOT))
    in_venv = ("integration", *here, "--continue-on-error", *part.integration)
    sanity = ("sanity", "--python", label(python), *skipped, *part.sanity)
    return [
        Stage(f"integration: {name}", (session,), integration, in_venv),
        Stage(f"sanity: {name}", (session,), counts.sanity, sanity),
        pytest(f"units: {name}", matrix.session("units", core, python), PARALLEL, *part.units),
    ]


def modules_on_old_python(available: Collection[Version]) -> Stage:
    """Return the unit tests of the modules on the oldest Python for modules, with the oldest ansible-core."""
    core, python = matrix.OLDEST, matrix.OLDEST_MODULE_PYTHON
    name = f"units: ansible-core {core.name}, modules on Python {label(python)}"
    if python not in available:
        return Stage(name, skip=f"no Python {label(python)} on this machine")
    return pytest(name, matrix.session("units", core, python), PARALLEL, *OF_MODULES)


def pylint(available: Collection[Version]) -> Stage:
    """Return the stage that runs ansible-test's pylint where the newest ansible-core cannot install its own."""
    core = matrix.PYLINT
    python = core.python(available)
    if python is None:
        return Stage(f"sanity pylint: ansible-core {core.name}", skip=core.missing())
    arguments = ("sanity", "--test", "pylint", "--python", label(python))
    name = f"sanity pylint: ansible-core {core.name}, Python {label(python)}"
    return Stage(name, (matrix.session("ansible-test", core, python),), counts.sanity, arguments)


def coverage(core: Core, available: Collection[Version]) -> list[Stage]:
    """Return the stages that measure the branch coverage of ``plugins/`` by unit and integration tests together."""
    python = core.python(available)
    assert python is not None
    session, version = matrix.session("ansible-test", core, python), label(python)
    here = ("--venv", "--python", version)
    measured = (*here, "--coverage")
    return [
        # Other unit tests read files of the checkout that the archive lacks.
        Stage("coverage: units", (session,), counts.pytest, ("units", *measured, *MEASURED)),
        Stage("coverage: integration", (session,), counts.integration, ("integration", *measured)),
        Stage(
            "coverage",
            (session,),
            counts.coverage,
            ("coverage", "report", *here, "--include", "*/nodana/cloud/plugins/*"),
        ),
    ]
