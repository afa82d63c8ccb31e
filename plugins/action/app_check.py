# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugin of app_check, which runs only on the controller."""

from __future__ import annotations

import time
from typing import Any

from ansible.plugins.action import ActionBase
from ansible_collections.nodana.cloud.plugins.module_utils._errors import NodanaError, WaitTimeout
from ansible_collections.nodana.cloud.plugins.plugin_utils._action import source_context
from ansible_collections.nodana.cloud.plugins.plugin_utils._action.arguments import (
    APP_OPTIONS,
    app_of,
    check_arguments,
    secrets_of,
)
from ansible_collections.nodana.cloud.plugins.plugin_utils._action.result import failure_of
from ansible_collections.nodana.cloud.plugins.plugin_utils._apps import health

Record = dict[str, Any]

OPTIONS: Record = {
    **APP_OPTIONS,
    "level": {"type": "str", "choices": ["alive", "well"], "default": "well"},
    "params": {"type": "dict", "default": {}},
}
PAUSE = 1.0  # seconds between two polls


class ActionModule(ActionBase):
    """Polls an app until it is healthy or the timeout is over."""

    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False
    clock: Any = time

    def run(self, tmp: str | None = None, task_vars: Record | None = None) -> Record:
        """Return the result of the task."""
        source_context.hide_credentials(self._task)
        result: Record = super().run(tmp, task_vars)
        try:
            return {**result, "changed": False, **self._checked(check_arguments(self._task.args, OPTIONS))}
        except NodanaError as error:
            return {**result, "changed": False, **failure_of(error)}

    def _checked(self, options: Record) -> Record:
        app = app_of(options)
        well = options["level"] == "well"
        known = secrets_of(options, self._loader).of(app.id) if well else {}
        rule = health.rule(app.template) if well else health.alive
        ends = self.clock.monotonic() + options["timeout"]
        looks = 0
        while True:
            verdict, looks = rule(app, known, options["params"]), looks + 1
            if verdict.well:
                return {"health": {"app": app.id, **health.NOTHING, **verdict.facts}, "looks": looks}
            if verdict.final or self.clock.monotonic() >= ends:
                over = "" if verdict.final else f" after {options['timeout']:g} s"
                raise WaitTimeout(f"{app} is not well{over}: {verdict.reason}", advice=health.advice(app.template))
            self.clock.sleep(PAUSE)
