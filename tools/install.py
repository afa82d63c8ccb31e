# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make .venv, with the newest usable Python and the pinned requirements, only when something about them changed."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from .python import Python, Version, newest
from .tree import ROOT

LOWEST: Version = (3, 11)
HIGHEST: Version = (3, 14)
VENV = ROOT / ".venv"
REQUIREMENTS = (ROOT / "requirements" / "dev.txt", ROOT / "requirements" / "demo.txt")


def ensure_venv(pythons: Mapping[Version, Python]) -> Path:
    """Give the Python of an up-to-date .venv; make or renew it first if needed.

    Exits with the line that helps if the machine lacks what that takes.
    """
    python = newest(pythons, LOWEST, HIGHEST)
    if python is None:
        sys.exit(advice(pythons))
    if not os.access(ROOT, os.W_OK):
        copy = Path(tempfile.gettempdir(), ROOT.name)
        sys.exit(f"{ROOT} is read-only. Run this line, then try again there:\n\n    git clone {ROOT} {copy}\n")
    program, stamp = VENV / "bin" / "python", VENV / "pins"
    pins = fingerprint([python.path, str(VENV)], REQUIREMENTS)
    if stamp.exists() and stamp.read_text() == pins and program.exists():
        return program
    print(f"Installing the tools into {VENV.name} with Python {python.label} ...", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    make_venv(python, VENV)
    wanted = [word for path in REQUIREMENTS for word in ("--requirement", str(path))]
    checked([str(program), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted])
    stamp.write_text(pins)
    return program


def make_venv(python: Python, folder: Path) -> None:
    """Make a virtual environment; end the program with the line that helps if Python cannot."""
    command = [python.path, "-m", "venv", str(folder)]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if result.returncode and "ensurepip" in result.stdout:  # parts of it are there, so that it was found before
        sys.exit(f"{result.stdout}\n{advice({python.version: python})}")
    conclude(result)


def fingerprint(words: Iterable[str], paths: Iterable[Path]) -> str:
    """Give a text that changes when a word or the content of a file does."""
    digest = hashlib.sha256("\n".join(words).encode())
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def checked(command: list[str]) -> None:
    """Run a command; end the program with its line and output if it fails."""
    conclude(subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False))


def conclude(result: subprocess.CompletedProcess[str]) -> None:
    """End the program with the line and the output of a command that failed."""
    if result.returncode:
        sys.exit(f"{result.stdout}\nThis did not work: {shlex.join(result.args)}")


def advice(pythons: Mapping[Version, Python]) -> str:
    """Say what to install so that a .venv can be made."""
    sudo = "" if os.geteuid() == 0 else "sudo "
    package = "python3-venv"
    fitting = [python for version, python in pythons.items() if LOWEST <= version <= HIGHEST]
    if fitting:
        need = "Python is here but its venv module is not."
        debian = [python for python in fitting if python.path.startswith("/usr/bin/")]
        if debian:  # which need not be the distribution's python3
            package = f"python{max(debian, key=lambda python: python.version).label}-venv"
    else:
        need = "Needed: Python {}.{} to {}.{}; found: ".format(*LOWEST, *HIGHEST)
        need += ", ".join(python.label for python in pythons.values()) or "none"
    if shutil.which("apt-get"):
        return f"{need}\nRun this line, then try again:\n\n    {sudo}apt-get install -y {package}\n"
    return f"{need}\nInstall it with your system's package manager, then try again."
