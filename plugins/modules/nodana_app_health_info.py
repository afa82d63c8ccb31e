#!/usr/bin/python

# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: nodana_app_health_info
short_description: Get the health of apps at Nodana
version_added: 1.0.0
description:
  - Checks each app or node once, at its URL, many at the same time. The requests only read. They never pay or move
    money.
  - The module does not fail because of an unhealthy app. Use M(nodana.cloud.nodana_app_check) to wait until an app is
    healthy.
  - A phoenixd reports its node id, balance and channels if its password is in O(secrets_dir). Otherwise the module only
    checks that it refuses requests without the password.
author:
  - nodana.cloud contributors (@nodana)
extends_documentation_fragment:
  - nodana.cloud.attributes
  - nodana.cloud.controller
  - nodana.cloud.controller.apps
  - nodana.cloud.app_connection
options:
  apps:
    description:
      - The apps, as M(nodana.cloud.nodana_app_info) returns them, or nodes, as M(nodana.cloud.nodana_node_info) returns
        them.
      - An app is not checked if all of its C(services) are stopped. Without services, an app or node is not checked if
        its status tells that it is stopped.
    type: list
    elements: dict
    required: true
seealso:
  - module: nodana.cloud.nodana_app_check
  - module: nodana.cloud.nodana_app_info
  - module: nodana.cloud.nodana_node_info
"""

EXAMPLES = r"""
- name: List the apps
  nodana.cloud.nodana_app_info:
    gather_services: true
  register: account

- name: Check the health of the apps
  nodana.cloud.nodana_app_health_info:
    apps: "{{ account.apps }}"
    secrets_dir: "{{ secrets_dir }}"
  register: checked

- name: Show the apps that are not healthy
  ansible.builtin.debug:
    msg: "{{ item.app_id }}: {{ item.detail }}"
  loop: "{{ checked.health | selectattr('state', 'eq', 'unhealthy') }}"
  loop_control:
    label: "{{ item.app_id }}"
"""

RETURN = r"""
health:
  description: The health of each app, in the order of O(apps).
  returned: success
  type: list
  elements: dict
  contains:
    app_id:
      description: The id of the app.
      type: str
      sample: app-1234
    state:
      description:
        - V(healthy), the check of its template has succeeded.
        - V(responding), it responds, and nothing more could be checked, because a password is not known, because an
          LNbits refuses all logins for now, or because there is no check for its template.
        - V(stopped), it is known to be stopped, so it was not checked.
        - V(unhealthy), anything else, such as an app that is not claimed, that is locked, that was reset, or that was
          moved to another place.
      type: str
      sample: healthy
    detail:
      description: The reason for the state.
      type: str
      sample: it is healthy
    version:
      description: The version of the program, or null if the app does not report it.
      type: str
      sample: 0.7.1
    node:
      description:
        - What a phoenixd reports with its password, or an LNbits with the credentials of its administrator. Null for
          other apps and without the credentials.
      type: dict
      contains:
        node_id:
          description: The id of the node in the Lightning network. Null for an LNbits, as C(chain) and C(version).
          type: str
          sample: 03864ef025fde8fb587d989186ce6a4a186895ee44a926bfc370e2c366597a3f8f
        chain:
          description: The chain of the node.
          type: str
          sample: mainnet
        version:
          description: The version of phoenixd.
          type: str
          sample: 0.7.1
        channels:
          description: The number of its channels. Null for an LNbits, which does not report them.
          type: int
          sample: 1
        balance_sat:
          description:
            - Its balance in satoshi, or null if it is not known. For an LNbits, the balance of its funding source as it
              reports it. LNbits 1.6 counts only the first channel of a phoenixd.
          type: int
          sample: 21000
        fee_credit_sat:
          description: The prepaid fees for future channels in satoshi, or null if they are not known.
          type: int
          sample: 0
        wallets_sat:
          description: The sum of the wallets of an LNbits in satoshi, or null if it is not known. Null for a phoenixd.
          type: int
          sample: null
    secrets_problem:
      description: Why the secrets file of the app was not read. Empty if it was read.
      type: str
      sample: ""
    secrets_unreadable:
      description:
        - Whether the app has a secrets file that cannot be read, for example because of a wrong vault password. The app
          was then checked without its secrets.
      type: bool
      sample: false
error:
  description: The error, for use in a C(rescue) block.
  returned: failure
  type: dict
  contains:
    code:
      description: Always null. In other modules, it is the status code of the API.
      type: int
      sample: null
    name:
      description: The name of the error.
      type: str
      sample: Invalid
    message:
      description: What failed.
      type: str
      sample: Each entry of apps must have an id
"""
