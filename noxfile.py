# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checks and tests, each in its own environment.

``python3 dev.py test`` runs all of them. ``nox --list`` lists them.
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

from tools import ansible_test, matrix, programs, tree  # noqa: E402  (found through the line above)
from tools.home import make_home, variables  # noqa: E402
from tools.python import find_pythons  # noqa: E402

nox.options.default_venv_backend = "virtualenv"
nox.options.sessions = []
antsibull_nox.load_antsibull_nox_toml()


def requirements(session: nox.Session, *names: str) -> None:
    """Install pinned requirements."""
    session.install(*(word for name in names for word in ("--requirement", f"requirements/{name}.txt")))


@nox.session
def ruff(session: nox.Session) -> None:
    """Check the format of the Python files and lint them."""
    requirements(session, "ruff")
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")


@nox.session
def docs(session: nox.Session) -> None:
    """Check the documentation, including all references to other plugins."""
    requirements(session, "docs")
    refs = ["--validate-collection-refs=all", "--disallow-unknown-collection-refs"]
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
    scripts = [path for path in sorted(tree.files(ROOT)) if path.suffix == ".sh" or path == Path(".ci/run")]
    session.run("shellcheck", *map(str, scripts))


@nox.session
def galaxy(session: nox.Session) -> None:
    """Build the collection and import it as Galaxy does. A warning is a failure."""
    requirements(session, "galaxy")
    collection = tree.refresh("galaxy")
    environment = {"GALAXY_IMPORTER_CHECK_REQUIRED_TAGS": "1", "ANSIBLE_COLLECTIONS_PATH": str(collection.parents[2])}
    with tempfile.TemporaryDirectory() as folder, session.chdir(collection):
        session.run("ansible-galaxy", "collection", "build", "--output-path", folder)
        (tarball,) = Path(folder).glob("*.tar.gz")
        session.chdir(folder)
        output = session.run("python", "-m", "galaxy_importer.main", tarball.name, env=environment, silent=True) or ""
    session.log(output)
    if any(line.startswith(("WARNING", "ERROR")) for line in output.splitlines()):
        session.error("galaxy-importer has something to say.")


@nox.session
def molecule(session: nox.Session) -> None:
    """Run the molecule scenario of the role."""
    requirements(session, "molecule")
    collection = tree.refresh("molecule")
    ansible = make_home() / ".ansible"
    environment = {
        "ANSIBLE_COLLECTIONS_PATH": str(collection.parents[2]),
        "ANSIBLE_HOME": str(ansible),
        "ANSIBLE_REMOTE_TMP": str(ansible / "tmp"),
    }
    with session.chdir(collection / "extensions"):
        session.run("molecule", "test", "--all", env=environment)


@nox.session
def bench(session: nox.Session) -> None:
    """Run the benchmarks and write the documentation's page of measurements. An argument selects a single part."""
    try:
        requirements(session, "bench")
    except CommandFailed:
        session.skip("the package ansible, which brings hetzner.hcloud, cannot be installed here")
    session.run("python", "-m", "tests.bench", *session.posargs)


def add_units(core: matrix.Core, python: str) -> None:
    """Add the session of the unit tests on one ansible-core. The session's arguments go to pytest."""

    @nox.session(python=python)
    def units(session: nox.Session) -> None:
        """Run the unit tests on the newest ansible-core."""
        requirements(session, f"core-{core.name}", "units")
        collection = tree.refresh("units")
        options = ["--import-mode=importlib", "-p", "no:cacheprovider", "--numprocesses=2"]
        environment = {"PYTHONPATH": str(collection.parents[2])}
        if any(word.startswith("tests/end_to_end") for word in session.posargs):
            real = programs.ensure(find_pythons())
            environment.update({f"NODANA_TEST_{name.upper()}": str(program) for name, program in real.items()})
        with session.chdir(collection):
            session.run("python", "-m", "pytest", *options, *(session.posargs or ["tests/unit"]), env=environment)


def add_rulebook(core: matrix.Core, python: str) -> None:
    """Add the session of the rulebook tests on one ansible-core. The session's arguments go to pytest."""

    @nox.session(python=python)
    def rulebook(session: nox.Session) -> None:
        """Send webhooks to the rulebook in a real ansible-rulebook."""
        requirements(session, f"core-{core.name}", "rulebook")
        collection = tree.refresh("rulebook")
        options = ["--import-mode=importlib", "-p", "no:cacheprovider", *(session.posargs or ["tests/rulebook"])]
        with session.chdir(collection):
            session.run("python", "-m", "pytest", *options, env={"PYTHONPATH": str(collection.parents[2])})


def add_ansible_test(core: matrix.Core, python: str) -> None:
    """Add the session that runs ansible-test of one ansible-core. The session's arguments go to ansible-test."""

    def ansible_test_session(session: nox.Session) -> None:
        requirements(session, f"core-{core.name}")
        with session.chdir(tree.refresh(core.name)):
            session.run("ansible-test", *session.posargs, "--color", "no", env=ansible_test.environment())

    ansible_test_session.__doc__ = f"Run ansible-test of ansible-core {core.name}."
    nox.session(name=f"core-{core.name}", python=python)(ansible_test_session)


def add_sessions_of_cores() -> None:
    """Add the sessions that depend on the Pythons of this machine."""
    pythons = find_pythons()
    newest, _passed_over = matrix.newest(pythons)
    for core in matrix.ALL:
        version = core.python(pythons)
        if version:
            add_ansible_test(core, matrix.label(version))
        if version and core is newest:
            add_units(core, matrix.label(version))
            add_rulebook(core, matrix.label(version))


add_sessions_of_cores()

# Sessions that are started without dev.py must not write to the real home either.
changed = variables(make_home())
os.environ.clear()
os.environ.update(changed)
