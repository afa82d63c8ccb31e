# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Base class of the action plugins that run on the controller alone."""

from __future__ import annotations

import copy
import time
from collections.abc import Mapping
from typing import Any

from ansible.plugins.action import ActionBase
from ansible_collections.nodana.cloud.plugins.module_utils._errors import NodanaError
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record

from . import source_context
from .arguments import check_arguments
from .result import failure_of


class ControllerAction(ActionBase):
    """Validates the arguments of a task against ``options``, performs it, and turns an error into a failed result.

    ``initial`` are the keys that the result has whatever happens.
    """

    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False
    options: Mapping[str, Any] = {}
    initial: Mapping[str, Any] = {}
    clock: Any = time

    def run(self, tmp: str | None = None, task_vars: Record | None = None) -> Record:
        """Return the result of the task."""
        source_context.hide_credentials(self._task)
        result: Record = super().run(tmp, task_vars)
        result.update({"changed": False, **copy.deepcopy(dict(self.initial))})
        try:
            self.perform(result, check_arguments(self._task.args, dict(self.options)))
        except NodanaError as error:
            result.update(failure_of(error))
        return result

    def perform(self, result: Record, options: Record) -> None:
        """Do the work and fill the result. Raises NodanaError, which fails the task."""
        raise NotImplementedError
