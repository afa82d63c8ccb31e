# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder on this machine in which processes of one user share what they must agree on."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from .._errors import NodanaError


class StateUnavailable(NodanaError):
    """Nothing can be kept on this machine, so the request limit could not be kept either."""

    advice = (
        "Set NODANA_STATE_DIR to a folder that only this user can write, the same one for all runs that use this key."
    )


def folder() -> str:
    """Give the path of the state folder: owned by this user, mode 0700 if it is made here.

    It is ``NODANA_STATE_DIR``, else ``nodana`` below the user's Ansible home. Raises StateUnavailable, also for a
    folder that others can write; it may be there for something else, so its mode is not changed.
    """
    home = os.environ.get("ANSIBLE_HOME") or os.path.join("~", ".ansible")
    path = os.path.expanduser(os.environ.get("NODANA_STATE_DIR") or os.path.join(home, "nodana"))
    if not os.path.isabs(path):  # every process may be in another folder
        raise StateUnavailable(f"The state folder {path} is not an absolute path")
    with needed(path):
        os.makedirs(path, mode=0o700, exist_ok=True)
        _check_private(path)
    return path


def account_path(api_url: str, api_key: str) -> str:
    """Give what the paths of all files about this key at this host begin with; it tells neither of them.

    Raises StateUnavailable.
    """
    parts = urlsplit(api_url)
    name = hashlib.sha256(f"{parts.scheme}://{parts.netloc}\0{api_key}".encode()).hexdigest()[:32]
    return os.path.join(folder(), name)


@contextmanager
def needed(path: str) -> Iterator[None]:
    """Turn a failing use of ``path`` into StateUnavailable."""
    try:
        yield
    except OSError as error:
        raise StateUnavailable(f"{path} cannot be used: {error.strerror or error}") from error


def _check_private(path: str) -> None:
    found = os.stat(path)
    if found.st_uid != os.geteuid():
        raise StateUnavailable(f"The state folder {path} belongs to another user")
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise StateUnavailable(f"Other users can write the state folder {path}")
