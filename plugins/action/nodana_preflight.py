# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugin of nodana_preflight, which runs only on the controller and sends no request."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from ansible_collections.nodana.cloud.plugins.module_utils._errors import Invalid, NodanaError
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record
from ansible_collections.nodana.cloud.plugins.module_utils._resources.app_spec import check_name
from ansible_collections.nodana.cloud.plugins.plugin_utils._action.arguments import (
    ENCRYPTION_OPTIONS,
    secrets_of,
)
from ansible_collections.nodana.cloud.plugins.plugin_utils._action.base import ControllerAction
from ansible_collections.nodana.cloud.plugins.plugin_utils._reports import preflight
from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.deployments import find_problems, needs_project

OPTIONS: Record = {
    "project": {"type": "str"},
    "deployments": {"type": "list", "elements": "dict", "required": True},
    "secrets_dir": {"type": "path", "required": True},
    "secrets_tasks": {"type": "path"},
    **{name: {"type": "float"} for name in preflight.TIMEOUTS},
    **ENCRYPTION_OPTIONS,
}


class ActionModule(ControllerAction):
    """Checks the variables of the role node and fails with a list of all problems."""

    options = OPTIONS
    initial = MappingProxyType({"problems": []})

    def perform(self, result: Record, options: Record) -> None:
        """Check the variables. Raises Invalid, whose message lists all problems."""
        tasks = self._loader.path_dwim(options["secrets_tasks"]) if options["secrets_tasks"] else None
        result["check_mode"] = bool(self._task.check_mode)
        result["problems"] = list(self._problems(options, tasks))
        if result["problems"]:
            raise Invalid("\n".join(result["problems"]), advice="No request was sent to Nodana.")
        if tasks:
            result["secrets_tasks"] = tasks

    def _problems(self, options: Record, tasks: str | None) -> Iterator[str]:
        try:
            check_name(options["project"] or None, "nodana_node_project")
        except Invalid as error:
            yield error.message
        if not options["project"] and needs_project(options["deployments"]):
            yield "nodana_node_project is not set, but apps belong to a project (nodana_project in the playbook deploy)"
        yield from find_problems(options["deployments"])
        yield from preflight.timeout_problems(options)
        places = secrets_of({**options, "secrets": {}}, self._loader)
        try:
            for folder in (places.folder, places.claims):
                if folder is None:
                    raise Invalid("nodana_node_secrets_dir is empty")
                folder.check(dry=True)
        except NodanaError as error:
            yield str(error)
        if tasks:
            yield from preflight.task_file_problems(tasks, self._loader)
