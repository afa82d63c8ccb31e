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
from pathlib import Path

import antsibull_nox
import nox
from nox.command import CommandFailed

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

from tools import ansible_test, awx, matrix, programs, tree  # noqa: E402  (found through the line above)
from tools.home import make_home, variables  # noqa: E402
from tools.python import find_pythons, label, search_path  # noqa: E402

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
    """Check the documentation. Unlike docs-check, check the syntax of the guides and fail for unknown collections."""
    requirements(session, "docs")
    refs = ["--validate-collection-refs=all", "--disallow-unknown-collection-refs", "--check-extra-docs-refs"]
    with session.chdir(tree.refresh("docs")):
        session.run("antsibull-docs", "lint-collection-docs", "--plugin-docs", *refs, ".")


@nox.session
def changelog(session: nox.Session) -> None:
    """Check the changelog and its fragments."""
    requirements(session, "changelog")
    session.run("antsibull-changelog", "lint")


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
        """Install a real program for the end-to-end tests."""
        requirements(session, name)


def add_pytest(name: str, folder: str, core: matrix.Core, python: str) -> None:
    """Add a session that runs pytest on one ansible-core. The session's arguments go to pytest."""

    @nox.session(name=name, python=python)
    def run_pytest(session: nox.Session) -> None:
        """Run pytest on the newest ansible-core."""
        requirements(session, f"core-{core.name}", name)
        collection = tree.refresh(name)
        environment = {"PYTHONPATH": str(collection.parents[2]), "NODANA_TEST_AWX": str(awx.COLLECTIONS)}
        for program in programs.NAMES:
            environment[f"NODANA_TEST_{program.upper()}"] = str(programs.path(program))
        command = ["python", "-m", "pytest", "--import-mode=importlib", "-p", "no:cacheprovider"]
        with session.chdir(collection):
            session.run(*command, *(session.posargs or [folder]), env=environment)


def add_ansible_test(core: matrix.Core, python: str) -> None:
    """Add the session that runs ansible-test of one ansible-core. The session's arguments go to ansible-test."""

    @nox.session(name=f"core-{core.name}", python=python)
    def run_ansible_test(session: nox.Session) -> None:
        """Run ansible-test of this ansible-core."""
        requirements(session, f"core-{core.name}")
        with session.chdir(tree.refresh(core.name)):
            session.run("ansible-test", *session.posargs, "--color", "no", env=ansible_test.environment())


def add_sessions() -> None:
    """Add the sessions that depend on the Pythons of this machine."""
    newest, _passed_over = matrix.newest(PYTHONS)
    for core in matrix.ALL:
        version = core.python(PYTHONS)
        if version:
            add_ansible_test(core, label(version))
        if version and core is newest:
            add_pytest("units", "tests/unit", core, label(version))
            add_pytest("rulebook", "tests/rulebook", core, label(version))
    if programs.PYTHON in PYTHONS:
        for name in programs.NAMES:
            add_program(name)


add_sessions()
