# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugin of nodana_app_health_info, which runs only on the controller."""

from __future__ import annotations

from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._client.connection import BOUNDS_OF_REQUEST, check_seconds
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Invalid
from ansible_collections.nodana.cloud.plugins.plugin_utils._action.arguments import APP_OPTIONS, secrets_of
from ansible_collections.nodana.cloud.plugins.plugin_utils._action.base import ControllerAction
from ansible_collections.nodana.cloud.plugins.plugin_utils._action.progress import Progress
from ansible_collections.nodana.cloud.plugins.plugin_utils._apps import health_survey

Record = dict[str, Any]

OPTIONS: Record = {
    "apps": {"type": "list", "elements": "dict", "required": True},
    "secrets_dir": APP_OPTIONS["secrets_dir"],
    "request_timeout": APP_OPTIONS["request_timeout"],
}


class ActionModule(ControllerAction):
    """Checks the health of apps, each once."""

    options = OPTIONS

    def perform(self, result: Record, options: Record) -> None:
        """Check the apps. Raises Invalid if an option is not valid, and never because of an app."""
        apps, request_timeout = options["apps"], options["request_timeout"]
        check_seconds("request_timeout", request_timeout, *BOUNDS_OF_REQUEST)
        if not all(app.get("id") for app in apps):
            raise Invalid(
                "Each entry of apps must have an id",
                advice="Set apps to what nodana_app_info or nodana_node_info returns.",
            )
        secrets = secrets_of({**options, "secrets": {}}, self._loader)
        progress = Progress(self._display, (self.task_vars or {}).get("inventory_hostname", "localhost"), self.clock)
        certs = options["validate_certs"]
        result["health"] = health_survey.check_apps(apps, secrets, request_timeout, certs, progress.show)
