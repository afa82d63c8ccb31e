# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import stat

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._local.atomic_file import sweep_file, write_new


def test_a_new_file_is_whole_and_private_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        write_new(str(tmp_path / "a.yml"), b"content")
    finally:
        os.umask(before)
    assert (tmp_path / "a.yml").read_bytes() == b"content"
    assert stat.S_IMODE((tmp_path / "a.yml").stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["a.yml"]


@pytest.mark.parametrize("there", ["file", "folder", "link", "dangling link"])
def test_nothing_is_replaced(tmp_path, there):
    path = tmp_path / "a.yml"
    if there == "file":
        path.write_bytes(b"older")
    elif there == "folder":
        path.mkdir()
    else:
        path.symlink_to(tmp_path / "target")
    if there == "link":
        (tmp_path / "target").write_bytes(b"older")
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(FileExistsError):
        write_new(str(path), b"newer")
    assert sorted(os.listdir(tmp_path)) == before
    assert all(b"newer" not in entry.read_bytes() for entry in tmp_path.iterdir() if entry.is_file())


def test_a_file_has_its_name_only_once_it_is_on_disk(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(os, "fsync", lambda _handle: seen.append((tmp_path / "a.yml").exists()))
    write_new(str(tmp_path / "a.yml"), b"content")
    assert seen == [False, True]  # the file, then the folder that names it


def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch):
    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_new(str(tmp_path / "a.yml"), b"content")
    assert os.listdir(tmp_path) == []


def test_only_what_is_left_of_the_same_file_is_swept(tmp_path):
    for name in (".a.yml.1x.tmp", ".a.yml.2x.tmp", ".b.yml.1x.tmp", "a.yml", "a.yml.tmp"):
        (tmp_path / name).touch()
    sweep_file(str(tmp_path / "a.yml"))
    assert sorted(os.listdir(tmp_path)) == [".b.yml.1x.tmp", "a.yml", "a.yml.tmp"]
