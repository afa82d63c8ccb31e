# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: app_health
short_description: How apps at Nodana are, by their own word
version_added: 1.0.0
description:
  - Asks each app at its own URL whether it works, many at a time, and tells what it said. It looks once and never
    fails because of an app; M(nodana.cloud.app_check) waits until one is well. The API of Nodana is not asked.
  - A phoenixd tells its node id, balance and channels when its password is in O(secrets_dir). Without, only that it
    refuses strangers can be seen.
  - Nothing is changed, paid or moved, so it does the same in check mode. No secret is among the results.
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
  - module: nodana.cloud.app_check
  - plugin: nodana.cloud.app_secrets
    plugin_type: lookup
requirements:
  - requests, on the controller
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
    fail_msg: "{{ item.app_id }}: {{ item.detail }}"
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
        - V(stopped), its services are stopped, so it was not asked.
        - V(unhealthy), anything else, such as an app that nobody has claimed or that is locked.
      type: str
    detail:
      description: The same in words.
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
        balance_sat:
          description: Its balance, in satoshi. Null if it does not tell.
          type: int
        fee_credit_sat:
          description: What it has prepaid for channels to come, in satoshi. Null if it does not tell.
          type: int
    secrets_problem:
      description: Why no secrets file of the app was read. Empty if one was.
      type: str
    secrets_unreadable:
      description:
        - Whether the app has a secrets file that cannot be opened, for example with a wrong vault password. The app was
          then asked without its secrets.
      type: bool
"""

from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible_collections.nodana.cloud.plugins.plugin_utils._action.arguments import secrets_of
from ansible_collections.nodana.cloud.plugins.plugin_utils._apps import health_survey


class LookupModule(LookupBase):
    """Checks the health of apps."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[dict[str, Any]]:
        """Return a health record for each app."""
        self.set_options(var_options=variables, direct=kwargs)
        if any(not isinstance(app, dict) or "id" not in app for app in terms):
            raise AnsibleLookupError("nodana.cloud.app_health takes apps, as nodana_app_info gives them")
        place = {"secrets_dir": self.get_option("secrets_dir"), "secrets": {}}
        return health_survey.ask(terms, secrets_of(place, self._loader), self.get_option("timeout"))
