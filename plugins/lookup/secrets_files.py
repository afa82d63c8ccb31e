# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: secrets_files
short_description: What the secrets files in a folder are worth, without the secrets
version_added: 1.0.0
description:
  - Reads every file that M(nodana.cloud.nodana_app) wrote to O(nodana.cloud.nodana_app#module:secrets_dir), and tells
    which app it belongs to, whether it can be opened, and whether its seed phrase could restore a wallet.
  - Encrypted files are opened with the vault passwords that Ansible was started with. Nothing is asked over the
    network, and no secret is among the results.
author:
  - nodana.cloud contributors (@nodana)
options:
  _terms:
    description:
      - The folders, on the controller. A relative one is beside the playbook. One that does not exist has no files.
    type: list
    elements: str
    required: true
seealso:
  - plugin: nodana.cloud.app_secrets
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Insist that every file can be opened and every seed phrase is one
  ansible.builtin.assert:
    that:
      - item.problem == ''
      - item.seed_problem is none or item.seed_problem == ''
    fail_msg: "{{ item.path }}: {{ item.problem or 'the seed phrase is damaged, ' ~ item.seed_problem }}"
  loop: "{{ query('nodana.cloud.secrets_files', 'secrets') }}"
  loop_control:
    label: "{{ item.path | basename }}"
"""

RETURN = r"""
_raw:
  description: The files, those whose names look like C(phoenixd-app-1234.yml), sorted by name.
  type: list
  elements: dict
  contains:
    path:
      description: The path.
      type: str
    problem:
      description: Why the file cannot be read. Empty if it can.
      type: str
    encrypted:
      description: Whether the file is encrypted. Null if it cannot be read.
      type: bool
    app_id:
      description: The id of the app. This and all that follows is null if the file cannot be read.
      type: str
    template:
      description: The template of the app.
      type: str
    project_id:
      description: The project that the app was created in.
      type: str
    url:
      description: The URL that the app was created with.
      type: str
    created_at:
      description: When it was created.
      type: str
    api_url:
      description: The API that it was created through.
      type: str
    fields:
      description: The names of the secrets.
      type: list
      elements: str
    seed_problem:
      description:
        - What is wrong with the seed phrase. Empty if it is words of the BIP39 list, 12 for templates with a phoenixd,
          and its checksum is right. Null if there is none.
        - It names places of words, never a word.
      type: str
"""

from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible_collections.nodana.cloud.plugins.module_utils._errors import NodanaError
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets import audit
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets.store import SecretsFolder
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets.vault import Vault


class LookupModule(LookupBase):
    """Checks the secrets files in folders."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[dict[str, Any]]:
        """Return a record for each file in these folders. Raises AnsibleLookupError if a folder cannot be read."""
        self.set_options(var_options=variables, direct=kwargs)
        folders = [SecretsFolder(self._loader.path_dwim(str(term)), Vault(self._loader)) for term in terms]
        try:
            return [seen for folder in folders for seen in audit.check_files(folder)]
        except NodanaError as error:
            raise AnsibleLookupError(f"nodana.cloud.secrets_files: {error}") from error
