# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a module under Ansible. This is the only file that uses ``AnsibleModule``."""

from __future__ import annotations

import gc

from ._argspec import CONNECTION_OPTIONS
from ._client.light_requests import import_requests

gc.set_threshold(100_000)  # a module is a short process: garbage collection would take a tenth of its time
import_requests()

import copy
import time
import traceback
from collections.abc import Callable
from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.common.text.converters import to_text

from ._client.api import Api
from ._client.connection import Connection
from ._client.creations import Creations
from ._client.redaction import credentials_in, masked, parameters, without
from ._client.transport import REQUESTS_IMPORT_ERROR, Transport
from ._context import ModuleContext, Result
from ._errors import Invalid, NodanaError
from ._plain import plain
from ._protocol import HANDOVER, INTERNAL_OPTIONS, Handover, Owner, Record, SealedHandover, Settlement

try:  # ansible-core 2.22 and newer mask secrets at every output
    from ansible.module_utils.secrets import register_secrets
except ImportError:
    register_secrets = None

gc.freeze()  # what is imported lives until the end: the search for garbage there would take a twentieth of the time


def run(ensure: Callable[[ModuleContext], None], options: dict[str, dict[str, Any]], **constraints: Any) -> None:
    """Run a module and end the process with its result, or with the error and what was done before it.

    ``ensure`` does the work. ``options`` are the module's options in addition to the connection options, and
    ``constraints`` are arguments of ``AnsibleModule`` such as ``mutually_exclusive``.

    A module that creates apps runs twice. With ``secrets_dir``, the one-time secrets are stored before anything waits:
    1. The action plugin checks the secrets folder and runs the module, which creates the apps and does not wait.
    2. The module hands over the secrets, each with the path of its receipt on disk.
    3. The action plugin stores the secrets.
    4. The action plugin runs the module again with ``_settled``: the receipts to remove, and the apps to wait for.
    5. ``settle`` does that, and the action plugin merges the current records of the apps into the result.
    """
    module = _Module({**CONNECTION_OPTIONS, **options}, supports_check_mode=True, **constraints)
    if REQUESTS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
    result = Result()
    failure = _failure(ensure, module, result, for_nodes="nodes_api_key" in options)
    for warning in result.warnings:
        module.warn(plain(warning))
    output = {"changed": result.changed, **result.values}
    if failure is not None:
        output["msg"] = str(failure)
        output["error"] = {"code": failure.code, "name": failure.name, "message": failure.message}
    elif module._diff and (result.before or result.after):
        output["diff"] = {"before": result.before, "after": result.after}
        if "minimum_requests" in result.values:
            output["diff"]["after_header"] = f"at least {result.values['minimum_requests']} request(s)"
    output = plain(output)
    if result.secrets or result.pending:
        output[HANDOVER] = module.sealed(Handover(result.secrets, result.pending)).to_json()
    if failure is not None:
        module.fail_json(**output)
    module.exit_json(**output)


def _failure(
    ensure: Callable[[ModuleContext], None], module: AnsibleModule, result: Result, *, for_nodes: bool
) -> NodanaError | None:
    """Run the module and return its error, or None.

    The error is returned and not raised: ``fail_json`` inside an except block would add a traceback to the result.
    """
    try:
        _check_wait_timeout(module.params)
        connection = Connection.for_nodes(module.params) if for_nodes else Connection.from_options(module.params)
        kind = "nodes" if for_nodes else ""
        creations = Creations(connection.api_url, connection.api_key, time, kind)
        api = Api(Transport(connection, warn=result.warnings.append))
        owner = Owner.from_json(module.internal["_owner"]) if "_owner" in module.internal else None
        context = ModuleContext(
            api, module.params, module.check_mode, result, creations, owner=owner, progress=_progress(module)
        )
        if "_settled" in module.internal:
            if for_nodes:  # imported here because most runs create nothing
                from ._resources.node_wait import settle
            else:
                from ._resources.settle import settle

            settle(context, Settlement.from_json(module.internal["_settled"]))
        else:
            ensure(context)
    except NodanaError as error:
        return error
    except Exception as defect:  # the result may hold one-time secrets, so it must still be returned
        place = traceback.extract_tb(defect.__traceback__)[-1]
        return NodanaError(
            f"nodana.cloud has a defect: {type(defect).__name__} in {place.name}, line {place.lineno}",
            advice="Please report it. The rest of this result shows what was done before.",
        )
    return None


def _progress(module: AnsibleModule) -> Callable[[str], object]:
    """Return what takes the texts about the progress. Without a file for them, that does nothing."""
    if "_progress" not in module.internal:
        return str
    from ._local.progress_file import (
        ProgressFile,
    )  # imported here because the action plugin alone knows whether it is needed

    return ProgressFile(module.internal["_progress"])


def _check_wait_timeout(options: Record) -> None:
    """Check that ``wait_timeout`` is a finite number of seconds, 0 or more. Raises Invalid."""
    timeout = options.get("wait_timeout")
    if timeout is not None and not 0 <= timeout < float("inf"):
        raise Invalid(
            "wait_timeout must be a number of seconds, 0 or more", advice="Use wait: false to not wait at all."
        )


class _Module(AnsibleModule):
    """An AnsibleModule that also hides credentials inside options such as ``params``.

    Ansible itself only hides options that are declared with ``no_log``.
    """

    _handover: Record = {}  # noqa: RUF012 (never changed)

    def sealed(self, handover: Handover) -> SealedHandover:
        """Return the handover sealed, so that Ansible's masking cuts nothing out of it."""
        from ._seal import seal

        self._handover = handover.to_json()
        return SealedHandover(
            seal(self._handover, self.no_log_values | self._credentials()),
            [one.receipt for one in handover.secrets],
            all(one.on_disk for one in handover.secrets),
        )

    def log(self, msg: Any, log_args: Any = None) -> None:
        """Write a log message without credentials."""
        hidden = self.no_log_values | self._credentials()
        shown = {name: without(to_text(value), hidden) for name, value in (log_args or {}).items()}
        super().log(without(to_text(msg), hidden), log_args=shown)

    def exit_json(self, **kwargs: Any) -> None:
        """Exit with a result that contains no credentials."""
        self._hide_credentials()
        super().exit_json(**kwargs)

    def fail_json(self, msg: str, **kwargs: Any) -> None:
        """Fail with a result that contains no credentials."""
        self._hide_credentials()
        super().fail_json(msg, **kwargs)

    def _credentials(self) -> set[str]:
        given = parameters(getattr(self, "params", None) or {}, self.argument_spec)
        loaded = parameters(getattr(self, "_loaded", {}), self.argument_spec)
        return credentials_in([*given, *(params for params in loaded if not isinstance(params, str))])

    def _load_params(self) -> None:
        """Take out the options of the action plugin, and keep a copy of all others as they were passed.

        The options of the action plugin are not in the argument spec, because that must be documented for users.

        Of an option that Ansible refuses, only a text is sure to stay in ``params``. Credentials in other values are
        read from the copy.
        """
        super()._load_params()
        names = INTERNAL_OPTIONS if "secrets_dir" in self.argument_spec else ()
        self.internal = {name: self.params.pop(name) for name in names if name in self.params}
        self._loaded = copy.deepcopy(self.params)

    def _hide_credentials(self) -> None:
        """Hide credentials in repeated options, and register them with Ansible for the rest of the result.

        Ansible cuts a registered string out of every text of the result. So a string that occurs in the handover, such
        as a short one that is by chance part of a new app's id or URL, is not registered.
        """
        found = self._credentials()
        if found:
            unknown = [name for name in self.params if name not in self.argument_spec]
            repeated = {name: self.params[name] for name in ("params", "apps", *unknown) if name in self.params}
            self.params.update(masked(repeated, found))
        hidden = {text for text in found if masked(self._handover, {text}) == self._handover}
        self.no_log_values.update(hidden)
        if register_secrets is not None:
            register_secrets(hidden)
