# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of the guide about testing and of the simulator run with the collection that users install."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from ansible_collections.nodana.cloud.tests.support.controller import ROOT, own_environment
from ansible_collections.nodana.cloud.tests.unit.docs.blocks import pieces

EXAMPLES = ROOT / "docs" / "examples" / "testing"
GUIDE = (ROOT / "docs" / "docsite" / "rst" / "guide_testing.rst").read_text(encoding="utf-8")
DOCUMENTED = [*pieces("docs/docsite/rst/guide_testing.rst"), *pieces("tests/simulator/README.md")]
STARTS = [piece.text for piece in DOCUMENTED if piece.text.startswith("python3 -m tests.simulator")]
CAPTIONED = re.findall(r"   :caption: (\S+)\n\n((?:   .*\n|\n)+)", GUIDE)


@pytest.fixture(scope="module")
def user(tmp_path_factory):
    """Return the folder and the environment of a user who has installed the collection and copied the examples."""
    folder = tmp_path_factory.mktemp("user")
    collections = folder / "collections"
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {
        **own_environment(),
        "ANSIBLE_COLLECTIONS_PATH": str(collections),
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_REMOTE_TMP": str(folder / "home" / "tmp"),
        "NODANA_COLLECTION": str(collections / "ansible_collections" / "nodana" / "cloud"),
        "PATH": programs,
    }
    environment.pop("PYTHONPATH", None)
    if (ROOT / "galaxy.yml").exists():
        galaxy = [sys.executable, "-m", "ansible", "galaxy", "collection"]
        check([*galaxy, "build", str(ROOT), "--output-path", str(folder)], folder, environment)
        (archive,) = folder.glob("*.tar.gz")
        check([*galaxy, "install", str(archive), "--offline", "-p", str(collections)], folder, environment)
    else:  # these tests already run in an installed collection
        shutil.copytree(ROOT, environment["NODANA_COLLECTION"], ignore=shutil.ignore_patterns(".git", "output"))
    shutil.copytree(EXAMPLES, folder / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    return folder, environment


def check(command, folder, environment):
    """Run a command, which must succeed. Return its output."""
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_the_script_runs_as_it_is(user):
    folder, environment = user
    said = check(["sh", "tests/ci.sh"], folder, environment)
    assert said.count("PLAY RECAP") == 2


def test_the_script_fails_if_a_second_run_changes_something(user):
    folder, environment = user
    broken = folder / "broken"
    shutil.copytree(folder / "tests", broken)
    task = "    - name: Change\n      ansible.builtin.command: 'true'\n"
    with (broken / "deploy.yml").open("a", encoding="utf-8") as file:
        file.write(task)
    ran = subprocess.run(["sh", str(broken / "ci.sh")], env=environment, capture_output=True, check=False)
    assert ran.returncode == 1


def test_the_tests_with_pytest_pass_as_they_are(user):
    folder, environment = user
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "tests"]
    assert "2 passed" in check(command, folder, environment)


@pytest.mark.parametrize("command", STARTS)
def test_a_documented_command_starts_the_simulator(user, command):
    _folder, environment = user
    _python, *words = shlex.split(command.replace("--port 8080", "--port 0"))  # the port may be in use
    started = subprocess.Popen(
        [sys.executable, *words],
        cwd=environment["NODANA_COLLECTION"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    with started:
        assert started.stdout
        assert started.stdout.readline().startswith(("http://127.0.0.1:", "usage: "))
        started.terminate()


def test_the_example_in_python_runs(user):
    _folder, environment = user
    (example,) = [piece.text for piece in DOCUMENTED if piece.text.startswith("from simulator.handle")]
    check([sys.executable, "-c", example], Path(environment["NODANA_COLLECTION"], "tests"), environment)


def test_the_simulator_starts_by_the_name_of_the_collection(user):
    folder, environment = user
    command = [sys.executable, "-m", "ansible_collections.nodana.cloud.tests.simulator", "--help"]
    assert "--startup-delay" in check(command, folder, {**environment, "PYTHONPATH": str(folder / "collections")})


def test_the_guide_shows_the_files():
    assert sorted(name for name, _text in CAPTIONED) == sorted(
        path.name for path in EXAMPLES.iterdir() if path.is_file()
    )
    for name, text in CAPTIONED:
        content = (EXAMPLES / name).read_text(encoding="utf-8")
        assert dedent(text).strip() in content
