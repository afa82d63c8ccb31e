# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Invalid
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets import private_folder


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "with a space"
    path.mkdir(mode=0o700)
    return path


@pytest.fixture
def link(folder):
    path = folder.with_name("link")
    path.symlink_to(folder)
    return path


def owned_by_another_user(monkeypatch, path):
    """Let the file system report another user as the owner of this link or file, not of the target of a link."""
    lstat, stat, node = os.lstat, os.stat, os.lstat(path).st_ino

    def changed(found):
        fields = list(found)
        fields[4] += found.st_ino == node
        return os.stat_result(fields)

    monkeypatch.setattr(os, "lstat", lambda path: changed(lstat(path)))
    monkeypatch.setattr(os, "stat", lambda path: changed(stat(path)))


@pytest.mark.parametrize("mode", [0o700, 0o750, 0o755, 0o500])
def test_a_folder_that_only_its_owner_can_write_passes(folder, link, mode):
    folder.chmod(mode)
    private_folder.check(str(folder))
    private_folder.check(str(link))


@pytest.mark.parametrize("mode", [0o770, 0o775, 0o702, 0o1777])
def test_a_folder_that_others_can_write_is_refused_with_the_command_to_run(folder, link, mode):
    folder.chmod(mode)
    for path in (folder, link):
        with pytest.raises(
            Invalid, match=f"Other users can write to secrets_dir {path} \\(mode {mode:04o}\\)"
        ) as refused:
            private_folder.check(str(path))
        command = str(refused.value).partition("Run: ")[2]
        assert os.system(command) == 0
        private_folder.check(str(path))
        folder.chmod(mode)


def test_a_folder_of_another_user_is_refused_also_behind_a_link(folder, link, monkeypatch):
    owned_by_another_user(monkeypatch, folder)
    for path in (folder, link):
        with pytest.raises(Invalid, match=f"secrets_dir {path} is a folder that belongs to another user"):
            private_folder.check(str(path))


def test_a_link_of_another_user_is_refused(folder, link, monkeypatch):
    owned_by_another_user(monkeypatch, link)
    private_folder.check(str(folder))
    with pytest.raises(Invalid, match=f"secrets_dir {link} is a symbolic link that belongs to another user"):
        private_folder.check(str(link))


def test_any_other_user_than_the_owner_is_refused_be_it_root(folder, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)
    with pytest.raises(Invalid, match="belongs to another user"):
        private_folder.check(str(folder))


def test_what_does_not_exist_passes(tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("nowhere")
    for name in ("none", "file/none", "link"):
        private_folder.check(str(tmp_path / name))
