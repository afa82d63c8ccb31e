# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The commands of the README on a new machine."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.tools import tree

# Stands in for python3 dev.py, and records what it sees.
PYTHON3 = """\
#!/bin/sh
mkdir -p .logs
{
    echo "arguments $*"
    echo "folder $PWD"
    echo "home $HOME"
    echo "temporary $TMPDIR"
    echo "pyenv $PYENV_ROOT"
    for path in $(cd "$HOME" && find . -type l); do echo "linked $path $(readlink "$HOME/$path")"; done
    for path in $(find "$HOME" "$TMPDIR" -type f); do echo "lies around: $path"; done
    ls -A | sed 's/^/here /'
} >> .logs/seen
echo "3 passed, 1 failed, 2 skipped"
[ "$2" = demo ] || BEHAVE
"""


class Machine:
    """A machine with a used checkout, and a user who has settings and caches."""

    def __init__(self, folder: Path) -> None:
        self.checkout, self.user, self.temporary = folder / "checkout", folder / "user", folder / "tmp"
        self.bin = folder / "bin"
        for path in (".cache/pip/http", ".config/pip", ".ansible/tmp", ".pyenv/versions"):
            (self.user / path).mkdir(parents=True)
        (self.user / ".gitconfig").write_text("[user]\n\tname = Example\n")
        self.temporary.mkdir()
        self.bin.mkdir()
        shutil.copytree(tree.ROOT / "tools", self.checkout / "tools", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(tree.ROOT / ".gitignore", self.checkout)
        tree.git(self.checkout, "init", "--quiet")
        tree.git(self.checkout, "add", "--all")
        commit(self.checkout)
        for path in (".venv", ".nox", ".logs"):
            (self.checkout / path).mkdir()
        (self.checkout / ".logs" / "old").touch()

    def start(self, *arguments: str, behave: str) -> subprocess.Popen[str]:
        """Start the commands, with a python3 that behaves like this in the tests."""
        (self.bin / "python3").write_text(PYTHON3.replace("BEHAVE", behave))
        (self.bin / "python3").chmod(0o755)
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PYENV", "XDG_"))},
            "HOME": str(self.user),
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "TMPDIR": str(self.temporary),
        }
        command = [sys.executable, "-B", "-m", "tools.clone", *arguments]
        return subprocess.Popen(command, cwd=self.checkout, env=environment, stdout=subprocess.PIPE, text=True)

    def seen(self) -> list[str]:
        """Return what the commands saw."""
        return (self.checkout / ".logs" / "seen").read_text().splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Return a machine."""
    return Machine(tmp_path)


def commit(repository: Path) -> None:
    """Commit the added files."""
    author = ("-c", "user.name=Example", "-c", "user.email=user@localhost")
    tree.git(repository, *author, "commit", "--quiet", "--no-gpg-sign", "--message", "first")


def wait_until_started(machine: Machine) -> int:
    """Return the process id of the tests once they run."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for path in machine.temporary.glob("n*/c/pid"):
            if path.read_text().strip():
                return int(path.read_text())
        time.sleep(0.02)
    raise TimeoutError("the tests did not start")


def ended(pid: int) -> bool:
    """Return whether the process ends soon."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
            return True
        time.sleep(0.02)
    return False


def test_they_see_a_clean_clone_and_an_empty_home_with_the_settings_of_pip(machine: Machine) -> None:
    process = machine.start("--fast", behave="exit 0")
    output, _nothing = process.communicate()
    seen = machine.seen()
    assert process.returncode == 0
    assert output.splitlines()[-1] == "3 passed, 1 failed, 2 skipped"
    assert [line for line in seen if line.startswith("arguments")] == [
        "arguments dev.py demo",
        "arguments dev.py test --fast",
    ]
    assert [line for line in seen if line.startswith("linked")] == [
        f"linked ./.config/pip {machine.user}/.config/pip"
    ] * 2
    assert not [line for line in seen if line.startswith("lies around")]
    assert {line for line in seen if line.startswith("here")} == {
        "here .git",
        "here .gitignore",
        "here .logs",
        "here tools",
    }
    assert f"pyenv {machine.user}/.pyenv" in seen
    folder, home, temporary = (
        next(line for line in seen if line.startswith(word)).split()[1] for word in ("folder", "home", "temporary")
    )
    assert len({Path(path).parent for path in (folder, home, temporary)}) == 1
    assert machine.temporary in Path(folder).parents


def test_their_logs_replace_the_old_ones_and_nothing_else_is_left(machine: Machine) -> None:
    machine.start(behave="exit 0").communicate()
    assert [path.name for path in (machine.checkout / ".logs").iterdir()] == ["seen"]
    assert list(machine.temporary.iterdir()) == []


@pytest.mark.parametrize("code", [0, 1, 130])
def test_the_exit_code_is_that_of_the_tests(machine: Machine, code: int) -> None:
    process = machine.start(behave=f"exit {code}")
    process.communicate()
    assert process.returncode == code


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopped_it_leaves_nothing_running(machine: Machine, number: signal.Signals) -> None:
    process = machine.start(behave="{ echo $$ > pid; exec sleep 60; }")
    pid = wait_until_started(machine)
    process.send_signal(number)
    process.communicate(timeout=20)
    assert process.returncode == 130
    assert ended(pid)
    assert list(machine.temporary.iterdir()) == []
    assert machine.seen()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process about the end of its parent")
def test_killed_it_leaves_nothing_running(machine: Machine) -> None:
    process = machine.start(behave="{ echo $$ > pid; exec sleep 60; }")
    pid = wait_until_started(machine)
    process.kill()
    process.communicate(timeout=20)
    assert ended(pid)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a checkout of another user")
def test_a_checkout_of_another_user_is_cloned(machine: Machine) -> None:
    for path in (machine.checkout, machine.checkout / ".git"):
        os.chown(path, 65534, 65534)
    process = machine.start(behave="exit 0")
    process.communicate()
    assert process.returncode == 0


def test_changes_that_are_not_committed_are_named(machine: Machine) -> None:
    (machine.checkout / "new").touch()
    output, _nothing = machine.start(behave="exit 0").communicate()
    assert "Changes that are not committed are not tested." in output
    assert "here new" not in machine.seen()
