# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copies of this collection for Ansible's tools.

The tools need the path ``ansible_collections/nodana/cloud``. Each copy is a git repository of its own.
"""

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
    """Return this checkout's private folder for copies and caches, outside the repository. Create it if needed.

    Raises PermissionError if another user owns the path, or if it is not a folder.
    """
    digest = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
    place = Path(tempfile.gettempdir()) / f"nodana-{os.getuid()}-{digest}"
    place.mkdir(mode=0o700, exist_ok=True)
    facts = place.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.getuid():
        raise PermissionError(f"{place} belongs to somebody else: remove it, or set TMPDIR")
    return place


def refresh(name: str) -> Path:
    """Update the copy ``name`` with the tracked and the new files, and return its collection folder.

    Only changed files are written. Ignored files stay, because ansible-test keeps its environments in ``tests/output``.
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
    # ansible-test gets the list of files from git.
    git(collection, "add", "--all")
    git(collection, "commit", "--quiet", "--allow-empty", "--no-verify", "--message", "copy")
    return collection


def files(repository: Path) -> set[Path]:
    """Return the files of a repository that git tracks or would add, relative to its root."""
    listing = git(repository, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    paths = {Path(name) for name in listing.split("\0") if name}
    return {path for path in paths if os.path.lexists(repository / path)}


def copy_if_changed(source: Path, target: Path) -> None:
    """Copy a file or link with its mode, unless the target is the same already."""
    if same(source, target):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    shutil.copy2(source, target, follow_symlinks=False)


def same(source: Path, target: Path) -> bool:
    """Return whether ``target`` exists with the kind, mode and content of ``source``."""
    if not os.path.lexists(target) or source.lstat().st_mode != target.lstat().st_mode:
        return False
    if source.is_symlink():
        return os.readlink(source) == os.readlink(target)
    return source.read_bytes() == target.read_bytes()


def git(repository: Path, *arguments: str) -> str:
    """Run git in a repository, with its own author name, and return the output."""
    settings = ("user.name=copy", "user.email=copy@localhost", "commit.gpgsign=false")
    command = ["git", *(word for setting in settings for word in ("-c", setting)), *arguments]
    return subprocess.run(command, cwd=repository, check=True, stdout=subprocess.PIPE, text=True).stdout
