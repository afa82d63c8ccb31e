# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the working Pythons of this machine."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

Version = tuple[int, int]
NAME = re.compile(r"python3(\.\d+)?")
OLDEST: Version = (3, 9)  # the oldest version that any test uses

PROBE = """
import importlib.util, json, sys
print(json.dumps({
    "version": sys.version_info[:2],
    "path": getattr(sys, "_base_executable", sys.executable),
    "final": sys.version_info[3] == "final",
    "can_venv": all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")),
}))
"""


@dataclass(frozen=True)
class Python:
    """A working interpreter: its version, its real path, and whether it can create virtual environments."""

    version: Version
    path: str
    can_venv: bool


def label(version: Version) -> str:
    """Return a version as text, for example ``3.13``."""
    return "{}.{}".format(*version)


def find_pythons() -> dict[Version, Python]:
    """Return one working Python for each minor version. See ``best_of`` for the choice."""
    answers = (probe(path) for path in candidates())
    return best_of(python for python in answers if python)


def best_of(pythons: Iterable[Python]) -> dict[Version, Python]:
    """Return one Python for each version: the first that can create virtual environments, or else the first."""
    best: dict[Version, Python] = {}
    for python in pythons:
        known = best.get(python.version)
        if known is None or (python.can_venv and not known.can_venv):
            best[python.version] = python
    return best


def newest(pythons: Mapping[Version, Python], lowest: Version, highest: Version) -> Python | None:
    """Return the newest Python from ``lowest`` to ``highest`` (inclusive) that can create virtual environments."""
    fitting = [p for p in pythons.values() if lowest <= p.version <= highest and p.can_venv]
    return max(fitting, key=lambda python: python.version, default=None)


def candidates() -> list[str]:
    """Return the paths of possible Pythons without duplicates: this one, those on the PATH, and those of pyenv."""
    pyenv = pyenv_root()
    folders = [Path(folder) for folder in os.get_exec_path() if Path(folder) != pyenv / "shims"]
    programs = {Path(sys.executable).resolve(): sys.executable}
    for folder in [*folders, *sorted(pyenv.glob("versions/*/bin"))]:
        for path in sorted(folder.glob("python3*")):
            if NAME.fullmatch(path.name):
                programs.setdefault(path.resolve(), str(path))
    return list(programs.values())


def pyenv_root() -> Path:
    """Return the folder of pyenv, which may not exist."""
    return Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")


def probe(path: str) -> Python | None:
    """Run the program at ``path`` and return its properties.

    Return None if it does not start, is older than ``OLDEST``, or is not a final release.
    """
    try:
        answer = subprocess.run([path, "-I", "-c", PROBE], capture_output=True, text=True, timeout=20, check=True)
        facts = json.loads(answer.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    major, minor = facts["version"]
    if not facts["final"] or (major, minor) < OLDEST:
        return None
    return Python((major, minor), facts["path"], facts["can_venv"])


def search_path(pythons: Iterable[Python]) -> str:
    """Return a PATH with the folders of these Pythons first, so that ``pythonX.Y`` does not find a broken shim."""
    newest_first = sorted(pythons, key=lambda python: python.version, reverse=True)
    folders = [str(Path(python.path).parent) for python in newest_first]
    return os.pathsep.join(dict.fromkeys([*folders, *os.get_exec_path()]))
