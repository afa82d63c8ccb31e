#!/usr/bin/python

# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: node_preflight
short_description: Check the variables of the role node
version_added: 1.0.0
description:
  - Finds everything that is wrong with what the role P(nodana.cloud.node#role) was given, without asking anybody. The
    role does so itself, before anything else.
  - It also finds out whether secrets could be stored, in the folder and in C(claims) below it.
author:
  - nodana.cloud contributors (@nodana)
attributes:
  async:
    description: Supports being used with the C(async) keyword.
    support: none
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    support: full
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff
      mode.
    support: none
options:
  project:
    description:
      - What the role has as C(nodana_node_project).
    type: str
    required: true
  deployments:
    description:
      - What the role has as C(nodana_node_deployments).
    type: list
    elements: dict
    required: true
  secrets_dir:
    description:
      - What the role has as C(nodana_node_secrets_dir).
    type: path
    required: true
  secrets_tasks:
    description:
      - What the role has as C(nodana_node_secrets_tasks). It must hold at least one task.
    type: path
  wait_timeout:
    description:
      - What the role has as C(nodana_node_wait_timeout), in seconds, from 0 to a day.
    type: float
  app_timeout:
    description:
      - What the role has as C(nodana_node_app_timeout), in seconds, from 0 to a day.
    type: float
  request_timeout:
    description:
      - What the role has as C(nodana_node_request_timeout), in seconds, from 0.1 to a day.
    type: float
  secrets_vault_id:
    description:
      - What the role has as C(nodana_node_secrets_vault_id).
    type: str
  secrets_encryption:
    description:
      - What the role has as C(nodana_node_secrets_encryption).
    type: str
    choices: [vault, none]
    default: vault
notes:
  - It runs on the controller, wherever the host is.
"""

EXAMPLES = r"""
- name: See whether the role could run
  nodana.cloud.node_preflight:
    project: shop
    deployments:
      - preset: phoenixd
        auto_liquidity: 2m
    secrets_dir: "{{ secrets_dir }}"
"""

RETURN = r"""
problems:
  description: All that is wrong. No value is repeated.
  returned: always
  type: list
  elements: str
  sample: []
secrets_tasks:
  description: The absolute path of the file of tasks that was checked. The role runs this file.
  returned: success, with O(secrets_tasks)
  type: str
  sample: /home/user/playbooks/keep.yml
"""
