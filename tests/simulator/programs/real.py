# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real programs behind the URLs of apps: how a Nutshell mint and an LNbits are started and ended."""

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
    """What starts a program: its command, where it is run, and what its environment says."""

    command: list[str]
    folder: Path
    environment: Mapping[str, str]


def nutshell(program: Path, data: Path, port: int, params: Mapping[str, Any]) -> Start:
    """A Nutshell mint with a wallet that pays nothing, named as its app was."""
    environment = {
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


def lnbits(program: Path, data: Path, port: int, _params: Mapping[str, Any]) -> Start:
    """An LNbits with a wallet that pays nothing. It finds its own files from the folder that it is installed in."""
    folder = next(program.parents[1].glob("lib/python*/site-packages"))
    environment = {
        "LNBITS_DATA_FOLDER": str(data),
        "LNBITS_EXTENSIONS_PATH": str(data / "extensions"),
        "LNBITS_EXTENSIONS_DEFAULT_INSTALL": "",
        "LNBITS_BACKEND_WALLET_CLASS": "FakeWallet",
        "LNBITS_ADMIN_UI": "true",
        "AUTH_SECRET_KEY": secrets.token_hex(32),
    }
    return Start([str(program), "--host", HOST, "--port", str(port)], folder, environment)


STARTS = {"nutshell": nutshell, "lnbits-phoenixd": lnbits, "lnbits": lnbits}
"""How each template's program is started."""


class RealProgram:
    """A program with data of its own that ends with this process. It can be ended and started again."""

    def __init__(self, template: str, program: Path, params: Mapping[str, Any]) -> None:
        """``program`` is the executable in its virtual environment."""
        self._data = Path(tempfile.mkdtemp(prefix="nodana-program-"))
        self.port = _free_port()
        self._start = STARTS[template](program, self._data, self.port, params)
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Start it, unless it runs. What it prints goes to a file among its data."""
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
        """End it and wait until it is gone."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=PATIENCE)
            self._process = None

    def remove(self) -> None:
        """End it and remove its data."""
        self.end()
        shutil.rmtree(self._data, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
