# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""node_preflight, which runs on the controller alone and asks nobody."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from ansible.plugins.action import ActionBase
from ansible_collections.nodana.cloud.plugins.module_utils import _project
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Invalid, NodanaError
from ansible_collections.nodana.cloud.plugins.plugin_utils import _app_result, _deployments, _own_arguments
from ansible_collections.nodana.cloud.plugins.plugin_utils._known_secrets import CLAIMS
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets_folder import SecretsFolder
from ansible_collections.nodana.cloud.plugins.plugin_utils._vault import Vault

Record = dict[str, Any]

OPTIONS: Record = {
    "project": {"type": "str", "required": True},
    "deployments": {"type": "list", "elements": "dict", "required": True},
    "secrets_dir": {"type": "path", "required": True},
    "secrets_tasks": {"type": "path"},
    **_own_arguments.ENCRYPTION,
}


class ActionModule(ActionBase):
    """Fails with everything that is wrong with the variables of the role node."""

    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: Record | None = None) -> Record:
        """Give the result of the task."""
        result: Record = super().run(tmp, task_vars)
        result.update(changed=False, problems=[])
        try:
            options = _own_arguments.checked(self._task.args, OPTIONS)
            result["problems"] = list(self._problems(options))
            if result["problems"]:
                raise Invalid("\n".join(result["problems"]), advice="Nothing was asked of Nodana.")
        except NodanaError as error:
            result.update(_app_result.failed(error))
        return result

    def _problems(self, options: Record) -> Iterator[str]:
        try:
            _project.check_name(options["project"], "nodana_node_project")
        except Invalid as error:
            yield error.message
        yield from _deployments.problems(options["deployments"])
        path = self._loader.path_dwim(options["secrets_dir"])
        encrypt = options["secrets_encryption"] == "vault"
        try:
            for where in (path, os.path.join(path, CLAIMS)):
                SecretsFolder(where, Vault(self._loader), encrypt, options["secrets_vault_id"]).check(dry=True)
        except NodanaError as error:
            yield str(error)
        tasks = options["secrets_tasks"]
        if tasks and not os.path.isfile(self._loader.path_dwim(tasks)):
            yield f"nodana_node_secrets_tasks: there is no file {self._loader.path_dwim(tasks)}"
