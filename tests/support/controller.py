# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run Ansible's programs in a folder and an environment of their own. This file imports nothing of the collection."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

Record = dict[str, Any]
Ran = subprocess.CompletedProcess[str]

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "the vault password"
NOWHERE = ("http://127.0.0.1:1/v1", "unused-key-0123456789")


class Controller:
    """A folder with the collection, playbooks and a vault password, ``vault``.

    Ansible gets neither the settings, proxies and keys of the user who runs the tests, nor their home. Tests may change
    ``environment``. Without an API, every request fails. ``prefix`` is a command that runs the programs.
    """

    prefix: tuple[str, ...] = ()

    def __init__(self, folder: Path, api_url: str = NOWHERE[0], api_key: str = NOWHERE[1]) -> None:
        self.folder = folder
        namespace = folder / "ansible_collections" / "nodana"
        namespace.mkdir(parents=True)
        (namespace / "cloud").symlink_to(ROOT)
        self.vault = folder / "vault"
        self.vault.write_text(PASSWORD + "\n", encoding="utf-8")
        self.environment = {
            **own_environment(),
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
        """Return the folder of the secrets files, unless a task names another one."""
        return self.folder / "secrets"

    @property
    def opened(self) -> tuple[str, str]:
        """Return the arguments that hand the vault password to a program."""
        return ("--vault-password-file", str(self.vault))

    def run(self, program: str, *arguments: str) -> Ran:
        """Run ansible-PROGRAM; ``adhoc`` is the program ansible."""
        command = [*self.prefix, sys.executable, "-m", f"ansible.cli.{program}", *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, encoding="utf-8", check=False
        )

    def write_play(self, *tasks: Record, name: str = "playbook", **keywords: Any) -> Path:
        """Write a playbook of these tasks, for localhost unless there are other ``hosts``. Return its path."""
        variables = {"ansible_python_interpreter": sys.executable}
        play = {"hosts": "localhost", "gather_facts": False, "vars": variables, **keywords, "tasks": list(tasks)}
        playbook = self.folder / f"{name}.yml"
        playbook.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
        return playbook

    def play(self, *tasks: Record, arguments: tuple[str, ...] | None = None) -> Ran:
        """Run a playbook of these tasks, with the vault password unless there are other ``arguments``."""
        given = self.opened if arguments is None else arguments
        return self.run("playbook", *given, str(self.write_play(*tasks)))

    def result(self, task: Record, arguments: tuple[str, ...] | None = None) -> Record:
        """Run a task, which may fail, and return its result in the form that the playbook sees.

        ``shown`` in the result is the output of the run.
        """
        (result,) = self.results(task, arguments=arguments)
        return result

    def results(self, *tasks: Record, arguments: tuple[str, ...] | None = None) -> list[Record]:
        """Run tasks one after the other in one playbook, whether they fail or not. Return the result of each."""
        output = self.folder / "result.json"
        output.unlink(missing_ok=True)
        names = [f"outcome_{number}" for number, _task in enumerate(tasks)]
        keep = {"content": f"{{{{ [{', '.join(names)}] | to_json }}}}", "dest": str(output), "mode": "0600"}
        ran = self.play(
            *({**task, "register": name, "ignore_errors": True} for name, task in zip(names, tasks)),
            {"ansible.builtin.copy": keep, "no_log": True, "check_mode": False},
            arguments=arguments,
        )
        shown = ran.stdout + ran.stderr
        assert output.exists(), shown
        assert "Traceback" not in shown
        results: list[Record] = json.loads(output.read_text(encoding="utf-8"))
        return [{**result, "shown": shown} for result in results]

    def content(self, path: str | Path, *arguments: str) -> Record:
        """Return the content of a secrets file, decrypted by ``ansible-vault view``."""
        shown = self.run("vault", "view", *(arguments or self.opened), str(path))
        assert shown.returncode == 0, shown.stderr
        content: Record = yaml.safe_load(shown.stdout)
        return content

    def store(self, name: str, content: Record) -> None:
        """Write a secrets file as the creation of an app does."""
        path = self.secrets / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        path.chmod(0o600)
        encrypted = self.run("vault", "encrypt", *self.opened, str(path))
        assert encrypted.returncode == 0, encrypted.stderr


class Inventory(Controller):
    """A controller with one inventory file in use, ``source``."""

    def __init__(self, folder: Path, api_url: str, api_key: str) -> None:
        super().__init__(folder, api_url, api_key)
        self.write()

    def write(self, name: str = "nodana.yml", **options: Any) -> None:
        """Write an inventory file with these options, without a pace unless they set one, and use it."""
        self.source = self.folder / name
        content = {"plugin": "nodana.cloud.nodana", "request_interval": 0, **options}
        self.source.write_text(yaml.safe_dump(content), encoding="utf-8")

    def list(self, *arguments: str) -> Ran:
        """Run ``ansible-inventory --list`` on the inventory file."""
        return self.run("inventory", "-i", str(self.source), "--list", *arguments)

    def listed(self, *arguments: str) -> Record:
        """Return the output of ``ansible-inventory --list``. The run must succeed without any other output."""
        result = self.list(*arguments)
        assert (result.returncode, result.stderr) == (0, "")
        listing: Record = json.loads(result.stdout)
        return listing

    def hosts(self) -> dict[str, Record]:
        """Return the variables of all hosts by host name."""
        variables: dict[str, Record] = self.listed()["_meta"]["hostvars"]
        return variables

    def play(self, *tasks: Record, arguments: tuple[str, ...] | None = None) -> Ran:
        """Run a playbook of these tasks on every host of the group nodana, with other ``arguments`` if given."""
        playbook = self.write_play(*tasks, hosts="nodana", vars={})
        return self.run("playbook", "-i", str(self.source), *(arguments or ()), str(playbook))

    def failure(self, *arguments: str) -> str:
        """Return the messages of ``ansible-inventory --list`` on one line. The list must contain no host."""
        output = self.folder / "list.json"
        result = self.list("--output", str(output), *arguments)
        assert json.loads(output.read_text(encoding="utf-8"))["_meta"]["hostvars"] == {}
        said = one_line(result.stdout + result.stderr)
        assert "Traceback" not in said
        return said


def one_line(text: str) -> str:
    """Return messages on one line. Old versions of Ansible also wrap them at hyphens."""
    return " ".join(re.sub(r"(?<=\w-)\n(?=\w)", "", text).split())


def own_environment() -> dict[str, str]:
    """Return the environment of this process without settings of Ansible and Nodana, and without proxies."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(("ANSIBLE", "NODANA", "EDA")) and not name.upper().endswith("_PROXY")
    }


def app_task(**options: Any) -> Record:
    """Return a task of ``nodana_app`` that creates a phoenixd. Its secrets folder is beside the playbook."""
    chosen = {"template": "phoenixd", "request_interval": 0, "secrets_dir": "secrets", **options}
    return {"nodana.cloud.nodana_app": {name: value for name, value in chosen.items() if value is not None}}
