# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The advice for a machine that lacks a requirement."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.tools import install, tree
from ansible_collections.nodana.cloud.tools.python import Python, Version, probe


def here(*versions: Version, can_venv: bool) -> dict[Version, Python]:
    """Return Pythons of these versions."""
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
    assert "Python is installed, but its venv module is not." in str(stop.value)
    assert "\n    sudo apt-get install -y python3.11-venv\n" in str(stop.value)


@pytest.mark.usefixtures("debian")
def test_the_line_names_the_newest_python_of_the_distribution_that_can_be_used() -> None:
    debian = {version: Python(version, "/usr/bin/python", False) for version in ((3, 9), (3, 11), (3, 12))}
    assert "apt-get install -y python3.12-venv\n" in install.advice(debian)


@pytest.mark.usefixtures("debian")
def test_a_python_from_elsewhere_is_replaced_by_that_of_the_distribution() -> None:
    assert "apt-get install -y python3-venv\n" in install.advice({(3, 12): Python((3, 12), "/opt/python", False)})


DEBIAN_SAYS = """\
The virtual environment was not created successfully because ensurepip is not
available.  On Debian/Ubuntu systems, you need to install the python3-venv
package using the following command.
"""
PROBED = '{"version": [3, 11], "path": "%s", "final": true, "can_venv": %s}'


@pytest.mark.usefixtures("debian")
@pytest.mark.parametrize("can_venv", ["true", "false"])
def test_a_python_whose_ensurepip_fails_ends_in_the_line_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, can_venv: str
) -> None:
    fake = tmp_path / "python3"
    (tmp_path / "says").write_text(DEBIAN_SAYS)
    (tmp_path / "probed").write_text(PROBED % (fake, can_venv))
    fake.write_text(f'#!/bin/sh\n[ "$1" = -I ] && exec cat {tmp_path}/probed\ncat {tmp_path}/says; exit 1\n')
    fake.chmod(0o755)
    monkeypatch.setattr(install, "VENV", tmp_path / ".venv")
    found = probe(str(fake))
    assert found is not None
    with pytest.raises(SystemExit) as stop:
        install.ensure_venv({found.version: found})
    assert str(stop.value).endswith("\n    sudo apt-get install -y python3-venv\n")


def test_a_read_only_checkout_ends_in_the_line_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: (path, mode) != (tree.ROOT, os.W_OK))
    with pytest.raises(SystemExit, match=f"is read-only.*\n\n    git clone {tree.ROOT} /"):
        install.ensure_venv(here((3, 11), can_venv=True))


def test_another_failure_of_venv_is_shown_as_it_is(tmp_path: Path) -> None:
    fake = tmp_path / "python3"
    fake.write_text("#!/bin/sh\necho no space; exit 1\n")
    fake.chmod(0o755)
    with pytest.raises(SystemExit) as stop:
        install.make_venv(Python((3, 11), str(fake), True), tmp_path / "venv")
    assert str(stop.value) == f"no space\n\nThis command failed: {fake} -m venv {tmp_path / 'venv'}"


@pytest.mark.usefixtures("debian")
def test_root_needs_no_sudo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert "\n    apt-get install" in install.advice(here((3, 11), can_venv=False))


def test_the_advice_names_the_needed_and_the_found_pythons(
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


def test_an_environment_of_its_own_is_recreated_only_if_its_requirements_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "python3"
    fake.write_text(f'#!/bin/sh\necho venv >> {tmp_path}/calls\nmkdir -p "$3/bin" && cp /bin/true "$3/bin/python"\n')
    fake.chmod(0o755)
    (tmp_path / "requirements").mkdir()
    monkeypatch.setattr(install, "ROOT", tmp_path)
    pythons = {(3, 11): Python((3, 11), str(fake), True)}
    for pins, calls in (("a==1\n", 1), ("a==1\n", 1), ("a==2\n", 2)):
        (tmp_path / "requirements" / "contract.txt").write_text(pins)
        assert install.ensure_venv(pythons, "contract") == tmp_path / ".nox" / "contract" / "bin" / "python"
        assert (tmp_path / "calls").read_text().count("venv") == calls
