# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-playbook and ansible-vault in a folder and surroundings of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[4]
PASSWORD = "the vault password"


class Controller:
    """A folder with playbooks and a vault password, ``vault``; ``environment`` may be changed."""

    def __init__(self, folder: Path, api_url: str, api_key: str) -> None:
        self.folder = folder
        namespace = folder / "ansible_collections" / "nodana"
        namespace.mkdir(parents=True)
        (namespace / "cloud").symlink_to(ROOT)
        self.vault = folder / "vault"
        self.vault.write_text(PASSWORD + "\n", encoding="utf-8")
        # Neither the settings of whoever runs the tests, nor their proxies and keys.
        kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(("ANSIBLE", "NODANA"))}
        self.environment = {
            **{name: value for name, value in kept.items() if not name.upper().endswith("_PROXY")},
            "ANSIBLE_COLLECTIONS_PATH": str(folder),
            "ANSIBLE_HOME": str(folder / "home"),
            "ANSIBLE_REMOTE_TMP": str(folder / "home" / "tmp"),
            "ANSIBLE_ASYNC_DIR": str(folder / "home" / "async"),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_STDOUT_CALLBACK": "default",
            "NODANA_STATE_DIR": str(folder / "state"),
            "NODANA_API_URL": api_url,
            "NODANA_API_KEY": api_key,
        }

    @property
    def secrets(self) -> Path:
        """The folder of the secrets files, unless a task names another one."""
        return self.folder / "secrets"

    def play(
        self, *tasks: dict[str, Any], arguments: tuple[str, ...] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a playbook of these tasks, with the vault password unless there are other ``arguments``."""
        playbook = self.folder / "playbook.yml"
        play = {
            "hosts": "localhost",
            "gather_facts": False,
            "vars": {"ansible_python_interpreter": sys.executable},
            "tasks": list(tasks),
        }
        playbook.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
        given = ("--vault-password-file", str(self.vault)) if arguments is None else arguments
        return self.run("playbook", *given, str(playbook))

    def result(self, task: dict[str, Any], arguments: tuple[str, ...] | None = None) -> dict[str, Any]:
        """Run a task, which may fail, and return its result in the form that the playbook sees."""
        output = self.folder / "result.json"
        output.unlink(missing_ok=True)
        keep = {"content": "{{ outcome | to_json }}", "dest": str(output), "mode": "0600"}
        ran = self.play(
            {**task, "register": "outcome", "ignore_errors": True},
            {"ansible.builtin.copy": keep, "no_log": True, "check_mode": False},
            arguments=arguments,
        )
        assert output.exists(), ran.stdout + ran.stderr
        result: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
        result["shown"] = ran.stdout + ran.stderr
        assert "Traceback" not in result["shown"]
        return result

    def content(self, path: str | Path, *arguments: str) -> dict[str, Any]:
        """Return the content of a secrets file, decrypted by ``ansible-vault view``."""
        given = arguments or ("--vault-password-file", str(self.vault))
        shown = self.run("vault", "view", *given, str(path))
        assert shown.returncode == 0, shown.stderr
        content: dict[str, Any] = yaml.safe_load(shown.stdout)
        return content

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run ansible-PROGRAM."""
        command = [sys.executable, "-m", f"ansible.cli.{program}", *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, encoding="utf-8", check=False
        )


def app_task(**options: Any) -> dict[str, Any]:
    """Return a task of ``nodana_app`` that creates a phoenixd. Its secrets folder is beside the playbook."""
    chosen = {"template": "phoenixd", "request_interval": 0, "secrets_dir": "secrets", **options}
    return {"nodana.cloud.nodana_app": {name: value for name, value in chosen.items() if value is not None}}
