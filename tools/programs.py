# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The real programs behind simulated apps, a Nutshell mint and an LNbits. A nox session of its name installs each."""

from __future__ import annotations

from pathlib import Path

from .python import Version, label
from .tree import ROOT

NAMES = ("mint", "lnbits")
PYTHON: Version = (3, 12)  # the only version that both run on
MISSING = f"the real mint and the real LNbits need Python {label(PYTHON)}, none is on this machine"


def path(name: str) -> Path:
    """Return the path of a program, which exists after its session."""
    return ROOT / ".nox" / name / "bin" / name


def newer(name: str) -> Path:
    """Return the folder of the packages of a newer version, which replace those in the environment of a program."""
    return ROOT / ".nox" / name / "newer"
