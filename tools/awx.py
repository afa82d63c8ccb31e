# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection awx.awx, for the tests of the playbook awx_setup. The nox session awx unpacks it from a package."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from .tree import ROOT

REQUIREMENTS = ROOT / "requirements" / "awx.txt"
COLLECTIONS = ROOT / ".nox" / "awx" / "collections"
CONTENT = "ansible_collections/awx/awx/"


def is_unpacked() -> bool:
    """Return whether the pinned version is in ``COLLECTIONS``."""
    stamp = COLLECTIONS / REQUIREMENTS.name
    return stamp.exists() and stamp.read_text(encoding="utf-8") == REQUIREMENTS.read_text(encoding="utf-8")


def unpack(folder: Path) -> None:
    """Unpack the collection from the wheel in ``folder`` into ``COLLECTIONS``. Raises ValueError without a wheel."""
    (wheel,) = folder.glob("*.whl")
    shutil.rmtree(COLLECTIONS, ignore_errors=True)
    with zipfile.ZipFile(wheel) as content:
        content.extractall(COLLECTIONS, [name for name in content.namelist() if name.startswith(CONTENT)])
    shutil.copy(REQUIREMENTS, COLLECTIONS)
