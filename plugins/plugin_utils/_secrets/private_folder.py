# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check that no other user can write to a folder."""

from __future__ import annotations

import os
import shlex
import stat

from ansible_collections.nodana.cloud.plugins.module_utils._errors import Invalid


def check(path: str) -> None:
    """Check that a folder belongs to this user and is not writable by others.

    If the path is a symbolic link, the link must belong to this user, too. A folder that does not exist passes. Raises
    Invalid if another user owns the folder or the link, or can write to the folder.
    """
    try:
        link, folder = os.lstat(path), os.stat(path)
    except OSError:  # the first use of the folder reports the error
        return
    if stat.S_ISLNK(link.st_mode):
        _check_owner(path, "symbolic link", link.st_uid)
    _check_owner(path, "folder", folder.st_uid)
    if folder.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise Invalid(
            f"Other users can write to secrets_dir {path} (mode {stat.S_IMODE(folder.st_mode):04o})",
            advice=f"Run: chmod go-w {shlex.quote(path)}",
        )


def _check_owner(path: str, kind: str, owner: int) -> None:
    if owner != os.geteuid():
        raise Invalid(
            f"secrets_dir {path} is a {kind} that belongs to another user (uid {owner})",
            advice=f"Use a folder of the user that runs Ansible (uid {os.geteuid()}), or change the owner.",
        )
