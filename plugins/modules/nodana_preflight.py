#!/usr/bin/python

# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: nodana_preflight
short_description: Check the variables of the role node or of a playbook
version_added: 1.0.0
description:
  - Internal to the role P(nodana.cloud.node#role) and the playbooks. Checks the variables of the role, and that secrets
    can be stored in the secrets folder and in the folder C(claims) below it. Reports variables with misspelt names, and
    wrong timeouts.
    Sends no request.
author:
  - nodana.cloud contributors (@nodana)
extends_documentation_fragment:
  - nodana.cloud.attributes
  - nodana.cloud.controller
options:
  project:
    description: The variable C(nodana_node_project). It is required if O(deployments) contains an app.
    type: str
  deployments:
    description: The variable C(nodana_node_deployments). The role requires it.
    type: raw
  secrets_dir:
    description: The variable C(nodana_node_secrets_dir). The role requires it.
    type: path
  secrets_tasks:
    description: The variable C(nodana_node_secrets_tasks). The file must contain at least one task.
    type: path
  wait_timeout:
    description: The variable C(nodana_node_wait_timeout), or that of the playbook, from 0 to 86400 seconds.
    type: raw
  request_timeout:
    description: The variable C(nodana_node_request_timeout), or that of the playbook, from 0.1 to 3600 seconds.
    type: raw
  playbook:
    description:
      - The playbook for which the variables were set, or none if the role was used without one.
      - Messages use the names of its variables. With a playbook other than V(deploy), only the timeouts and the names
        of the variables are checked, and all other options are ignored.
    type: str
    choices: [deploy, status, upgrade, restore_check, teardown]
  secrets_vault_id:
    description: The variable C(nodana_node_secrets_vault_id).
    type: str
  secrets_encryption:
    description: The variable C(nodana_node_secrets_encryption), V(vault) or V(none).
    type: str
    default: vault
  validate_certs:
    description: Ignored, see O(api_key).
    type: bool
"""

EXAMPLES = r"""
- name: Check the variables of the role
  nodana.cloud.nodana_preflight:
    project: shop
    deployments:
      - preset: phoenixd
        auto_liquidity: 2m
    secrets_dir: "{{ secrets_dir }}"
"""

RETURN = r"""
problems:
  description: The problems that were found. They contain no values of template parameters.
  returned: always
  type: list
  elements: str
  sample: []
check_mode:
  description: Whether the task runs in check mode, because of the option C(--check) or of the keyword C(check_mode).
  returned: always
  type: bool
  sample: false
secrets_tasks:
  description: The absolute path of the checked task file, which the role runs.
  returned: success, with O(secrets_tasks)
  type: str
  sample: /home/user/playbooks/keep.yml
"""
