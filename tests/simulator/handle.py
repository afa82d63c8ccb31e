# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A running simulator as a context manager, for tests and the demo. Needs only the standard library itself.

``with Simulator(rate_interval=0, startup_delay=0) as simulator:`` has it at ``simulator.url`` with ``simulator.key``.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_KEY = "simulator-key-0123456789abcdef"
START_DEADLINE = 60.0


class Simulator:
    """A simulator in a child process that ends with the ``with`` block, and with this process in any case."""

    def __init__(self, keys: tuple[str, ...] = (DEFAULT_KEY,), python: str = sys.executable, **settings: Any) -> None:
        """An account a key. ``python`` has aiohttp. ``settings`` are those of the simulator, as ``rate_interval=0``."""
        self.keys = keys
        self.key = keys[0]
        self._command = [python, "-m", "tests.simulator", "--parent", str(os.getpid())]
        for key in keys:
            self._command += ["--key", key]
        for name, value in settings.items():
            self._command += _flag(name, value)
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    def __enter__(self) -> Simulator:
        """Start it and wait until it listens. ``RuntimeError`` with what it said when it does not."""
        with tempfile.TemporaryDirectory(prefix="nodana-simulator-") as folder:
            port_file = Path(folder, "port")
            errors = Path(folder, "errors")
            with errors.open("wb") as output:
                command = [*self._command, "--port-file", str(port_file)]
                self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=output)
            try:
                self.port = _awaited_port(self._process, port_file, errors)
            except BaseException:
                self.stop()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the child."""
        self.stop()

    def stop(self) -> None:
        """End the child, by force when it does not listen. Again is fine."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    @property
    def pid(self) -> int | None:
        """The id of the child, while it runs."""
        return self._process.pid if self._process else None

    @property
    def url(self) -> str:
        """The base URL of the API."""
        return f"http://127.0.0.1:{self.port}/v1"

    def settings(self, **values: Any) -> dict[str, Any]:
        """Change settings; gives all of them."""
        settings: dict[str, Any] = self._control("POST", "settings", values)
        return settings

    def fault(self, name: str, **details: Any) -> None:
        """Let the next matching request fail; details are ``method``, ``path``, ``times``, ``seconds``, ``status``."""
        self._control("POST", "faults", [{"fault": name, **details}])

    def faults(self) -> list[dict[str, Any]]:
        """The faults still to come."""
        faults: list[dict[str, Any]] = self._control("GET", "faults")
        return faults

    def clear_faults(self) -> None:
        """Forget the faults still to come."""
        self._control("DELETE", "faults")

    def log(self) -> dict[str, Any]:
        """``requests`` since the log was cleared and the number of ``violations``."""
        log: dict[str, Any] = self._control("GET", "log")
        return log

    def clear_log(self) -> None:
        """Forget the requests so far."""
        self._control("DELETE", "log")

    def state(self) -> dict[str, Any]:
        """Everything in all accounts, secrets included."""
        state: dict[str, Any] = self._control("GET", "state")
        return state

    def account(self, number: int = 1) -> dict[str, Any]:
        """Everything in the account of the first key, or of another."""
        account: dict[str, Any] = self.state()["accounts"][f"account-{number}"]
        return account

    def reset(self) -> None:
        """Back to how it started."""
        self._control("POST", "reset", {})

    def release(self, service: str, version: str) -> None:
        """Make a newer version of a service available."""
        self._control("POST", "releases", {service: version})

    def force_status(self, app_id: str, status: str | None) -> None:
        """Give an app this status; None releases it."""
        self._control("POST", f"apps/{app_id}", {"status": status})

    def programs(self) -> dict[str, list[str]]:
        """What was asked of the stand-ins of apps, as ``GET /getinfo 200``, by app."""
        programs: dict[str, list[str]] = self._control("GET", "programs")
        return programs

    def change_program(self, app_id: str, **values: Any) -> None:
        """Change the program of an app: what the stand-in lets tests set, or ``kill=True``."""
        self._control("POST", f"programs/{app_id}", values)

    def fill(self, projects: int, apps: int, template: str = "phoenixd") -> None:
        """Add projects with so many apps each to the account of the first key."""
        self._control("POST", "fill", {"projects": projects, "apps": apps, "template": template})

    def _control(self, method: str, path: str, body: Any = None) -> Any:
        # http.client: no proxy of the environment can get in between.
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, f"/_simulator/{path}", None if body is None else json.dumps(body))
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        if answer.status != 200:
            raise ValueError(f"{method} {path}: {text}")
        return json.loads(text)


def _flag(name: str, value: Any) -> list[str]:
    flag = name.replace("_", "-")
    if isinstance(value, bool):
        return [f"--{flag}" if value else f"--no-{flag}"]
    return [f"--{flag}", str(value)]


def _awaited_port(process: subprocess.Popen[bytes], port_file: Path, errors: Path) -> int:
    deadline = time.monotonic() + START_DEADLINE
    while not port_file.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the simulator did not start: {errors.read_text(encoding='utf-8', errors='replace')}")
        time.sleep(0.02)
    return int(port_file.read_text(encoding="utf-8"))
