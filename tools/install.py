# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Create virtual environments with the newest usable Python and pinned requirements. Recreate them if these change."""

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

from .python import Python, Version, label, newest
from .tree import ROOT

LOWEST: Version = (3, 11)
HIGHEST: Version = (3, 14)
VENV = ROOT / ".venv"
REQUIREMENTS = (ROOT / "requirements" / "dev.txt", ROOT / "requirements" / "demo.txt")


def ensure_venv(pythons: Mapping[Version, Python], name: str = "") -> Path:
    """Return the Python of ``.venv``, or of the environment of the requirements with this name, in ``.nox``.

    Create or recreate it first if needed.
    Exits with a command to run if the machine lacks a requirement.
    """
    python = newest(pythons, LOWEST, HIGHEST)
    if python is None:
        sys.exit(advice(pythons))
    if not os.access(ROOT, os.W_OK):
        copy = Path(tempfile.gettempdir(), ROOT.name)
        sys.exit(f"{ROOT} is read-only. Run this line, then try again there:\n\n    git clone {ROOT} {copy}\n")
    venv = ROOT / ".nox" / name if name else VENV
    requirements = (ROOT / "requirements" / f"{name}.txt",) if name else REQUIREMENTS
    program, stamp = venv / "bin" / "python", venv / "pins"
    pins = fingerprint([python.path, str(venv)], requirements)
    if stamp.exists() and stamp.read_text() == pins and program.exists():
        return program
    print(
        f"Installing the tools into {os.path.relpath(venv, ROOT)} with Python {label(python.version)} ...", flush=True
    )
    shutil.rmtree(venv, ignore_errors=True)
    make_venv(python, venv)
    wanted = [word for path in requirements for word in ("--requirement", str(path))]
    checked([str(program), "-m", "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check", *wanted])
    stamp.write_text(pins)
    return program


def make_venv(python: Python, folder: Path) -> None:
    """Create a virtual environment. If it fails, exit with the output and, if ensurepip is missing, with advice."""
    command = [python.path, "-m", "venv", str(folder)]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if result.returncode and "ensurepip" in result.stdout:  # Debian ships parts of it, so the check for it passed
        sys.exit(f"{result.stdout}\n{advice({python.version: python})}")
    conclude(result)


def fingerprint(words: Iterable[str], paths: Iterable[Path]) -> str:
    """Return a hash that changes if a word or the content of a file changes."""
    digest = hashlib.sha256("\n".join(words).encode())
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def checked(command: list[str]) -> None:
    """Run a command. If it fails, exit with its output and command line."""
    conclude(subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False))


def conclude(result: subprocess.CompletedProcess[str]) -> None:
    """Exit with the output and the command line if a command failed."""
    if result.returncode:
        sys.exit(f"{result.stdout}\nThis command failed: {shlex.join(result.args)}")


def advice(pythons: Mapping[Version, Python]) -> str:
    """Return the advice to install what ``.venv`` needs."""
    sudo = "" if os.geteuid() == 0 else "sudo "
    package = "python3-venv"
    fitting = [python for version, python in pythons.items() if LOWEST <= version <= HIGHEST]
    if fitting:
        need = "Python is installed, but its venv module is not."
        debian = [python for python in fitting if python.path.startswith("/usr/bin/")]
        if debian:  # not necessarily the distribution's python3
            package = f"python{label(max(python.version for python in debian))}-venv"
    else:
        found = ", ".join(map(label, pythons)) or "none"
        need = f"Needed: Python {label(LOWEST)} to {label(HIGHEST)}; found: {found}"
    if shutil.which("apt-get"):
        return f"{need}\nRun this line, then try again:\n\n    {sudo}apt-get install -y {package}\n"
    return f"{need}\nInstall it with your system's package manager, then try again."
