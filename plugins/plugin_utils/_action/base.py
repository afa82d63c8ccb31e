# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Base classes of the action plugins."""

from __future__ import annotations

import copy
import time
from collections.abc import Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible_collections.nodana.cloud.plugins.module_utils._argspec import CONNECTION_OPTIONS
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Invalid, NodanaError
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record

from .._secrets.file_format import native
from . import source_context
from .result import mark_failed

GROUP_OPTIONS: dict[str, dict[str, Any]] = {
    name: {option: value for option, value in spec.items() if option != "fallback"}
    for name, spec in CONNECTION_OPTIONS.items()
}
"""The connection options of the modules in the action group, so that its ``module_defaults`` fit every module."""


class NodanaAction(ActionBase):
    """Validates the arguments of a task against ``options``, performs it, and turns an error into a failed result.

    ``initial`` are keys that the result always has.
    """

    _supports_check_mode = True
    _supports_async = False
    options: Mapping[str, Any] = {}
    initial: Mapping[str, Any] = {}

    def run(self, tmp: str | None = None, task_vars: Record | None = None) -> Record:
        """Return the result of the task."""
        source_context.hide_credentials(self._task)
        result: Record = super().run(tmp, task_vars)
        result.update({"changed": False, **copy.deepcopy(dict(self.initial))})
        self.task_vars = task_vars
        try:
            self.perform(result, check_arguments(self.arguments(), self.options))
        except NodanaError as error:
            mark_failed(result, error)
        return result

    def arguments(self) -> Record:
        """Return the arguments that ``options`` describe."""
        arguments: Record = self._task.args
        return arguments

    def perform(self, result: Record, options: Record) -> None:
        """Do the work and fill the result. Raises NodanaError, which fails the task."""
        raise NotImplementedError


class ControllerAction(NodanaAction):
    """An action plugin without a module: it runs on the controller alone.

    It accepts the connection options of the action group in addition to its own ``options``.
    """

    _requires_connection = False
    clock: Any = time

    def __init_subclass__(cls) -> None:
        cls.options = {**GROUP_OPTIONS, **cls.options}


def check_arguments(arguments: Record, options: Mapping[str, Any]) -> Record:
    """Return the validated options. Raises Invalid with all errors that the validation finds.

    A record that a module returned may have more fields than the suboptions of its option. These are ignored.
    """
    given = _plain(arguments)
    for name, option in options.items():
        if "options" in option and isinstance(given.get(name), dict):
            given[name] = {field: value for field, value in given[name].items() if field in option["options"]}
    validated = ArgumentSpecValidator(dict(options)).validate(given)
    if validated.error_messages:
        raise Invalid("; ".join(validated.error_messages))
    return dict(validated.validated_parameters)


def _plain(value: Any) -> Any:
    """Return plain Python values for Ansible's own types. Vaulted strings are decrypted."""
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value if value is None or isinstance(value, (bool, int, float)) else native(str(value))
