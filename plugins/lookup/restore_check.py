# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: restore_check
short_description: Check secrets files against the apps and nodes at Nodana
version_added: 1.0.0
description:
  - Internal to the playbooks C(nodana.cloud.restore_check) and C(nodana.cloud.teardown). Checks that the secrets files
    in a folder, and in the folder C(claims) below it, can be decrypted, contain valid seed phrases, and belong to
    existing apps or nodes. Checks that each node, and each app with a phoenixd, has a readable secrets file. The result
    contains no secret.
author:
  - nodana.cloud contributors (@nodana)
options:
  _terms:
    description: The path of the folder on the controller. Only one is accepted.
    type: list
    elements: str
    required: true
  apps:
    description:
      - The apps, as M(nodana.cloud.nodana_app_info) returns them, and the nodes, as M(nodana.cloud.nodana_node_info)
        returns them.
    type: list
    elements: dict
    required: true
  source:
    description: What O(apps) contains. The messages about missing apps and nodes depend on it.
    type: str
    choices: [apps, nodes, all]
    default: apps
  only_listed:
    description: Whether to open only the files that are named for O(apps). Each decryption takes time.
    type: bool
    default: false
  ignore_deleted_apps:
    description: Whether files of apps and nodes that do not exist are accepted.
    type: bool
    default: false
  ignore_apps_without_files:
    description: Whether nodes, and apps with a phoenixd, without a file are accepted.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Show the problems
  ansible.builtin.debug:
    msg: "{{ rows | selectattr('problem') | map(attribute='problem') | list }}"
  vars:
    rows: "{{ query('nodana.cloud.restore_check', secrets_dir, apps=account.apps) }}"
"""

RETURN = r"""
_raw:
  description:
    - A row for each file, and one for each app or node without a file that must have one, with C(file), C(app_id),
      C(template), C(seed), C(result), and C(problem), which is empty if the row has no problem.
  type: list
  elements: dict
"""

import os
from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible_collections.nodana.cloud.plugins.module_utils._errors import NodanaError
from ansible_collections.nodana.cloud.plugins.plugin_utils._apps.credentials import CLAIMS
from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.restore import restore_rows
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets import audit
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets.store import SecretsFolder
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets.vault import Vault


class LookupModule(LookupBase):
    """Checks secrets files against apps and nodes."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[dict[str, Any]]:
        """Return the rows of the report. Raises AnsibleLookupError if a folder cannot be read."""
        self.set_options(var_options=variables, direct=kwargs)
        (term,) = terms
        path, vault = self._loader.path_dwim(str(term)), Vault(self._loader)
        apps = self.get_option("apps")
        app_ids = [str(app["id"]) for app in apps] if self.get_option("only_listed") else None
        try:
            files = [
                record
                for folder in (path, os.path.join(path, CLAIMS))
                for record in audit.check_files(SecretsFolder(folder, vault), app_ids)
            ]
        except NodanaError as error:
            raise AnsibleLookupError(f"nodana.cloud.restore_check: {error}") from error
        return restore_rows(
            files,
            apps,
            deleted_are_fine=self.get_option("ignore_deleted_apps"),
            elsewhere_is_fine=self.get_option("ignore_apps_without_files"),
            source=self.get_option("source"),
        )
