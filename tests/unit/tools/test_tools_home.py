# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The home of the tools beside the user's."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.tools import home, tree


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the empty home of a user."""
    (tmp_path / "place").mkdir()
    (tmp_path / "user").mkdir()
    monkeypatch.setattr(home, "workplace", lambda: tmp_path / "place")
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    for name in (*home.DROPPED, "PYENV_ROOT", "GIT_CONFIG_COUNT"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "user"


def write(path: Path, text: str = "") -> Path:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.mark.usefixtures("user")
@pytest.mark.parametrize("folder", [".cache/pip", ".config/pip"])
def test_called_again_inside_its_own_home_it_keeps_what_a_tool_made_there(
    monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    made = home.make_home()
    write(made / folder / "file", "kept")
    monkeypatch.setenv("HOME", str(made))
    assert home.make_home() == made
    assert not (made / folder).is_symlink()
    assert (made / folder / "file").read_text() == "kept"


def test_called_again_inside_its_own_home_it_keeps_the_links(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(user / ".cache/pip/wheel", "cached")
    write(user / ".gitconfig", "settings")
    made = home.make_home()
    monkeypatch.setenv("HOME", str(made))
    assert home.make_home() == made
    assert (made / ".cache/pip/wheel").read_text() == "cached"
    assert (made / ".gitconfig").read_text() == "settings"


def test_a_home_that_is_reached_through_a_link_is_recognised(
    user: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(user / ".gitconfig")
    made = home.make_home()
    (tmp_path / "alias").symlink_to(made)
    monkeypatch.setenv("HOME", str(tmp_path / "alias"))
    home.make_home()
    assert os.readlink(made / ".gitconfig") == str(user / ".gitconfig")


def test_a_folder_that_the_user_gets_later_does_not_replace_that_of_the_tools(user: Path) -> None:
    write(home.make_home() / ".cache/pip/file", "of the tools")
    write(user / ".cache/pip/file", "of the user")
    assert (home.make_home() / ".cache/pip/file").read_text() == "of the tools"


def test_a_link_to_what_the_user_removed_goes(user: Path) -> None:
    pip = user / ".cache/pip"
    pip.mkdir(parents=True)
    assert (home.make_home() / ".cache/pip").is_symlink()
    pip.rmdir()
    assert not os.path.lexists(home.make_home() / ".cache/pip")


def test_links_follow_another_user_home(user: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for owner in (user, tmp_path / "other"):
        write(owner / ".config/pip/pip.conf", owner.name)
        monkeypatch.setenv("HOME", str(owner))
        made = home.make_home()
        assert (made / ".config/pip/pip.conf").read_text() == owner.name


def test_a_link_to_itself_is_repaired(user: Path) -> None:
    made = home.make_home()
    (made / ".cache").mkdir()
    (made / ".cache/pip").symlink_to(made / ".cache/pip")
    home.make_home()
    assert not os.path.lexists(made / ".cache/pip")
    (made / ".cache/pip").symlink_to(made / ".cache/pip")
    write(user / ".cache/pip/file", "of the user")
    assert (home.make_home() / ".cache/pip/file").read_text() == "of the user"


@pytest.mark.usefixtures("user")
def test_settings_kept_elsewhere_are_shown_and_nothing_leads_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "config/pip/pip.conf", "elsewhere")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    made = home.make_home()
    assert (made / ".config/pip/pip.conf").read_text() == "elsewhere"
    variables = home.variables(made)
    assert variables["HOME"] == str(made)
    assert not set(variables) & set(home.DROPPED)


@pytest.mark.parametrize("exists", [True, False])
def test_the_pythons_of_pyenv_are_still_found(user: Path, exists: bool) -> None:
    if exists:
        (user / ".pyenv").mkdir()
    assert home.variables(home.make_home()).get("PYENV_ROOT") == (str(user / ".pyenv") if exists else None)


@pytest.mark.usefixtures("user")
def test_git_trusts_the_checkout_and_keeps_the_settings_it_was_called_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.pager")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "cat")
    command = ["git", "config", "--list"]
    variables = home.variables(home.make_home())
    listing = subprocess.run(command, env=variables, capture_output=True, text=True, check=True).stdout.splitlines()
    assert f"safe.directory={tree.ROOT}" in listing
    assert "core.pager=cat" in listing


@pytest.mark.usefixtures("user")
def test_a_process_in_this_home_already_keeps_its_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    made = home.make_home()
    monkeypatch.setenv("HOME", str(made))
    assert home.variables(made) == dict(os.environ)
