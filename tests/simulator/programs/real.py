# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start and stop the real programs behind the URLs of apps: a Nutshell mint and an LNbits."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
PATIENCE = 20.0


@dataclass(frozen=True)
class Start:
    """The start of a program: its command, its working directory and its environment variables."""

    command: list[str]
    folder: Path
    environment: Mapping[str, str]


def nutshell(program: Path, data: Path, port: int, params: Mapping[str, Any]) -> Start:
    """Return how to start a Nutshell mint with a fake wallet and with the name from the params of its app.

    ``program`` can also be in a folder of packages that replace those in the environment of its Python.
    """
    packages = program.parents[1]
    environment = {
        **({"PYTHONPATH": str(packages)} if (packages / "cashu").is_dir() else {}),
        "MINT_BACKEND_BOLT11_SAT": "FakeWallet",
        "MINT_PRIVATE_KEY": secrets.token_hex(32),
        "MINT_LISTEN_HOST": HOST,
        "MINT_LISTEN_PORT": str(port),
        "MINT_DATABASE": str(data / "mint"),
        "TOR": "FALSE",
    }
    named = {"mint_name": "MINT_INFO_NAME", "mint_description": "MINT_INFO_DESCRIPTION"}
    told = {variable: params[param] for param, variable in named.items() if param in params}
    return Start([str(program)], data, {**environment, **told})


def lnbits(program: Path, data: Path, port: int, params: Mapping[str, Any]) -> Start:
    """Return how to start an LNbits with a fake wallet. The param ``first_install_token`` is its install token.

    It runs in the folder where it is installed, because it looks for its own files there.
    """
    folder = next(program.parents[1].glob("lib/python*/site-packages"))
    environment = {
        "LNBITS_DATA_FOLDER": str(data),
        "LNBITS_EXTENSIONS_PATH": str(data / "extensions"),
        "LNBITS_EXTENSIONS_DEFAULT_INSTALL": "",
        "LNBITS_BACKEND_WALLET_CLASS": "FakeWallet",
        "LNBITS_ADMIN_UI": "true",
        "AUTH_SECRET_KEY": secrets.token_hex(32),
        **({"FIRST_INSTALL_TOKEN": params["first_install_token"]} if "first_install_token" in params else {}),
    }
    return Start([str(program), "--host", HOST, "--port", str(port)], folder, environment)


STARTS = {"nutshell": nutshell, "lnbits-phoenixd": lnbits, "lnbits": lnbits}
"""The functions that return how to start the program of a template."""


class RealProgram:
    """A real program with its own data folder. It ends with this process and can be stopped and started repeatedly."""

    def __init__(self, template: str, program: Path, params: Mapping[str, Any]) -> None:
        """``program`` is the path of the executable in its virtual environment."""
        self._template, self._program = template, program
        self._data = Path(tempfile.mkdtemp(prefix="nodana-program-"))
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.configure(params)

    def configure(self, params: Mapping[str, Any]) -> None:
        """Set the params of the next start."""
        self._start = STARTS[self._template](self._program, self._data, self.port, params)

    def begin(self) -> None:
        """Start the program, unless it runs. Its output is written to a file in its data folder."""
        if self._process is not None and self._process.poll() is None:
            return
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        supervisor = str(Path(__file__).with_name("supervise.py"))
        with (self._data / "output").open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, supervisor, str(os.getpid()), str(self._data), *self._start.command],
                cwd=self._start.folder,
                env={**kept, "HOME": str(self._data), **self._start.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def end(self) -> None:
        """Stop the program and wait until it has ended."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=PATIENCE)
            self._process = None

    def remove(self) -> None:
        """Stop the program and remove its data folder."""
        self.end()
        shutil.rmtree(self._data, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
