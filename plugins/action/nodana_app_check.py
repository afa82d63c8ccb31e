# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugin of nodana_app_check, which runs only on the controller."""

from __future__ import annotations

from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record
from ansible_collections.nodana.cloud.plugins.plugin_utils._action.arguments import (
    APP_OPTIONS,
    app_of,
    secrets_of,
)
from ansible_collections.nodana.cloud.plugins.plugin_utils._action.base import ControllerAction
from ansible_collections.nodana.cloud.plugins.plugin_utils._apps import health

OPTIONS: Record = {
    **APP_OPTIONS,
    "level": {"type": "str", "choices": ["alive", "healthy"], "default": "healthy"},
    "params": {"type": "dict", "default": {}},
    "created": {"type": "bool", "default": False},
}


class ActionModule(ControllerAction):
    """Polls an app until it is healthy or the timeout is over."""

    options = OPTIONS

    def perform(self, result: Record, options: Record) -> None:
        """Poll the app. Raises WaitTimeout if it does not become healthy, and what reading its secrets raises."""
        app = app_of(options)
        healthy = options["level"] == "healthy"
        known = secrets_of(options, self._loader).of(app.id) if healthy else {}
        rule = health.rule(app.template) if healthy else health.alive
        expected = health.Expected(options["params"], options["created"])
        verdict, polls = health.wait_until_healthy(rule, app, known, expected, options["timeout"], self.clock)
        result.update(health={"app": app.id, **health.NOTHING, **verdict.facts}, polls=polls)
