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
from typing import Any, NamedTuple
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
from ansible_collections.nodana.cloud.plugins.module_utils._resources.settle import settle
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock

Record = dict[str, Any]
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
    def receipts(self) -> list[Record]:
        """Return the receipts of the handover."""
        return self.result.handover["receipts"]

    @property
    def secrets(self) -> dict[str, Record]:
        """Return the secrets in the handover by app id."""
        return handed_over(self.result)


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

    A run gets those of the ``defaults`` that its module knows. ``kept`` contains the stored secrets of apps by id.
    """

    simulator: Simulator
    clock: FakeClock = field(default_factory=FakeClock)
    defaults: Record = field(default_factory=lambda: STORED)
    kept: dict[str, Record] = field(default_factory=dict)

    @property
    def creations(self) -> Creations:
        return Creations(self.simulator.url, self.simulator.key, self.clock)

    def pending(self) -> list[Receipt]:
        return self.creations.pending()

    def run(self, module: str, *, store: bool = True, check: bool = False, **options: Any) -> Run:
        """Run a module. With ``store``, also do the part of the action plugin of a module that creates apps.

        The action plugin stores the secrets of the handover, removes their receipts and waits for the apps.
        """
        ensure, known, _validator = _module(module)
        run = self._run(ensure, self.options(module, **options), check)
        if not (store and "_settled" in known):
            return run
        self.kept.update(run.secrets)
        paths = [receipt["path"] for receipt in run.receipts if receipt["path"]]
        awaited = [] if run.error else run.result.handover["await"]
        if not (paths or awaited):
            return run
        settled = {"receipts": paths, "await": awaited}
        later = self._run(settle, self.options(module, **options, _settled=settled))
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

    def context(self, options: Record, check: bool = False) -> ModuleContext:
        """Return a new context."""
        result = Result()
        api = Api(Transport(Connection.from_options(options), self.clock, result.warnings.append))
        return ModuleContext(api, options, check, result, self.creations, self.clock)

    def _run(self, ensure: Ensure, options: Record, check: bool = False) -> Run:
        context = self.context(options, check)
        try:
            ensure(context)
        except NodanaError as error:
            return Run(context.result, error)
        return Run(context.result, None)

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
    return {receipt["app"]["id"]: receipt["secrets"] for receipt in result.handover["receipts"]}
