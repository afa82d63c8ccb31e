# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copies of this collection for Ansible's tools.

The tools need the path ``ansible_collections/nodana/cloud``. Each copy is a git repository of its own.
"""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COLLECTION = ("ansible_collections", "nodana", "cloud")


def workplace() -> Path:
    """Return this checkout's private folder for copies and caches, outside the repository. Create it if needed.

    Raises PermissionError if another user owns the path, or if it is not a folder.
    """
    digest = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
    place = Path(tempfile.gettempdir()) / f"nodana-{os.getuid()}-{digest}"
    place.mkdir(mode=0o700, exist_ok=True)
    facts = place.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.getuid():
        raise PermissionError(f"{place} belongs to another user: remove it, or set TMPDIR")
    return place


def refresh(name: str, source: Path | None = None) -> Path:
    """Update the copy ``name`` with the files in ``source``, by default the checkout, and return its collection folder.

    Ignored files of the checkout are left out. Only changed files are written. ``tests/output`` stays, because
    ansible-test keeps its environments there.
    """
    collection = workplace().joinpath(name, *COLLECTION)
    collection.mkdir(parents=True, exist_ok=True)
    git(collection, "init", "--quiet")
    # A second index of the copy's repository records the files of the source.
    repository = collection / ".git"
    (repository / "info" / "exclude").write_text("/tests/output/\n", encoding="utf-8")
    index = {"GIT_DIR": repository, "GIT_WORK_TREE": source or ROOT, "GIT_INDEX_FILE": repository / "index-of-source"}
    git(source or ROOT, "add", "--all", **index)
    content = git(source or ROOT, "write-tree", **index).strip()
    git(collection, "read-tree", "--reset", "-u", content)
    git(collection, "clean", "-d", "--force", "--quiet")
    return collection


def git(folder: Path, *arguments: str, **environment: str | Path) -> str:
    """Run git in a folder, with additional environment variables, and return the output."""
    variables = {**os.environ, **{name: str(value) for name, value in environment.items()}}
    command = ["git", "-c", "safe.directory=*", *arguments]  # the checkout may belong to another user
    return subprocess.run(command, cwd=folder, env=variables, check=True, stdout=subprocess.PIPE, text=True).stdout
