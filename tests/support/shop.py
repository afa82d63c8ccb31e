# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the role node in a real ansible-playbook, with a store that keeps secrets in files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.controller import Controller, Ran

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
    """Runs the role with these ``variables`` for the project shop. ``results`` are those of its last successful run.

    ``apply`` has keywords for all tasks of the role.
    """

    def __init__(self, folder: Path, simulator: Simulator, request_interval: float = 0, **variables: Any) -> None:
        self.controller = Controller(folder, simulator.url, simulator.key)
        self.simulator = simulator
        self.folder = folder
        self.results: list[Record] = []
        self.apply: Record = {}
        self._variables = {"project": "shop", **variables}
        self._pace = {"group/nodana.cloud.all": {"request_interval": request_interval}}
        (folder / "store").mkdir()

    def write(self, name: str, tasks: Any) -> None:
        """Write a file of tasks, given as text or as a list, beside the playbook."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(tasks if isinstance(tasks, str) else json.dumps(tasks), encoding="utf-8")

    def deploy(self, *arguments: str, **variables: Any) -> Ran:
        """Run the role once, with variables without the prefix ``nodana_node_``."""
        return self.deploy_each([variables], *arguments)

    def deploy_each(self, runs: list[Record], *arguments: str) -> Ran:
        """Run the role once for each set of variables, in one playbook. A run that fails does not stop the others."""
        kept = self.folder / "results.json"
        kept.unlink(missing_ok=True)
        keep = {"content": "{{ nodana_node_results | to_json }}", "dest": str(kept), "mode": "0600"}
        tasks = [self._block(variables) for variables in runs]
        if len(runs) == 1:
            del tasks[0]["rescue"]
            tasks.append({"ansible.builtin.copy": keep, "changed_when": False})
        block = {"block": tasks, "module_defaults": self._pace}
        ran = self.controller.play(block, arguments=(*self.controller.opened, *arguments))
        assert "Traceback" not in ran.stdout + ran.stderr
        if kept.exists():
            self.results = json.loads(kept.read_text(encoding="utf-8"))
        return ran

    def _block(self, variables: Record) -> Record:
        """Return a block that runs the role and goes on if it fails. Facts come before the variables of a block."""
        role = {
            "ansible.builtin.include_role": {"name": "nodana.cloud.node", "apply": self.apply},
            "tags": "always",  # The tag applies to the include, not to the included tasks.
        }
        given = {f"nodana_node_{name}": value for name, value in {**self._variables, **variables}.items()}
        return {"block": [role], "rescue": [{"ansible.builtin.meta": "noop"}], "vars": given}

    @property
    def stored(self) -> dict[str, Record]:
        """Return the secrets in the store, by app."""
        return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (self.folder / "store").iterdir()}

    @property
    def files(self) -> list[str]:
        """Return the secrets files, relative to their folder."""
        folder = self.controller.secrets
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.yml"))

    @property
    def seeds(self) -> dict[str, str]:
        """Return the seed phrases that the API showed, by app."""
        return {app["id"]: app["secrets"]["seed"] for app in self.simulator.account()["apps"]}
