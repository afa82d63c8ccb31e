# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A playbook with the role node, in a folder of its own, with a store that keeps secrets in files."""

from __future__ import annotations

import json
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.unit.plugins.action.playbooks import Controller

Record = dict[str, Any]

STORE: Record = {
    "name": "Store the secrets",
    "ansible.builtin.copy": {
        "content": "{{ nodana_node_app_secrets | to_json }}",
        "dest": "{{ playbook_dir }}/store/{{ nodana_node_app.id }}",
        "mode": "0600",
    },
}
CONFIRM: Record = {
    "name": "Confirm that they are stored",
    "ansible.builtin.set_fact": {"nodana_node_stored": "{{ nodana_node_app.id }}"},
}


class Shop:
    """Runs the role for the project shop."""

    def __init__(self, folder: Path, simulator: Simulator) -> None:
        self.controller = Controller(folder, simulator.url, simulator.key)
        self.simulator = simulator
        self.folder = folder
        (folder / "store").mkdir()

    def write(self, name: str, tasks: Any) -> None:
        """Write a file of tasks, given as text or as a list, beside the playbook."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(tasks if isinstance(tasks, str) else json.dumps(tasks), encoding="utf-8")

    def deploy(self, *arguments: str, **variables: Any) -> CompletedProcess[str]:
        """Run the role; variables without the prefix ``nodana_node_``."""
        tasks = {
            "block": [{"ansible.builtin.include_role": {"name": "nodana.cloud.node"}}],
            "module_defaults": {"group/nodana.cloud.all": {"request_interval": 0}},
            "vars": {
                "nodana_node_project": "shop",
                "nodana_node_app_timeout": 5,
                **{f"nodana_node_{name}": value for name, value in variables.items()},
            },
        }
        ran = self.controller.play(tasks, arguments=("--vault-password-file", str(self.controller.vault), *arguments))
        assert "Traceback" not in ran.stdout + ran.stderr
        return ran

    @property
    def stored(self) -> dict[str, Record]:
        """The secrets in the store, by app."""
        return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (self.folder / "store").iterdir()}

    @property
    def files(self) -> list[str]:
        """The files of secrets, relative to their folder."""
        folder = self.controller.secrets
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.yml"))

    @property
    def seeds(self) -> dict[str, str]:
        """The seed phrases that the API showed, by app."""
        return {app["id"]: app["secrets"]["seed"] for app in self.simulator.account()["apps"]}
