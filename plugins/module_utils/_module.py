# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where modules meet Ansible: shared options, one run, one way out. No other room knows AnsibleModule."""

from __future__ import annotations

import gc

from ._argspec import CONNECTION_OPTIONS

gc.set_threshold(100_000)  # a module is a short process: looking for garbage would cost it a tenth of its time

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
from ._protocol import HANDOVER

try:  # ansible-core 2.22 and newer mask secrets at every output
    from ansible.module_utils.secrets import register_secrets
except ImportError:
    register_secrets = None


def run(ensure: Callable[[ModuleContext], None], options: dict[str, dict[str, Any]], **constraints: Any) -> None:
    """Run a module: its ``options`` beside the connection ones, the ``constraints`` between them, and what it ensures.

    End the process with the result, or with the failure and as much as was done by then.

    A module that creates runs twice:
    1. The action plugin checks the secrets folder and runs the module, which creates and does not wait.
    2. The module hands the secrets over, each with the path of its receipt on disk.
    3. The action plugin stores the secrets.
    4. It runs the module again with ``_settled``: the receipts to remove, and the apps to wait for.
    5. ``settle`` does that, and the action plugin merges the apps as they are now into the result.
    """
    module = _Module({**CONNECTION_OPTIONS, **options}, supports_check_mode=True, **constraints)
    if REQUESTS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
    result = Result()
    failure = _failure(ensure, module, result)
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
    if any(result.handover.values()):
        output[HANDOVER] = module.sealed(result.handover)
    if failure is not None:
        module.fail_json(**output)
    module.exit_json(**output)


def _failure(ensure: Callable[[ModuleContext], None], module: AnsibleModule, result: Result) -> NodanaError | None:
    """Run the task and give what went wrong, if anything: a caller past the except block shows no traceback."""
    try:
        _check_wait_timeout(module.params)
        connection = Connection.from_options(module.params)
        creations = Creations(connection.api_url, connection.api_key, time)
        api = Api(Transport(connection, warn=result.warnings.append))
        context = ModuleContext(api, module.params, module.check_mode, result, creations)
        if module.params.get("_settled") is None:
            ensure(context)
        else:
            from ._resources.settle import settle  # most tasks create nothing

            settle(context)
    except NodanaError as error:
        return error
    except Exception as defect:  # one-time secrets in the outcome must still get out
        place = traceback.extract_tb(defect.__traceback__)[-1]
        return NodanaError(
            f"nodana.cloud has a defect: {type(defect).__name__} in {place.name}, line {place.lineno}",
            advice="Please report it; the rest of this result says what was done before.",
        )
    return None


def _check_wait_timeout(options: dict[str, Any]) -> None:
    """Refuse a time that no wait can keep. Raises Invalid."""
    timeout = options.get("wait_timeout")
    if timeout is not None and not 0 <= timeout < float("inf"):
        raise Invalid("wait_timeout must be a number of seconds, 0 or more", advice="wait: false does not wait at all.")


class _Module(AnsibleModule):
    """An AnsibleModule that hides the credentials inside options such as ``params``, not only options that are one."""

    _handover: dict[str, Any] = {}  # noqa: RUF012 (never changed)

    def sealed(self, handover: dict[str, Any]) -> dict[str, Any]:
        """Return the handover in a form that nothing is cut out of."""
        from ._seal import seal

        self._handover = handover
        return {
            "sealed": seal(handover, self.no_log_values | self._credentials()),
            "receipts": [receipt["marker"] for receipt in handover["receipts"]],
            "on_disk": all(receipt["path"] for receipt in handover["receipts"]),
        }

    def log(self, msg: Any, log_args: Any = None) -> None:
        """Log without credentials."""
        hidden = self.no_log_values | self._credentials()
        shown = {name: without(to_text(value), hidden) for name, value in (log_args or {}).items()}
        super().log(without(to_text(msg), hidden), log_args=shown)

    def exit_json(self, **kwargs: Any) -> None:
        """End with a result that repeats no credential."""
        self._hide_credentials()
        super().exit_json(**kwargs)

    def fail_json(self, msg: str, **kwargs: Any) -> None:
        """Fail with a result that repeats no credential."""
        self._hide_credentials()
        super().fail_json(msg, **kwargs)

    def _credentials(self) -> set[str]:
        given = parameters(getattr(self, "params", None) or {}, self.argument_spec)
        loaded = parameters(getattr(self, "_loaded", {}), self.argument_spec)
        return credentials_in([*given, *(params for params in loaded if not isinstance(params, str))])

    def _load_params(self) -> None:
        """Keep the options as they came: of what Ansible refuses, only texts are sure to stay among the options."""
        super()._load_params()
        self._loaded = copy.deepcopy(self.params)

    def _hide_credentials(self) -> None:
        """Hide credentials where options are repeated, and wherever else they turn up.

        Ansible cuts a hidden word out of every text of the result. A short one that is part of a new app's id or URL
        by chance stays.
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
