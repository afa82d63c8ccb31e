# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Action plugins that need no module, run against served apps, and those apps as the API creates them."""

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


class Own:
    """Runs tasks of one plugin in a folder of its own, on a clock that never sleeps."""

    def __init__(self, plugin: Any, folder: Path, simulator: Simulator) -> None:
        self.plugin = plugin
        self.folder = folder
        self.simulator = simulator
        self.clock = FakeClock()
        self.password = b"right"

    @property
    def secrets(self) -> SecretsFolder:
        """The folder of secrets."""
        return SecretsFolder(str(self.folder / "secrets"), Vault(self._loader()))

    @property
    def claims(self) -> SecretsFolder:
        """The folder of credentials."""
        return SecretsFolder(str(self.folder / "secrets" / "claims"), Vault(self._loader()))

    def run(self, app: Record | None, *, check_mode: bool = False, **arguments: Any) -> Record:
        """Run a task and return its result."""
        given = {"app": app, "secrets_dir": "secrets", **arguments}
        task = SimpleNamespace(
            args={name: value for name, value in given.items() if value is not None},
            async_val=0,
            check_mode=check_mode,
            get_ds=lambda: None,
            delegate_to=None,
            action="nodana.cloud.app",
        )
        connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir="/nowhere"))
        loader = self._loader()
        context = SimpleNamespace(no_log=False, remote_addr="localhost")
        plugin = self.plugin(task, connection, context, loader, Templar(loader=loader), None)
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

    def _loader(self) -> DataLoader:
        loader = DataLoader()
        loader.set_basedir(str(self.folder))
        loader.set_vault_secrets([("default", VaultSecret(self.password))] if self.password else [])
        return loader
