# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugin of nodana_app_check, which runs only on the controller."""

from __future__ import annotations

from ansible_collections.nodana.cloud.plugins.module_utils._errors import WaitTimeout
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
}
PAUSE = 1.0  # seconds between two polls


class ActionModule(ControllerAction):
    """Polls an app until it is healthy or the timeout is over."""

    options = OPTIONS

    def perform(self, result: Record, options: Record) -> None:
        """Poll the app. Raises WaitTimeout if it does not become healthy, and what reading its secrets raises."""
        app = app_of(options)
        healthy = options["level"] == "healthy"
        known = secrets_of(options, self._loader).of(app.id) if healthy else {}
        rule = health.rule(app.template) if healthy else health.alive
        ends = self.clock.monotonic() + options["timeout"]
        polls = 0
        while True:
            verdict, polls = rule(app, known, options["params"]), polls + 1
            if verdict.healthy:
                result.update(health={"app": app.id, **health.NOTHING, **verdict.facts}, polls=polls)
                return
            if verdict.final or self.clock.monotonic() >= ends:
                over = "" if verdict.final else f" after {options['timeout']:g} s"
                raise WaitTimeout(f"{app} is not healthy{over}: {verdict.reason}", advice=health.advice(app.template))
            self.clock.sleep(PAUSE)
