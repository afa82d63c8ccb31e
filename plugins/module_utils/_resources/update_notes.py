# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Updates that need a manual step, which users must know before them. The functions do no I/O."""

from __future__ import annotations

import re

_IMPORT = (0, 18)
"""The first version of cdk-mintd whose settings are stored. It is the result of an update that imports them once."""


def warning(program: str, title: str, version: str | None, target: str | None = None) -> str | None:
    """Return a warning about the update of a service or an app, or None.

    ``program`` is the name of the service or the template, ``title`` identifies it for the user. ``version`` is the
    current version, or None if it is not known. ``target`` is the version after the update, or None for the newest.
    """
    before, after = _numbers(version), _numbers(target)
    if program != "cdk-mintd" or (before and before >= _IMPORT) or (after and after < _IMPORT):
        return None
    known = f"Its version is {version}" if before else "Its version is not known"
    return (
        f"The update of {title} may cross version 0.18 of cdk-mintd. {known}. From 0.18 on, cdk-mintd uses stored "
        "settings, such as its name, in place of those that it is started with, and the update from an older version "
        "needs a one-time import of them. Read the release notes of cdk-mintd, and ask Nodana's support whether the "
        "update does the import."
    )


def _numbers(version: str | None) -> tuple[int, ...]:
    """Return the first two numbers of a version such as 0.17.1, v0.18.0-rc.0 or cdk-mintd/0.17.1, or none."""
    found = re.search(r"(\d+)\.(\d+)", version or "")
    return (int(found[1]), int(found[2])) if found else ()
