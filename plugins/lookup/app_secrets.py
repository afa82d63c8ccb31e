# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: app_secrets
short_description: The secrets of apps at Nodana, from their files
version_added: 1.0.0
description:
  - Reads the one-time secrets of an app, such as the password or the seed phrase of a phoenixd node, from the file that
    M(nodana.cloud.nodana_app) or M(nodana.cloud.nodana_stack) wrote when it created the app with
    O(nodana.cloud.nodana_app#module:secrets_dir).
  - Encrypted files are opened with the vault passwords that Ansible was started with. Nothing is asked over the
    network.
  - The values come out as they went in, and are never taken for templates.
author:
  - nodana.cloud contributors (@nodana)
options:
  _terms:
    description:
      - The ids of apps.
    type: list
    elements: str
    required: true
  dir:
    description:
      - The folder of the files, on the controller. A relative one is beside the playbook; for C(ansible) on the command
        line, it is in the folder that the command is run in.
    type: str
    required: true
  field:
    description:
      - The name of one secret, such as V(password). If left out, all secrets of an app are given as a dictionary.
    type: str
notes:
  - What a task does with a secret can show in its output. Set C(no_log=true) on tasks whose results repeat it. From
    ansible-core 2.22 on, longer secrets that this lookup gave are masked in all output.
seealso:
  - module: nodana.cloud.nodana_app
  - module: nodana.cloud.nodana_stack
  - plugin: ansible.builtin.unvault
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Ask a phoenixd node from the inventory how it is
  ansible.builtin.uri:
    url: "{{ nodana_url }}/getinfo"
    url_username: ansible
    url_password: "{{ lookup('nodana.cloud.app_secrets', nodana_app_id, dir='secrets', field='password') }}"
    force_basic_auth: true

# The same, once, from the command line:
#
#   ansible -i nodana.yml template_phoenixd --vault-password-file vault-password -m ansible.builtin.uri -a '{
#     "url": "{{ nodana_url }}/getinfo", "url_username": "ansible", "force_basic_auth": true,
#     "url_password": "{{ lookup(\"nodana.cloud.app_secrets\", nodana_app_id, dir=\"secrets\", field=\"password\") }}"}'

- name: Give a shop the limited password and the secret of the webhook
  ansible.builtin.template:
    src: shop.env.j2
    dest: /etc/shop.env
    mode: "0600"
  vars:
    node: "{{ lookup('nodana.cloud.app_secrets', 'app-1234', dir='secrets') }}"
    shop_password: "{{ node.restricted_password }}"
    shop_webhook_secret: "{{ node.webhook_secret }}"
  no_log: true
"""

RETURN = r"""
_raw:
  description:
    - For each app the dictionary of its secrets, or the value of O(field).
    - Which ones there are depends on the app's template; some have none, which is an empty dictionary.
    - C(raw_answer) is there if a field of the API's answer to the creation was nothing that Ansible can hold. It is the
      whole answer, as text.
  type: list
  elements: raw
"""

from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible_collections.nodana.cloud.plugins.module_utils._errors import NodanaError
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets import masking
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets.store import SecretsFolder
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets.vault import Vault


class LookupModule(LookupBase):
    """Looks up secrets by app id."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        """Return the secrets of each app as a dictionary, or only the secret ``field``.

        Raises AnsibleLookupError if a file or the secret is missing, or if a file cannot be read.
        """
        self.set_options(var_options=variables, direct=kwargs)
        folder = SecretsFolder(self._loader.path_dwim(self.get_option("dir")), Vault(self._loader))
        try:
            return [_secrets(folder, str(app_id), self.get_option("field")) for app_id in terms]
        except NodanaError as error:
            raise AnsibleLookupError(f"nodana.cloud.app_secrets: {error}") from error


def _secrets(folder: SecretsFolder, app_id: str, field: str | None) -> Any:
    content = folder.of_app(app_id)
    found = content["secrets"]
    masking.mask(found, [value for name, value in content.items() if name != "secrets"])
    if field is None:
        return found
    if field not in found:
        named = f"only {', '.join(sorted(found))}" if found else "it has none"
        raise AnsibleLookupError(f"nodana.cloud.app_secrets: {app_id} has no secret {field}, {named}")
    return found[field]
