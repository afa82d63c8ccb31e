# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder on this machine in which the processes of one user share their state: locks, rate limiter, receipts."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from urllib.parse import urlsplit

from .state_errors import FullDisk, StateUnavailable, needed

__all__ = ["FullDisk", "StateUnavailable", "account_path", "folder", "needed"]


def folder(environment: Mapping[str, str] | None = None) -> str:
    """Return the path of the state folder, and create it with mode 0700 if it does not exist.

    It is ``NODANA_STATE_DIR`` in the ``environment``, which is that of this process by default, or else ``nodana``
    below the user's Ansible home.
    Raises StateUnavailable, also if another user owns the folder or can write to it, or if its file system has no
    working locks. The mode of an existing folder is not changed, because the folder may have another purpose.
    """
    environment = os.environ if environment is None else environment
    home = environment.get("ANSIBLE_HOME") or os.path.join("~", ".ansible")
    path = os.path.expanduser(environment.get("NODANA_STATE_DIR") or os.path.join(home, "nodana"))
    if not os.path.isabs(path):  # each process may have another working directory
        raise StateUnavailable(f"The state folder {path} is not an absolute path")
    with needed(path):
        os.makedirs(path, mode=0o700, exist_ok=True)
        found = os.stat(path)
        _check_private(path, found)
        if os.major(found.st_dev) == 0:  # not on a block device, so perhaps on a network file system
            from .file_locks import check_locks

            check_locks(path)
    return path


def account_path(api_url: str, api_key: str) -> str:
    """Return the prefix of the paths of all files for this key at this host. Raises StateUnavailable.

    The prefix holds a hash, so it reveals neither the key nor the host.
    """
    parts = urlsplit(api_url)
    name = hashlib.sha256(f"{parts.scheme}://{parts.netloc}\0{api_key}".encode()).hexdigest()[:32]
    return os.path.join(folder(), name)


def _check_private(path: str, found: os.stat_result) -> None:
    if found.st_uid != os.geteuid():
        raise StateUnavailable(f"The state folder {path} belongs to another user")
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise StateUnavailable(f"Other users can write to the state folder {path}")
