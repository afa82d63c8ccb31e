# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: app_secrets
short_description: Read the secrets of apps at Nodana from their files
version_added: 1.0.0
description:
  - Reads the one-time secrets of an app, such as the password or the seed phrase of a phoenixd node, from the file that
    M(nodana.cloud.nodana_app) or M(nodana.cloud.nodana_stack) wrote when it created the app with
    O(nodana.cloud.nodana_app#module:secrets_dir).
  - Encrypted files are decrypted with the vault passwords of the run. The lookup sends no request.
  - The values are never evaluated as templates.
author:
  - nodana.cloud contributors (@nodana)
options:
  _terms:
    description:
      - The ids of the apps.
    type: list
    elements: str
    required: true
  dir:
    description:
      - The folder with the secrets files, on the controller. A relative path is relative to the playbook, or to the
        working directory of the command C(ansible).
    type: str
    required: true
  field:
    description:
      - The name of one secret, such as V(password). By default, all secrets of an app are returned as a dictionary.
    type: str
notes:
  - The output of a task can contain a secret that the task uses. Set C(no_log=true) on such tasks. ansible-core 2.22
    and newer mask longer secrets that this lookup returned in all output.
seealso:
  - module: nodana.cloud.nodana_app
  - module: nodana.cloud.nodana_stack
  - plugin: ansible.builtin.unvault
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Get the status of a phoenixd node from the inventory
  ansible.builtin.uri:
    url: "{{ nodana_url }}/getinfo"
    url_username: ansible
    url_password: "{{ lookup('nodana.cloud.app_secrets', nodana_app_id, dir='secrets', field='password') }}"
    force_basic_auth: true

# The same from the command line:
#
#   ansible -i nodana.yml template_phoenixd --vault-password-file vault-password -m ansible.builtin.uri \
#     -e 'password={{ lookup("nodana.cloud.app_secrets", nodana_app_id, dir="secrets", field="password") }}' \
#     -a 'url={{ nodana_url }}/getinfo url_username=ansible url_password={{ password }} force_basic_auth=true'

- name: Configure a shop with the limited password and the secret of the webhook
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
    - A dictionary of the secrets of each app, or the value of O(field).
    - The names of the secrets depend on the template of the app. The dictionary is empty for an app without secrets.
    - If the response of the API to the creation contained a value that Ansible cannot represent, C(raw_response) is the
      whole response as text.
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
    """The lookup of secrets by app id."""

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
