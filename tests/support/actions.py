# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run action plugins in this process: the arguments of a task in, its result out."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultSecret
from ansible.template import Templar
from ansible_collections.nodana.cloud.plugins.module_utils._client import records
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets.store import SecretsFolder
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets.vault import Vault
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock
from ansible_collections.nodana.cloud.tests.unit.simulator.asking import Asking

Record = dict[str, Any]


def loader(*passwords: tuple[str, bytes], folder: Path | None = None) -> DataLoader:
    """Return a loader for files in this folder, with these vault passwords by their labels."""
    made = DataLoader()
    if folder:
        made.set_basedir(str(folder))
    made.set_vault_secrets([(label, VaultSecret(password)) for label, password in passwords])
    return made


class Action:
    """Runs tasks of an action plugin whose playbook is in ``folder``. An empty ``password`` is none."""

    def __init__(self, plugin: Any, folder: Path) -> None:
        self.plugin = plugin
        self.folder = folder
        self.password = b"right"

    def loader(self) -> DataLoader:
        """Return a loader with the vault password."""
        return loader(*([("default", self.password)] if self.password else []), folder=self.folder)

    def prepare(self, action: str, arguments: Record, *, check_mode: bool = False, no_log: bool = False) -> Any:
        """Return the plugin for a task of the collection with these arguments."""
        task = SimpleNamespace(
            args=arguments,
            async_val=0,
            check_mode=check_mode,
            no_log=no_log,
            delegate_to=None,
            environment=None,
            action=f"nodana.cloud.{action}",
            get_ds=lambda: None,
        )
        connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir="/nowhere", env_prefix=lambda **_names: ""))
        context = SimpleNamespace(no_log=False, remote_addr="localhost")
        loader = self.loader()
        return self.plugin(task, connection, context, loader, Templar(loader=loader), None)


class Own(Action):
    """Runs tasks of a plugin that needs no module, against served apps, on a clock that never sleeps."""

    def __init__(self, plugin: Any, folder: Path, simulator: Simulator) -> None:
        super().__init__(plugin, folder)
        self.simulator = simulator
        self.clock = FakeClock()

    @property
    def secrets(self) -> SecretsFolder:
        """Return the folder of secrets."""
        return SecretsFolder(str(self.folder / "secrets"), Vault(self.loader()))

    @property
    def claims(self) -> SecretsFolder:
        """Return the folder of credentials."""
        return SecretsFolder(str(self.folder / "secrets" / "claims"), Vault(self.loader()))

    def run(self, app: Record | None, *, check_mode: bool = False, **arguments: Any) -> Record:
        """Run a task and return its result."""
        given = {"app": app, "secrets_dir": "secrets", **arguments}
        given = {name: value for name, value in given.items() if value is not None}
        plugin = self.prepare("app", given, check_mode=check_mode)
        plugin.clock = self.clock
        result: Record = plugin.run(task_vars={})
        return result

    def create(self, template: str, *, store: bool = True, **params: Any) -> Record:
        """Create an app, store its secrets, and return its record in the form of the modules."""
        api = Asking(self.simulator.port, self.simulator.key)
        created = api.data("POST", "/apps", {"template": template, "params": params})
        app = records.app(api.data("GET", f"/apps/{created['id']}"))
        names = {"restrictedPassword": "restricted_password"}
        secrets = {names.get(name, name): v for name, v in created.items() if name not in ("id", "projectId", "url")}
        if store and secrets:
            self.secrets.check(dry=False)
            known = {name: app[name] for name in ("project_id", "template", "url", "created_at")}
            self.secrets.store({"app_id": app["id"], **known, "api_url": self.simulator.url, "secrets": secrets})
        return app

    def asked(self, app: Record) -> list[str]:
        """Return the requests that the app received. Do not clear them."""
        return self.simulator.programs()[app["id"]]

    def restart(self, app: Record) -> None:
        """Stop and start an app."""
        for call in ("stop", "start"):
            Asking(self.simulator.port, self.simulator.key).data("POST", f"/apps/{app['id']}/{call}")
