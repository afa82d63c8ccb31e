# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the Pythons of this machine that really start."""

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
OLDEST: Version = (3, 9)  # of any use here

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
    """An interpreter that answered: its version, its real path, and whether it can make virtual environments."""

    version: Version
    path: str
    can_venv: bool

    @property
    def label(self) -> str:
        """The version as people write it: 3.13."""
        return "{}.{}".format(*self.version)


def find_pythons() -> dict[Version, Python]:
    """Give one working Python for each minor version: the first on the PATH that can make virtual environments."""
    answers = (probe(path) for path in candidates())
    return best_of(python for python in answers if python)


def best_of(pythons: Iterable[Python]) -> dict[Version, Python]:
    """Keep one Python for each version, preferring those that can make virtual environments, then the earlier."""
    best: dict[Version, Python] = {}
    for python in pythons:
        known = best.get(python.version)
        if known is None or (python.can_venv and not known.can_venv):
            best[python.version] = python
    return best


def newest(pythons: Mapping[Version, Python], lowest: Version, highest: Version) -> Python | None:
    """Give the newest Python from lowest to highest, both included, that can make virtual environments."""
    fitting = [p for p in pythons.values() if lowest <= p.version <= highest and p.can_venv]
    return max(fitting, key=lambda python: python.version, default=None)


def candidates() -> list[str]:
    """Give the different programs that may be Pythons: this one, the PATH's, and every version that pyenv keeps."""
    pyenv = pyenv_root()
    folders = [Path(folder) for folder in os.get_exec_path() if Path(folder) != pyenv / "shims"]
    programs = {Path(sys.executable).resolve(): sys.executable}
    for folder in [*folders, *sorted(pyenv.glob("versions/*/bin"))]:
        for path in sorted(folder.glob("python3*")):
            if NAME.fullmatch(path.name):
                programs.setdefault(path.resolve(), str(path))
    return list(programs.values())


def pyenv_root() -> Path:
    """Return the folder of pyenv, which need not exist."""
    return Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")


def probe(path: str) -> Python | None:
    """Start the program at path and ask what it is; None if it does not start, is too old or not released."""
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
    """Give a PATH on which pythonX.Y starts for each of the Pythons, ahead of shims that would not."""
    newest_first = sorted(pythons, key=lambda python: python.version, reverse=True)
    folders = [str(Path(python.path).parent) for python in newest_first]
    return os.pathsep.join(dict.fromkeys([*folders, *os.get_exec_path()]))
