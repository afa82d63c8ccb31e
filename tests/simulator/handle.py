# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a simulator as a context manager, for tests and the demo. This module needs only the standard library.

Within ``with Simulator(rate_interval=0, startup_delay=0) as simulator:``, the API is at ``simulator.url`` and accepts
``simulator.key``.
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
    """A simulator in a child process. The child ends with the ``with`` block, and at the latest with this process."""

    def __init__(self, keys: tuple[str, ...] = (DEFAULT_KEY,), python: str = sys.executable, **settings: Any) -> None:
        """Prepare the command of the simulator.

        ``keys`` creates one account for each key. ``python`` is an interpreter that has aiohttp. ``settings`` are
        settings of the simulator, for example ``rate_interval=0`` or ``generation=["nodes"]``.
        """
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
        """Start the child and wait until it listens.

        Raises ``RuntimeError`` with its error output if it does not start.
        """
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
        """Stop the child."""
        self.stop()

    def stop(self) -> None:
        """Stop the child. Kill it if it does not stop within 5 s. Do nothing if it is already stopped."""
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
        """Return the process id of the child, or None if it does not run."""
        return self._process.pid if self._process else None

    @property
    def url(self) -> str:
        """Return the base URL of the API, with ``/v1``."""
        return f"http://127.0.0.1:{self.port}/v1"

    def settings(self, **values: Any) -> dict[str, Any]:
        """Change settings. Return all settings."""
        settings: dict[str, Any] = self._control("POST", "settings", values)
        return settings

    def fault(self, name: str, **details: Any) -> None:
        """Let the next matching request fail.

        ``details`` are ``method``, ``path``, ``times``, ``seconds`` and ``status``.
        """
        self._control("POST", "faults", [{"fault": name, **details}])

    def faults(self) -> list[dict[str, Any]]:
        """Return the pending faults."""
        faults: list[dict[str, Any]] = self._control("GET", "faults")
        return faults

    def clear_faults(self) -> None:
        """Remove the pending faults."""
        self._control("DELETE", "faults")

    def log(self) -> dict[str, Any]:
        """Return the ``requests`` since the log was last cleared and the number of ``violations``."""
        log: dict[str, Any] = self._control("GET", "log")
        return log

    def clear_log(self) -> None:
        """Clear the log."""
        self._control("DELETE", "log")

    def state(self) -> dict[str, Any]:
        """Return the whole contents of all accounts, including secrets."""
        state: dict[str, Any] = self._control("GET", "state")
        return state

    def account(self, number: int = 1) -> dict[str, Any]:
        """Return the whole contents of an account.

        ``number`` counts the accounts from 1, in the order of their keys.
        """
        account: dict[str, Any] = self.state()["accounts"][f"account-{number}"]
        return account

    def reset(self) -> None:
        """Reset the simulator to its initial state."""
        self._control("POST", "reset", {})

    def release(self, service: str, version: str) -> None:
        """Publish a newer version of a service."""
        self._control("POST", "releases", {service: version})

    def force_status(self, app_id: str, status: str | None) -> None:
        """Set the status of an app. A status of None restores the real one."""
        self._control("POST", f"apps/{app_id}", {"status": status})

    def force_node(self, node_id: str, **fields: str | None) -> None:
        """Set ``status``, ``failureMessage`` or ``updateStatus`` of a node. Without fields, restore the real ones."""
        self._control("POST", f"nodes/{node_id}", fields)

    def programs(self) -> dict[str, list[str]]:
        """Return the requests to the stand-ins by app, each in the form ``GET /getinfo 200``."""
        programs: dict[str, list[str]] = self._control("GET", "programs")
        return programs

    def change_program(self, app_id: str, **values: Any) -> None:
        """Change the program of an app.

        ``values`` are attributes of the stand-in that tests can set, or ``kill=True``.
        """
        self._control("POST", f"programs/{app_id}", values)

    def fill(self, projects: int = 0, apps: int = 0, template: str = "phoenixd", nodes: int = 0) -> None:
        """Add projects to the account of the first key, each with this number of apps, and add nodes."""
        self._control("POST", "fill", {"projects": projects, "apps": apps, "template": template, "nodes": nodes})

    def _control(self, method: str, path: str, body: Any = None) -> Any:
        # Use http.client, because it ignores the proxies of the environment.
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
    if isinstance(value, (list, tuple)):
        return [f"--{flag}", *value]
    return [f"--{flag}", str(value)]


def _awaited_port(process: subprocess.Popen[bytes], port_file: Path, errors: Path) -> int:
    deadline = time.monotonic() + START_DEADLINE
    while not port_file.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the simulator did not start: {errors.read_text(encoding='utf-8', errors='replace')}")
        time.sleep(0.02)
    return int(port_file.read_text(encoding="utf-8"))
