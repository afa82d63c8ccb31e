# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The copy that Ansible's tools judge."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.tools import tree


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository with a tracked, a new and an ignored file."""
    root = tmp_path / "checkout"
    (root / "plugins").mkdir(parents=True)
    tree.git(root, "init", "--quiet")
    (root / ".gitignore").write_text("/tests/output/\n*.log\n")
    (root / "plugins" / "one.py").write_text("one\n")
    tree.git(root, "add", "--all")
    (root / "new.yml").write_text("new\n")
    (root / "noise.log").write_text("noise\n")
    monkeypatch.setattr(tree, "ROOT", root)
    monkeypatch.setattr(tree, "workplace", lambda: tmp_path / "place")
    return root


def names(collection: Path) -> set[str]:
    """Return the files of a copy that its git knows."""
    return set(tree.git(collection, "ls-files").split())


def test_it_holds_tracked_and_new_files_in_the_folder_of_the_collection(repository: Path) -> None:
    collection = tree.refresh("a")
    assert collection.parts[-3:] == ("ansible_collections", "nodana", "cloud")
    assert names(collection) == {".gitignore", "plugins/one.py", "new.yml"}
    assert not (collection / "noise.log").exists()
    assert repository not in collection.parents


def test_a_second_time_it_follows_changes_and_keeps_what_is_ignored(repository: Path) -> None:
    collection = tree.refresh("a")
    (collection / "tests" / "output").mkdir(parents=True)
    (collection / "tests" / "output" / "kept").write_text("kept\n")
    (repository / "plugins" / "one.py").unlink()
    (repository / "new.yml").write_text("changed\n")
    tree.refresh("a")
    assert names(collection) == {".gitignore", "new.yml"}
    assert (collection / "new.yml").read_text() == "changed\n"
    assert not (collection / "plugins").exists()
    assert (collection / "tests" / "output" / "kept").exists()


@pytest.mark.usefixtures("repository")
def test_what_a_tool_changed_or_added_in_the_copy_goes() -> None:
    collection = tree.refresh("a")
    (collection / "plugins" / "one.py").write_text("changed by a tool\n")
    (collection / "added" / "by").mkdir(parents=True)
    (collection / "added" / "by" / "tool.py").touch()
    tree.refresh("a")
    assert (collection / "plugins" / "one.py").read_text() == "one\n"
    assert not (collection / "added").exists()


def test_unchanged_files_are_not_written_again(repository: Path) -> None:
    before = (tree.refresh("a") / "plugins" / "one.py").stat()
    (repository / "new.yml").write_text("changed\n")
    assert (tree.refresh("a") / "plugins" / "one.py").stat().st_ino == before.st_ino


def test_links_and_modes_come_along(repository: Path) -> None:
    (repository / "link").symlink_to("new.yml")
    (repository / "new.yml").chmod(0o755)
    collection = tree.refresh("a")
    assert (collection / "link").is_symlink()
    assert (collection / "new.yml").stat().st_mode & 0o111


def test_a_folder_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    place = tree.workplace()
    assert place.stat().st_mode & 0o077 == 0
    place.rmdir()
    place.symlink_to(tmp_path)
    with pytest.raises(PermissionError, match="another user"):
        tree.workplace()
