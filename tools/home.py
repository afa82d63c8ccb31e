# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A separate home folder for the tools."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from .python import pyenv_root
from .tree import ROOT, workplace

PIP_SETTINGS = (".config/pip", ".netrc", ".pip")
SHOWN = (*PIP_SETTINGS, ".cache/pip", ".config/git", ".gitconfig")
# Each of these variables would make the tools use folders outside that home.
DROPPED = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")


def make_home() -> Path:
    """Return the home of this checkout, where pip and git find the user's settings. Create it if it is missing.

    Ansible's tools write to the home that they find. The real home can be read-only. It can also contain Ansible
    settings that change the results of the tests.
    """
    home = workplace() / "home"
    home.mkdir(exist_ok=True)
    if not entered(home):
        link(home, SHOWN)
    return home


def entered(home: Path) -> bool:
    """Return whether this process already uses that home. A nox session does."""
    return home.resolve() == Path.home().resolve()


def link(home: Path, names: Iterable[str]) -> None:
    """Create links in ``home`` to the files and folders with these names in the real home. Replace outdated links."""
    for name in names:
        source, target = original(name), home / name
        exists = os.path.exists(source)  # unlike Path.exists, False in a home that cannot be read
        if target.is_symlink() and not (exists and os.readlink(target) == str(source)):
            target.unlink(missing_ok=True)
        if exists:
            target.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileExistsError):  # a link, or a file that a tool created before
                target.symlink_to(source)


def original(name: str) -> Path:
    """Return the path of a file or folder in the real home."""
    folder, _slash, rest = name.partition("/")
    config = os.environ.get("XDG_CONFIG_HOME")
    return Path(config, rest) if config and folder == ".config" else Path.home() / name


def variables(home: Path) -> Mapping[str, str]:
    """Return the environment variables of this process, changed for processes with another home.

    These processes still find the Pythons of pyenv. Git accepts this checkout even if it belongs to another user: a
    user who runs its programs trusts it.
    """
    if entered(home):
        return dict(os.environ)
    kept = {name: value for name, value in os.environ.items() if name not in DROPPED}
    pyenv = pyenv_root()
    if os.path.isdir(pyenv):
        kept["PYENV_ROOT"] = str(pyenv)
    settings = int(kept.get("GIT_CONFIG_COUNT") or 0)
    git = {
        f"GIT_CONFIG_KEY_{settings}": "safe.directory",
        f"GIT_CONFIG_VALUE_{settings}": str(ROOT),
        "GIT_CONFIG_COUNT": str(settings + 1),
    }
    return {**kept, **git, "HOME": str(home)}
