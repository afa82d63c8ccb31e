# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run modules in this process: arguments in, result or error out, through the real client against the simulator.

The functions of the modules run on a clock that never sleeps. ``modules`` runs the same modules with ``AnsibleModule``.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple
from unittest import mock

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.nodana.cloud.plugins.module_utils._argspec import CONNECTION_OPTIONS
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._client.connection import Connection
from ansible_collections.nodana.cloud.plugins.module_utils._client.creations import Creations
from ansible_collections.nodana.cloud.plugins.module_utils._client.transport import Transport
from ansible_collections.nodana.cloud.plugins.module_utils._context import ModuleContext, Result
from ansible_collections.nodana.cloud.plugins.module_utils._errors import NodanaError
from ansible_collections.nodana.cloud.plugins.module_utils._local.receipts import Receipt
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import (
    AppSecrets,
    Owner,
    PendingApp,
    Record,
    Settlement,
)
from ansible_collections.nodana.cloud.plugins.module_utils._resources.settle import settle
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock

Ensure = Callable[[ModuleContext], None]

MODULES = "ansible_collections.nodana.cloud.plugins.modules"
STORED: Record = {"project": "shop", "name": "shop", "template": "phoenixd", "secrets_dir": "secrets", "wait": False}
"""Options for a phoenixd in the project shop whose secrets are stored, and for that project."""
RETURNED: Record = {"return_secrets": True}
"""Options for apps whose secrets are returned."""


class Run(NamedTuple):
    """The result of a run, and its error if it failed."""

    result: Result
    error: NodanaError | None

    def ok(self) -> Result:
        """Return the result of a run that must have succeeded. Raises the error of a run that failed."""
        if self.error:
            raise self.error
        return self.result

    @property
    def failure(self) -> NodanaError:
        """Return the error of a run that must have failed."""
        assert self.error is not None, "this should have failed"
        return self.error

    @property
    def message(self) -> str:
        return str(self.error) if self.error else ""

    @property
    def values(self) -> Record:
        """Return the values of the result."""
        return self.result.values

    @property
    def secrets(self) -> list[AppSecrets]:
        """Return the secrets in the handover."""
        return self.result.secrets


@functools.cache
def _module(name: str) -> tuple[Ensure, Record, ArgumentSpecValidator]:
    """Return the function of a module, its options, and their validator."""
    module = importlib.import_module(f"{MODULES}.{name}")
    with mock.patch.object(module, "run") as run:
        module.main()
    ensure, own = run.call_args.args
    options = {**CONNECTION_OPTIONS, **own}
    return ensure, options, ArgumentSpecValidator(options, **run.call_args.kwargs)


@dataclass
class Machine:
    """A machine with this collection. It runs modules with the first key of the simulator.

    A run gets those of the ``defaults`` that its module knows. ``kept`` contains the stored secrets of apps by id, and
    ``progress`` the texts for the user.
    """

    settle: ClassVar[Callable[..., None]] = staticmethod(settle)

    simulator: Simulator
    clock: FakeClock = field(default_factory=FakeClock)
    defaults: Record = field(default_factory=lambda: STORED)
    kept: dict[str, Record] = field(default_factory=dict)
    progress: list[str] = field(default_factory=list)

    @property
    def creations(self) -> Creations:
        return Creations(self.simulator.url, self.simulator.key, self.clock)

    def pending(self) -> list[Receipt]:
        return self.creations.pending()

    def run(
        self, module: str, *, store: bool = True, check: bool = False, owner: Owner | None = None, **options: Any
    ) -> Run:
        """Run a module. With ``store``, also do the part of the action plugin of a module that creates apps.

        The action plugin stores the secrets of the handover, removes their receipts and waits for the apps.
        """
        ensure, known, _validator = _module(module)
        run = _run(ensure, self.context(module, check=check, owner=owner, **options))
        if not (store and "secrets_dir" in known):
            return run
        self.kept.update(handed_over(run.result))
        receipts = [app.receipt for app in run.secrets if app.on_disk]
        pending = [] if run.error else [PendingApp.from_json(one.to_json()) for one in run.result.pending]
        if not (receipts or pending):
            return run
        settlement = Settlement(receipts, pending)
        later = _run(functools.partial(self.settle, settlement=settlement), self.context(module, **options))
        run.values.update({name: value for name, value in later.values.items() if name == "node"})
        return Run(run.result, run.error or later.error)

    def options(self, module: str, **given: Any) -> Record:
        """Return all options of a module: those given, where None means not set, and defaults for the others."""
        _ensure, options, validator = _module(module)
        connection = {"api_url": self.simulator.url, "api_key": self.simulator.key}
        known = {name: value for name, value in {**self.defaults, **connection}.items() if name in options}
        set_ = {name: value for name, value in {**known, **given}.items() if value is not None}
        validated = validator.validate(set_)
        assert not validated.error_messages, validated.error_messages
        return dict(validated.validated_parameters)

    def context(self, module: str, *, check: bool = False, owner: Owner | None = None, **options: Any) -> ModuleContext:
        """Return a new context of a module with these options."""
        result, chosen = Result(), self.options(module, **options)
        api = Api(Transport(Connection.from_options(chosen), self.clock, result.warnings.append))
        return ModuleContext(api, chosen, check, result, self.creations, self.clock, owner, self.progress.append)

    def app(self, **options: Any) -> Run:
        """Run ``nodana_app``."""
        return self.run("nodana_app", **options)

    def stack(self, *counts: tuple[str, int], **options: Any) -> Run:
        """Run ``nodana_stack`` for these counts of apps by template."""
        apps = [{"template": name, "count": count} for name, count in counts]
        return self.run("nodana_stack", **{"apps": apps, **options})

    def info(self, **options: Any) -> Run:
        """Run ``nodana_app_info``."""
        return self.run("nodana_app_info", **options)

    def project(self, **options: Any) -> Run:
        """Run ``nodana_project``."""
        return self.run("nodana_project", **options)

    def service(self, **options: Any) -> Run:
        """Run ``nodana_service``."""
        return self.run("nodana_service", **options)

    def has_secrets_of(self, app: Record) -> bool:
        """Return whether ``kept`` contains the unchanged secrets of an app from the state of the simulator."""
        sent = set(app["secrets"].values())
        return bool(sent) and sent == set(self.kept.get(app["id"], {}).values())


def handed_over(result: Result) -> dict[str, Record]:
    """Return the secrets in the handover of a result by app id."""
    return {app.app_id: app.secrets for app in result.secrets}


def _run(ensure: Ensure, context: ModuleContext) -> Run:
    try:
        ensure(context)
    except NodanaError as error:
        return Run(context.result, error)
    return Run(context.result, None)
