# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follow a page as a reader does: write its files and run its commands in a shell, against the simulated API."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.controller import Controller
from ansible_collections.nodana.cloud.tests.unit.docs.blocks import Piece

PROGRAMS = {"ansible": "adhoc", **{f"ansible-{name}": name for name in ("playbook", "inventory", "vault")}}
FAST = {"group/nodana.cloud.all": {"request_interval": 0}}


def is_playbook(text: str) -> bool:
    """Return whether the text of a block is a playbook."""
    content = yaml.safe_load(text) if text.startswith("- ") else None
    return isinstance(content, list) and "hosts" in content[0]


class Reader:
    """A folder in which the files and commands of a page are used. Requests have no interval."""

    def __init__(self, folder: Path, simulator: Simulator) -> None:
        self.controller = Controller(folder, simulator.url, simulator.key)
        self.simulator = simulator
        self.folder = folder
        (folder / "vault-password").symlink_to(self.controller.vault)
        (folder / "bin").mkdir()
        for name, module in PROGRAMS.items():
            self.add_program(name, f'exec "{sys.executable}" -m ansible.cli.{module} "$@"')
        environment = self.controller.environment
        environment["PATH"] = f"{folder / 'bin'}{os.pathsep}{environment['PATH']}"
        environment["PWD"] = str(folder)
        environment["ANSIBLE_PIPELINING"] = "true"  # faster
        environment["ANSIBLE_PYTHON_INTERPRETER"] = sys.executable
        self._plays: list[dict[str, Any]] = []

    def add_program(self, name: str, script: str) -> None:
        """Add a program that runs a shell script."""
        program = self.folder / "bin" / name
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o700)

    def follow(self, pieces: list[Piece], refused: list[tuple[str, str]]) -> None:
        """Write the files, run the commands and fragments of tasks in their order, and then the other playbooks.

        ``refused`` has the beginning and the message of each command that must fail.
        """
        for piece in pieces:
            if piece.name:
                self.write(piece.name, piece.text)
        for piece in pieces:
            if piece.is_command:
                self.run(piece.text, next((said for start, said in refused if piece.text.startswith(start)), ""))
            elif not piece.name:
                self.continue_with(yaml.safe_load(self.adapted(piece.text)))
        for piece in pieces:
            if is_playbook(piece.text) and piece.name and not any(piece.name in one.text for one in pieces):
                self.run(f"ansible-playbook {piece.name} --vault-password-file vault-password")

    def write(self, name: str, text: str) -> None:
        """Write a file of a page. Playbooks and inventories get no request interval."""
        content = yaml.safe_load(text)
        if is_playbook(text):
            self._plays = [{**play, "module_defaults": FAST} for play in content]
            text = yaml.safe_dump(self._plays, sort_keys=False)
        elif isinstance(content, dict) and "plugin" in content:
            text += "request_interval: 0\n"
        (self.folder / name).write_text(text, encoding="utf-8")

    def continue_with(self, tasks: list[dict[str, Any]]) -> None:
        """Run tasks that continue the last playbook of the page."""
        (play,) = self._plays
        kept = {name: value for name, value in play.items() if name != "roles"}
        longer = [{**kept, "tasks": [*play.get("tasks", []), *tasks]}]
        (self.folder / "longer.yml").write_text(yaml.safe_dump(longer, sort_keys=False), encoding="utf-8")
        self.run("ansible-playbook longer.yml --vault-password-file vault-password")

    def run(self, command: str, refusal: str = "") -> None:
        """Run a command of a page. It must succeed, or else fail with the message ``refusal``."""
        command = self.adapted(command)
        if "nodana.cloud." in command and command.startswith("ansible-playbook"):
            command += " -e nodana_request_interval=0"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=self.folder,
            env=self.controller.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        shown = f"{command}\n{done.stdout}{done.stderr}"
        assert (done.returncode != 0) == bool(refusal), shown
        assert refusal in shown
        assert "Traceback" not in shown
        assert "Could not match supplied host pattern" not in shown

    def adapted(self, text: str, template: str = "phoenixd") -> str:
        """Return a text with the id of an app of the template, instead of the one in the documentation."""
        if "app-1234" not in text:
            return text
        ids = [app["id"] for app in self.simulator.account()["apps"] if app["template"] == template]
        return text.replace("app-1234", ids[0])
