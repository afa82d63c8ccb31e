# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The folder that all runs of a user share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client.rate_limiter import RateLimiter, rate_limiter_path
from ansible_collections.nodana.cloud.plugins.module_utils._local import state_dir
from ansible_collections.nodana.cloud.tests.support.turns import begun

KEY = "a-fake-key-0123456789abcdef"
URL = "https://api.nodana.io/v1"


def mode(path: str | Path) -> int:
    return os.stat(path).st_mode & 0o777


def test_folder_and_file_are_for_their_user_only(state_folder: Path) -> None:
    path = rate_limiter_path(URL, KEY)
    with begun(RateLimiter(path, 0.0)):
        pass
    assert Path(path).parent == state_folder
    assert (mode(state_folder), mode(path)) == (0o700, 0o600)


def test_nothing_in_the_folder_tells_key_or_url(state_folder: Path) -> None:
    with begun(RateLimiter(rate_limiter_path(URL, KEY), 0.0)):
        pass
    (path,) = state_folder.iterdir()
    for word in (KEY, KEY[:8], "nodana.io"):
        assert word not in path.name
        assert word not in path.read_text()


def test_it_lies_below_the_ansible_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NODANA_STATE_DIR")
    monkeypatch.setenv("ANSIBLE_HOME", str(tmp_path / "ansible"))
    assert state_dir.folder() == str(tmp_path / "ansible" / "nodana")
    monkeypatch.delenv("ANSIBLE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    assert state_dir.folder() == str(tmp_path / "me" / ".ansible" / "nodana")


@pytest.mark.parametrize("path", ["state", "./state", "~nobody-of-this-name/state"])
def test_a_folder_that_depends_on_the_current_one_is_refused(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NODANA_STATE_DIR", path)
    with pytest.raises(state_dir.StateUnavailable, match="not an absolute path"):
        state_dir.folder()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("open_to", [0o770, 0o777, 0o1777, 0o720])
def test_a_folder_that_others_can_write_is_refused_and_left_as_it_is(state_folder: Path, open_to: int) -> None:
    state_folder.mkdir()
    state_folder.chmod(open_to)
    with pytest.raises(state_dir.StateUnavailable, match=r"Other users can write.*NODANA_STATE_DIR"):
        state_dir.folder()
    assert state_folder.stat().st_mode & 0o7777 == open_to


def test_the_mode_of_a_folder_that_is_there_is_not_changed(state_folder: Path) -> None:
    state_folder.mkdir()
    state_folder.chmod(0o755)
    assert state_dir.folder() == str(state_folder)
    assert mode(state_folder) == 0o755


def test_a_folder_of_somebody_else_is_refused(state_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state_folder.mkdir(mode=0o700)
    monkeypatch.setattr(os, "geteuid", lambda: state_folder.stat().st_uid + 1)
    with pytest.raises(state_dir.StateUnavailable, match="belongs to another user"):
        state_dir.folder()


def test_a_file_in_the_way_is_told(state_folder: Path) -> None:
    state_folder.write_text("x")
    with pytest.raises(state_dir.StateUnavailable, match=r"state cannot be used: .*NODANA_STATE_DIR"):
        state_dir.folder()


def test_a_folder_below_a_file_is_told(state_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state_folder.write_text("x")
    monkeypatch.setenv("NODANA_STATE_DIR", str(state_folder / "below"))
    with pytest.raises(state_dir.StateUnavailable, match="Not a directory"):
        state_dir.folder()


@pytest.mark.parametrize("kind", ["folder", "link", "pipe"])
def test_something_else_in_place_of_the_file_is_told(kind: str) -> None:
    path = rate_limiter_path(URL, KEY)
    {"folder": os.mkdir, "link": lambda at: os.symlink("/dev/null", at), "pipe": os.mkfifo}[kind](path)
    with (
        pytest.raises(state_dir.StateUnavailable, match=r"\.rate_limiter cannot be used"),
        begun(RateLimiter(path, 0.0)),
    ):
        pass
