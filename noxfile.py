# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checks and tests, each in its own environment.

``python3 dev.py test`` runs all of them. ``nox --list`` lists them. antsibull-nox.toml configures the sessions of
antsibull-nox. Its sessions for ansible-test need a container engine, so this file has sessions for ansible-test.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import antsibull_nox
import nox
from nox.command import CommandFailed

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

from tools import ansible_test, archive, awx, matrix, programs, site, tree  # noqa: E402  (found through the line above)
from tools.home import make_home, variables  # noqa: E402
from tools.python import Version, find_pythons, label, search_path  # noqa: E402

# Sessions that are started without dev.py find every Python, too, and do not write to the real home.
PYTHONS = find_pythons()
environment = {**variables(make_home()), "PATH": search_path(PYTHONS.values())}
os.environ.clear()
os.environ.update(environment)
os.environ["GALAXY_IMPORTER_CHECK_REQUIRED_TAGS"] = "true"
# The session ansible-lint runs the same version on more files and with more rules.
os.environ["GALAXY_IMPORTER_RUN_ANSIBLE_LINT"] = "false"

nox.options.default_venv_backend = "virtualenv"
nox.options.sessions = []
antsibull_nox.load_antsibull_nox_toml()


def requirements(session: nox.Session, *names: str) -> None:
    """Install pinned requirements."""
    session.install(*(word for name in names for word in ("--requirement", f"requirements/{name}.txt")))


@nox.session
def docs(session: nox.Session) -> None:
    """Check the documentation and build its site.

    Unlike docs-check, check the syntax of the guides and fail for unknown collections.
    """
    requirements(session, "docs")
    refs = ["--validate-collection-refs=all", "--disallow-unknown-collection-refs", "--check-extra-docs-refs"]
    collection = tree.refresh("docs")
    with session.chdir(collection):
        session.run("antsibull-docs", "lint-collection-docs", "--plugin-docs", *refs, ".")
    with tempfile.TemporaryDirectory() as folder, session.chdir(folder):
        init = ["antsibull-docs", "sphinx-init", "--dest-dir", folder, *site.OPTIONS, "nodana.cloud"]
        session.run(*init, silent=True)
        path = {"ANSIBLE_COLLECTIONS_PATH": str(collection.parents[2])}
        output = session.run("bash", "build.sh", silent=True, external=True, env=path)
        if problems := site.problems(str(output)):
            session.error("\n".join(["The site has warnings:", *problems]))
        site.publish(Path(folder, "build", "html"))
    session.log(f"The site is {site.FOLDER}/index.html")


@nox.session
def changelog(session: nox.Session) -> None:
    """Check the changelog and its fragments."""
    requirements(session, "changelog")
    session.run("antsibull-changelog", "lint")


@nox.session(name="release")
def prepare_release(session: nox.Session) -> None:
    """Prepare the release of the version in the argument. Without one, test the release of 1.0.0 in a copy."""
    requirements(session, "release")
    if session.posargs:
        session.run("python", "-m", "tools.release", *session.posargs)
    else:
        pytest(session, tree.refresh("release"), ["tests/release"])


@nox.session
def shellcheck(session: nox.Session) -> None:
    """Check the shell scripts."""
    requirements(session, "shellcheck")
    session.run("shellcheck", *tree.git(ROOT, "ls-files", ".ci/run", "*.sh").split())


@nox.session
def bench(session: nox.Session) -> None:
    """Run the benchmarks and write the documentation's page of measurements. An argument selects a single part."""
    try:
        requirements(session, "bench")
    except CommandFailed:
        session.skip("the package ansible, which brings hetzner.hcloud, cannot be installed here")
    session.run("python", "-m", "tests.bench", *session.posargs)


@nox.session(name="awx")
def unpack_awx(session: nox.Session) -> None:
    """Download the collection awx.awx, without the rest of its package, for the tests of the playbook awx_setup."""
    if awx.is_unpacked():
        return
    with tempfile.TemporaryDirectory() as folder:
        command = ["python", "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
        try:
            session.run(*command, "--requirement", str(awx.REQUIREMENTS))
        except CommandFailed:
            session.skip("the package ansible, which brings awx.awx, cannot be downloaded here")
        awx.unpack(Path(folder))


def add_program(name: str) -> None:
    """Add the session that installs a real program, which the end-to-end tests and ``dev.py demo --real`` start."""

    @nox.session(name=name, python=label(programs.PYTHON))
    def program(session: nox.Session) -> None:
        """Install a real program for the end-to-end tests, and the packages of a newer version of it beside it."""
        requirements(session, name)
        if (ROOT / f"requirements/{name}-newer.txt").exists():
            folder = str(programs.newer(name))
            session.install("--no-deps", "--upgrade", "--target", folder, "-r", f"requirements/{name}-newer.txt")


def add_importer(name: str, python: Version) -> None:
    """Add a session that imports the archive as Galaxy and Automation Hub do, with ansible-lint."""

    @nox.session(name=name, python=label(python))
    def import_archive(session: nox.Session) -> None:
        """Run galaxy-importer on the archive in the argument, or on one of this checkout."""
        requirements(session, name)
        with tempfile.TemporaryDirectory() as folder, session.chdir(folder):
            built = session.posargs or [str(archive.build(tree.refresh(f"{name}-source"), Path(folder)))]
            lint = {"GALAXY_IMPORTER_RUN_ANSIBLE_LINT": "true"}
            session.run("python", "-m", "galaxy_importer.main", *built, env=lint)


def add_pytest(name: str, folder: str, core: matrix.Core, python: Version) -> None:
    """Add a session that runs pytest in a copy of the checkout. The session's arguments go to pytest."""

    @nox.session(name=name, python=label(python))
    def run_pytest(session: nox.Session) -> None:
        """Run pytest on the newest ansible-core."""
        requirements(session, f"core-{core.name}", name)
        pytest(session, tree.refresh(name), session.posargs or [folder])


def add_cell(core: matrix.Core, python: Version) -> None:
    """Add the sessions that run pytest and ansible-test on the installed collection."""
    units, judge = matrix.session("units", core, python), matrix.session("ansible-test", core, python)

    @nox.session(name=units, python=label(python))
    def run_units(session: nox.Session) -> None:
        """Run the unit tests of the plugins on this ansible-core. The session's arguments go to pytest."""
        # An old ansible-core runs its modules, but not itself, on the oldest Python for modules.
        anyway = ["--ignore-requires-python"] if python < core.lowest else []
        session.install(*anyway, "--requirement", f"requirements/core-{core.name}.txt")
        requirements(session, "units")
        pytest(session, installed(session, units), session.posargs)

    @nox.session(name=judge, python=label(python))
    def run_ansible_test(session: nox.Session) -> None:
        """Run ansible-test of this ansible-core. The session's arguments go to ansible-test."""
        requirements(session, f"core-{core.name}")
        with session.chdir(installed(session, judge)):
            session.run("ansible-test", *session.posargs, "--color", "no", env=ansible_test.environment())


def installed(session: nox.Session, name: str) -> Path:
    """Build the collection, install it, and return its folder: the tests run in what users get."""
    galaxy = [sys.executable, "-m", "ansible", "galaxy", "collection"]  # the session's Python may be too old for it
    with tempfile.TemporaryDirectory() as folder:
        built = archive.build(tree.refresh(f"{name}-source"), Path(folder))
        install = ["--offline", "--collections-path", folder, str(built)]
        session.run(*galaxy, "install", *install, silent=True, external=True)
        return tree.refresh(name, Path(folder, *tree.COLLECTION))


def pytest(session: nox.Session, collection: Path, arguments: Sequence[str]) -> None:
    """Run pytest in a copy of the collection, with the real programs that other sessions have installed."""
    environment = {"PYTHONPATH": str(collection.parents[2]), "NODANA_TEST_AWX": str(awx.COLLECTIONS)}
    environment["NODANA_TEST_SITE"] = str(site.FOLDER)
    for program in programs.NAMES:
        environment[f"NODANA_TEST_{program.upper()}"] = str(programs.path(program))
    environment["NODANA_TEST_NEWER_MINT"] = str(programs.newer("mint") / "bin" / "mint")
    command = ["python", "-m", "pytest", "--import-mode=importlib", "-p", "no:cacheprovider"]
    with session.chdir(collection):
        session.run(*command, *arguments, env=environment)


def add_sessions() -> None:
    """Add the sessions that depend on the Pythons of this machine."""
    for core in matrix.ALL:
        for python in core.ends(PYTHONS):
            add_cell(core, python)
    if matrix.OLDEST_MODULE_PYTHON in PYTHONS:
        add_cell(matrix.OLDEST, matrix.OLDEST_MODULE_PYTHON)
    newest, _passed_over = matrix.newest(PYTHONS)
    python = newest.python(PYTHONS)
    assert python is not None
    add_pytest("units", "tests/unit", newest, python)
    add_pytest("rulebook", "tests/rulebook", newest, python)
    add_importer("galaxy", python)
    if matrix.CERTIFICATION_PYTHON in PYTHONS:
        add_importer("certification", matrix.CERTIFICATION_PYTHON)
    if programs.PYTHON in PYTHONS:
        for name in programs.NAMES:
            add_program(name)


add_sessions()
