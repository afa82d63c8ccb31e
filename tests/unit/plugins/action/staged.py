# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An action plugin whose module is a list of results."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleConnectionFailure
from ansible_collections.nodana.cloud.plugins.action.nodana_app import ActionModule
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import (
    AppSecrets,
    Handover,
    PendingApp,
    Record,
    SealedHandover,
)
from ansible_collections.nodana.cloud.plugins.module_utils._seal import seal
from ansible_collections.nodana.cloud.tests.support.actions import Action

SEED = "abandon abandon about"


def app(app_id: str = "app-1", **fields: Any) -> Record:
    """Return an app in the form of the module's result."""
    return {"id": app_id, "project_id": "prj-1", "template": "phoenixd", "url": None, "status": None, **fields}


def secrets_of(app_id: str = "app-1", **fields: Any) -> AppSecrets:
    """Return secrets that a module hands over."""
    known: Record = {
        "app_id": app_id,
        "project_id": "prj-1",
        "template": "phoenixd",
        "url": None,
        "created_at": "2026-11-23T17:00:00Z",
        "api_url": "https://api.nodana.io/v1",
        "secrets": {"seed": SEED, "password": "0123456789"},
        "receipt": f"/state/{app_id}.receipt",
    }
    return AppSecrets(**{**known, **fields})


PENDING = PendingApp(app(), made_at=17.0)


def handed(*secrets: AppSecrets, pending: tuple[PendingApp, ...] = ()) -> Record:
    """Return a handover of these secrets as the module seals it."""
    sealed = seal(Handover(list(secrets), list(pending)).to_json(), ())
    return SealedHandover(sealed, [one.receipt for one in secrets], all(one.on_disk for one in secrets)).to_json()


def created(*secrets: AppSecrets, pending: tuple[PendingApp, ...] = (PENDING,), **fields: Any) -> Record:
    """Return the result of a module that created an app and handed over these secrets."""
    handover = handed(*(secrets or [secrets_of()]), pending=pending)
    return {"changed": True, "created": True, "app": app(), "nodana_handover": handover, **fields}


class Staged(Action):
    """Runs the plugin with a module that gives ``results`` one after the other; ``calls`` are its arguments."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(ActionModule, folder)
        self.secrets = folder / "secrets"
        self.state = folder / "state"
        monkeypatch.setenv("NODANA_STATE_DIR", str(self.state))
        self.results: list[Record | Exception] = []
        self.calls: list[Record] = []
        self.during: Callable[[], object] = lambda: None
        self.warnings: list[str] = []
        self._monkeypatch = monkeypatch

    def run(self, *, check_mode: bool = False, no_log: bool = True, **arguments: Any) -> Record:
        """Run a task with these arguments and return its result."""
        plugin = self.prepare("nodana_app", {"template": "phoenixd", **arguments}, check_mode=check_mode, no_log=no_log)
        self._monkeypatch.setattr(plugin, "_execute_module", self._execute)
        self._monkeypatch.setattr(plugin._display, "warning", self.warnings.append)
        self._play_context = plugin._play_context
        result: Record = plugin.run(task_vars={})
        assert plugin._task.args == {"template": "phoenixd", **arguments}, "the task's own arguments were changed"
        assert not self._play_context.no_log
        return result

    def _execute(self, module_name: str, module_args: Record, **_others: Any) -> Record:
        assert module_name == "nodana.cloud.nodana_app"
        assert self._play_context.no_log, "connection plugins may show what the module says"
        self.calls.append(module_args)
        self.during()
        result = self.results.pop(0)
        if isinstance(result, Exception):
            raise result
        return result


UNREACHABLE = AnsibleConnectionFailure("the connection is gone")
