# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a machine is told that lacks something."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.tools import install
from ansible_collections.nodana.cloud.tools.python import Python, Version


def here(*versions: Version, can_venv: bool) -> dict[Version, Python]:
    """Give Pythons of these versions."""
    return {version: Python(version, "/usr/bin/python3", can_venv) for version in versions}


@pytest.fixture
def debian(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this be a Debian, for a user who is not root."""
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr("os.geteuid", lambda: 1000)


@pytest.mark.usefixtures("debian")
def test_debian_without_venv_gets_the_line_to_run() -> None:
    with pytest.raises(SystemExit) as stop:
        install.ensure_venv(here((3, 11), can_venv=False))
    assert "Python is here but its venv module is not." in str(stop.value)
    assert "\n    sudo apt-get install -y python3-venv\n" in str(stop.value)


@pytest.mark.usefixtures("debian")
def test_root_needs_no_sudo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert "\n    apt-get install" in install.advice(here((3, 11), can_venv=False))


def test_a_machine_with_old_pythons_only_is_told_what_is_needed_and_what_was_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    advice = install.advice(here((3, 9), (3, 10), can_venv=True))
    assert "Needed: Python 3.11 to 3.14; found: 3.9, 3.10" in advice
    assert "apt-get" not in advice


def test_a_fingerprint_follows_words_and_files(tmp_path: Path) -> None:
    path = tmp_path / "pins.txt"
    path.write_text("a==1\n")
    before = install.fingerprint(["python"], [path])
    assert install.fingerprint(["python"], [path]) == before
    assert install.fingerprint(["another"], [path]) != before
    path.write_text("a==2\n")
    assert install.fingerprint(["python"], [path]) != before
