# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run Ansible in an isolated folder and measure its playbook runs."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..simulator.handle import Simulator
from ..support import controller
from .measure import Run, run

Record = dict[str, Any]

PLAYBOOKS = controller.ROOT / "tests" / "bench" / "playbooks"


@dataclass(frozen=True)
class Played:
    """A run of a playbook, with its numbers of requests, of writes and of rate limit violations."""

    run: Run
    requests: int
    writes: int
    violations: int


class Controller:
    """A folder with a vault password. It ignores the Ansible and Nodana settings of the user."""

    def __init__(self, folder: Path, simulator: Simulator) -> None:
        self.folder = folder
        ansible = controller.Controller(folder, simulator.url, simulator.key)
        self.password = ansible.vault
        self.environment = {**ansible.environment, "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false"}
        self._simulator = simulator

    def play(self, playbook: Path, variables: Record, key: str | None = None) -> Played:
        """Run a playbook with these variables. ``key`` is one of the simulator's keys and defaults to the first one.

        Raises ``RuntimeError`` with the output of Ansible if the playbook fails.
        """
        values = self.folder / "variables.json"
        values.write_text(json.dumps({"password_file": str(self.password), **variables}), encoding="utf-8")
        command = [sys.executable, "-m", "ansible.cli.playbook", "--vault-password-file", str(self.password)]
        environment = {**self.environment, **({"NODANA_API_KEY": key} if key else {})}
        self._simulator.clear_log()
        done = run([*command, "--extra-vars", f"@{values}", str(playbook)], environment, self.folder / "output")
        print(f"  {playbook.stem:<10} {done.seconds:6.1f} s", flush=True)  # Show progress.
        log = self._simulator.log()
        writes = sum(request["method"] != "GET" for request in log["requests"])
        return Played(done, len(log["requests"]), writes, log["violations"])

    def written(self, name: str, *tasks: Record) -> Path:
        """Write a playbook with these tasks for localhost and return its path."""
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]), encoding="utf-8")
        return path
