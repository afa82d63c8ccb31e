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
    "deployments": {"type": "raw"},
    "secrets_dir": {"type": "path"},
    "secrets_tasks": {"type": "path"},
    "secrets_vault_id": ENCRYPTION_OPTIONS["secrets_vault_id"],
    "secrets_encryption": {"type": "str", "default": "vault"},
    "playbook": {"type": "str", "choices": list(preflight.PLAYBOOK_VARIABLES)},
    **{name: {"type": "raw"} for name in preflight.TIMEOUTS},
}


class ActionModule(ControllerAction):
    """Checks the variables of the role node, or names and timeouts of a playbook, and fails with all problems."""

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
        playbook = options["playbook"]
        yield from preflight.misspelt_variables(self.task_vars or {}, playbook)
        yield from preflight.timeout_problems(options, playbook)
        if playbook in (None, preflight.DEPLOY):
            yield from self._problems_of_role(options, tasks, playbook)

    def _problems_of_role(self, options: Record, tasks: str | None, playbook: str | None) -> Iterator[str]:
        names = {name: preflight.name_of(name, playbook) for name in preflight.ROLE_VARIABLES}
        try:
            check_name(options["project"] or None, names["project"])
        except Invalid as error:
            yield error.message
        problems = find_problems(options["deployments"], names["deployments"])
        if not options["project"] and needs_project(options["deployments"]):
            yield f"{names['project']} is not set, but apps belong to a project"
        yield from problems
        if options["secrets_encryption"] not in ("vault", "none"):
            yield f"{names['secrets_encryption']} must be vault or none"
        yield from self._folder_problems(options, names["secrets_dir"])
        if tasks:
            yield from preflight.task_file_problems(tasks, self._loader)

    def _folder_problems(self, options: Record, name: str) -> Iterator[str]:
        places = secrets_of({**options, "secrets": {}}, self._loader)
        try:
            for folder in (places.folder, places.claims):
                if folder is None:
                    raise Invalid(f"{name} is empty")
                folder.check(dry=True)
        except NodanaError as error:
            yield str(error)
