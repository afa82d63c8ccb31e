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


def refresh(name: str) -> Path:
    """Update the copy ``name`` with the tracked and the new files, and return its collection folder.

    Only changed files are written. Ignored files stay, because ansible-test keeps its environments in ``tests/output``.
    """
    collection = workplace() / name / "ansible_collections" / "nodana" / "cloud"
    collection.mkdir(parents=True, exist_ok=True)
    git(collection, "init", "--quiet")
    # A second index of the copy's repository records the files of the checkout.
    repository = collection / ".git"
    checkout = {"GIT_DIR": repository, "GIT_WORK_TREE": ROOT, "GIT_INDEX_FILE": repository / "index-of-checkout"}
    git(ROOT, "add", "--all", **checkout)
    content = git(ROOT, "write-tree", **checkout).strip()
    git(collection, "read-tree", "--reset", "-u", content)
    git(collection, "clean", "-d", "--force", "--quiet")
    return collection


def git(folder: Path, *arguments: str, **environment: str | Path) -> str:
    """Run git in a folder, with additional environment variables, and return the output."""
    variables = {**os.environ, **{name: str(value) for name, value in environment.items()}}
    command = ["git", "-c", "safe.directory=*", *arguments]  # the checkout may belong to another user
    return subprocess.run(command, cwd=folder, env=variables, check=True, stdout=subprocess.PIPE, text=True).stdout
