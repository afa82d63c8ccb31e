# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copies of this collection where Ansible's tools want it, ansible_collections/nodana/cloud, each with its own git."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def workplace() -> Path:
    """Give this checkout's private folder for copies and caches, outside of the repository.

    Raises PermissionError if somebody else made a folder of that name.
    """
    digest = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
    place = Path(tempfile.gettempdir()) / f"nodana-{os.getuid()}-{digest}"
    place.mkdir(mode=0o700, exist_ok=True)
    facts = place.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.getuid():
        raise PermissionError(f"{place} belongs to somebody else: remove it, or set TMPDIR")
    return place


def refresh(name: str) -> Path:
    """Bring the copy called name up to date with the tracked and the new files, and give its collection folder.

    Only what changed is written, and ignored files stay: ansible-test keeps its environments in tests/output.
    """
    collection = workplace() / name / "ansible_collections" / "nodana" / "cloud"
    collection.mkdir(parents=True, exist_ok=True)
    git(collection, "init", "--quiet")
    wanted = files(ROOT)
    for path in files(collection) - wanted:
        (collection / path).unlink()
        with contextlib.suppress(OSError):  # not empty yet
            os.removedirs((collection / path).parent)
    for path in wanted:
        copy_if_changed(ROOT / path, collection / path)
    # ansible-test asks git what is there.
    git(collection, "add", "--all")
    git(collection, "commit", "--quiet", "--allow-empty", "--no-verify", "--message", "copy")
    return collection


def files(repository: Path) -> set[Path]:
    """Give the files of a repository that git knows or would add, relative to its root."""
    listing = git(repository, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    paths = {Path(name) for name in listing.split("\0") if name}
    return {path for path in paths if os.path.lexists(repository / path)}


def copy_if_changed(source: Path, target: Path) -> None:
    """Copy a file or link with its mode, unless the target has the same content already."""
    if same(source, target):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    shutil.copy2(source, target, follow_symlinks=False)


def same(source: Path, target: Path) -> bool:
    """Tell whether target is there with source's kind, mode and content."""
    if not os.path.lexists(target) or source.lstat().st_mode != target.lstat().st_mode:
        return False
    if source.is_symlink():
        return os.readlink(source) == os.readlink(target)
    return source.read_bytes() == target.read_bytes()


def git(repository: Path, *arguments: str) -> str:
    """Run git in a repository, under a name of its own, and give what it prints."""
    settings = ("user.name=copy", "user.email=copy@localhost", "commit.gpgsign=false")
    command = ["git", *(word for setting in settings for word in ("-c", setting)), *arguments]
    return subprocess.run(command, cwd=repository, check=True, stdout=subprocess.PIPE, text=True).stdout
