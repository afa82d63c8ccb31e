# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Install the real programs behind simulated apps, a Nutshell mint and an LNbits, each in a virtual environment."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from .install import checked, fingerprint, make_venv
from .python import Python, Version
from .tree import ROOT

PLACE = ROOT / ".programs"
PYTHON: Version = (3, 12)  # the only version that both run on
NAMES = ("mint", "lnbits")
MISSING = "the real mint and the real LNbits need Python {}.{}, none is on this machine".format(*PYTHON)


def ensure(pythons: Mapping[Version, Python]) -> dict[str, Path]:
    """Return the executables of the programs by name. Install a program that is missing or has other pins.

    Exits with the command line if an installation fails. Raises LookupError if the Python that they need is missing.
    """
    python = pythons.get(PYTHON)
    if python is None or not python.can_venv:
        raise LookupError(MISSING)
    return {name: installed(name, python) for name in NAMES}


def installed(name: str, python: Python) -> Path:
    """Return the executable of one program. Install the program if needed."""
    folder, requirements = PLACE / name, ROOT / "requirements" / f"{name}.txt"
    program, stamp = folder / "bin" / name, folder / "pins"
    pins = fingerprint([python.path, str(folder)], [requirements])
    if stamp.exists() and stamp.read_text() == pins and program.exists():
        return program
    print(f"Installing the real {name} with Python {python.label} ...", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    make_venv(python, folder)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-compile"]
    checked([*pip, "--disable-pip-version-check", "--requirement", str(requirements)])
    stamp.write_text(pins)
    return program
