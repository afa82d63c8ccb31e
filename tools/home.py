# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A home folder for the tools."""

from __future__ import annotations

from pathlib import Path

from .tree import workplace

SHOWN = (".cache/pip", ".config/git", ".config/pip", ".gitconfig", ".netrc", ".pip")


def make_home() -> Path:
    """Give a home of this checkout's own, in which pip and git find the user's settings.

    Ansible's tools write to the home they find. The real one may be read-only, and holds settings of Ansible that
    would change what the tests see.
    """
    home, real = workplace() / "home", Path.home()
    home.mkdir(exist_ok=True)
    for name in SHOWN:
        link = home / name
        if (real / name).exists() and not link.is_symlink():
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(real / name)
    return home
