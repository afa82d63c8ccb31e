# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: app_health
short_description: How apps at Nodana are, by their own word
version_added: 1.0.0
description:
  - Asks each app at its own URL whether it works, several at a time, and tells what it said. The API of Nodana is not
    asked.
  - A phoenixd tells its node id, balance and channels when its password is in O(secrets_dir); the limited password is
    used if there is one. Without a password, only that it asks for one can be seen.
  - Nothing is changed, paid or moved, so it does the same in check mode. No secret is among the results, and none is
    sent to an address without encryption that is not on the same machine.
author:
  - nodana.cloud contributors (@nodana)
options:
  _terms:
    description:
      - The apps, as M(nodana.cloud.nodana_app_info) gives them. With their C(services), one that is stopped is not
        asked.
    type: list
    elements: dict
    required: true
  secrets_dir:
    description:
      - The folder of the secrets files, on the controller. A relative one is beside the playbook.
    type: str
  timeout:
    description:
      - Seconds that each answer may take.
    type: float
    default: 10.0
seealso:
  - plugin: nodana.cloud.app_secrets
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: List the apps
  nodana.cloud.nodana_app_info:
    gather_services: true
  register: listed

- name: Ask them how they are
  ansible.builtin.set_fact:
    healths: "{{ query('nodana.cloud.app_health', *listed.apps, secrets_dir='secrets') }}"

- name: Insist that all are well
  ansible.builtin.assert:
    that: item.state in ['healthy', 'answers']
    fail_msg: "{{ item.app_id }} {{ item.detail }}"
  loop: "{{ healths }}"
  loop_control:
    label: "{{ item.app_id }}"
"""

RETURN = r"""
_raw:
  description: What was found out about each app, in their order.
  type: list
  elements: dict
  contains:
    app_id:
      description: The id of the app.
      type: str
    state:
      description:
        - V(healthy), its own check says that it works.
        - V(answers), it answers and nothing more can be seen, for want of a password or for a template that has no
          check.
        - V(unclaimed), it has no user yet, and whoever comes first owns it.
        - V(locked), it waits for its password.
        - V(stopped), its services are stopped, so it was not asked.
        - V(unhealthy), anything else.
      type: str
    detail:
      description: The same for people, as what follows after "the app".
      type: str
    version:
      description: The version that it tells. Null if it tells none.
      type: str
    node:
      description: What a phoenixd tells when it is given its password. Null for others.
      type: dict
      contains:
        node_id:
          description: The public key of the node.
          type: str
        chain:
          description: The chain it is on.
          type: str
        version:
          description: The version of phoenixd.
          type: str
        channels:
          description: How many channels it has.
          type: int
        inbound_sat:
          description: What it can receive over them, in satoshi.
          type: int
        balance_sat:
          description: Its balance, in satoshi. Null if it does not tell.
          type: int
        fee_credit_sat:
          description: What it has prepaid for channels to come, in satoshi. Null if it does not tell.
          type: int
    secrets_problem:
      description: Why there are no secrets of the app at hand. Empty if there are.
      type: str
"""

from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible_collections.nodana.cloud.plugins.module_utils._transport import REQUESTS_IMPORT_ERROR
from ansible_collections.nodana.cloud.plugins.plugin_utils import _app_health
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets_folder import SecretsFolder
from ansible_collections.nodana.cloud.plugins.plugin_utils._vault import Vault


class LookupModule(LookupBase):
    """Asks apps how they are."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[dict[str, Any]]:
        """Give what each app says."""
        self.set_options(var_options=variables, direct=kwargs)
        if REQUESTS_IMPORT_ERROR:
            raise AnsibleLookupError("nodana.cloud.app_health needs the Python library requests on the controller")
        if any(not isinstance(app, dict) or "id" not in app for app in terms):
            raise AnsibleLookupError("nodana.cloud.app_health takes apps, as nodana_app_info gives them")
        path = self.get_option("secrets_dir")
        folder = SecretsFolder(self._loader.path_dwim(path), Vault(self._loader)) if path else None
        return _app_health.ask(terms, folder, self.get_option("timeout"))
