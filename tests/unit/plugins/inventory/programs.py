# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run Ansible's programs on an inventory file, in their own folder and environment."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[4]


def one_line(text: str) -> str:
    """Return messages on one line. Old versions of Ansible also wrap them at hyphens."""
    return " ".join(re.sub(r"(?<=\w-)\n(?=\w)", "", text).split())


class Ansible:
    """Runs ansible-core's programs with the collection and one inventory file. Tests can change ``environment``."""

    def __init__(self, folder: Path, api_url: str, api_key: str) -> None:
        self.folder = folder
        namespace = folder / "ansible_collections" / "nodana"
        namespace.mkdir(parents=True)
        (namespace / "cloud").symlink_to(ROOT)
        # Without the settings, proxies and keys of the user who runs the tests.
        kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(("ANSIBLE", "NODANA"))}
        self.environment = {
            **{name: value for name, value in kept.items() if not name.upper().endswith("_PROXY")},
            "ANSIBLE_COLLECTIONS_PATH": str(folder),
            "ANSIBLE_HOME": str(folder / "home"),
            "ANSIBLE_REMOTE_TMP": str(folder / "home" / "tmp"),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "NODANA_STATE_DIR": str(folder / "state"),
            "NODANA_API_URL": api_url,
            "NODANA_API_KEY": api_key,
        }
        self.write()

    def write(self, name: str = "nodana.yml", **options: Any) -> None:
        """Write and use an inventory file with these options, by default without a request interval."""
        self.source = self.folder / name
        content = {"plugin": "nodana.cloud.nodana", "request_interval": 0, **options}
        self.source.write_text(yaml.safe_dump(content), encoding="utf-8")

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run ansible-PROGRAM."""
        command = [sys.executable, "-m", f"ansible.cli.{program}", *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, encoding="utf-8", check=False
        )

    def list(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run ``ansible-inventory --list`` on the inventory file."""
        return self.run("inventory", "-i", str(self.source), "--list", *arguments)

    def listed(self, *arguments: str) -> dict[str, Any]:
        """Return the output of ``ansible-inventory --list``. The run must succeed without any other output."""
        result = self.list(*arguments)
        assert (result.returncode, result.stderr) == (0, "")
        listing: dict[str, Any] = json.loads(result.stdout)
        return listing

    def hosts(self) -> dict[str, dict[str, Any]]:
        """Return the variables of all hosts by host name."""
        variables: dict[str, dict[str, Any]] = self.listed()["_meta"]["hostvars"]
        return variables

    def failure(self, *arguments: str) -> str:
        """Return the messages of ``ansible-inventory --list`` on one line. The list must contain no host."""
        output = self.folder / "list.json"
        result = self.list("--output", str(output), *arguments)
        assert json.loads(output.read_text(encoding="utf-8"))["_meta"]["hostvars"] == {}
        said = one_line(result.stdout + result.stderr)
        assert "Traceback" not in said
        return said

    def play(self, *tasks: dict[str, Any]) -> subprocess.CompletedProcess[str]:
        """Run a playbook of these tasks on every host of the group nodana."""
        playbook = self.folder / "playbook.yml"
        play = {"hosts": "nodana", "gather_facts": False, "tasks": [*tasks]}
        playbook.write_text(yaml.safe_dump([play]), encoding="utf-8")
        return self.run("playbook", "-i", str(self.source), str(playbook))
