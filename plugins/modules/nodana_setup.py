#!/usr/bin/python

# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: nodana_setup
short_description: Claim and verify the apps of the role node together
version_added: 1.0.0
description:
  - Internal to the role P(nodana.cloud.node#role). Claims, unlocks and verifies all apps at the same time, each as soon
    as it responds. An app that is down delays no other.
  - If the API does not report an app as ready, the module reads its status again with M(nodana.cloud.nodana_app_info)
    or M(nodana.cloud.nodana_node_info).
  - A failure of an app does not fail the module. It is in RV(failures), which the role reports at its end.
author:
  - nodana.cloud contributors (@nodana)
extends_documentation_fragment:
  - nodana.cloud.attributes
  - nodana.cloud.controller
  - nodana.cloud.controller.apps
options:
  apps:
    description: The apps and nodes, as M(nodana.cloud.nodana_stack) and M(nodana.cloud.nodana_node) return them.
    type: list
    elements: dict
    required: true
  deployments:
    description: The variable C(nodana_node_deployments), as M(nodana.cloud.nodana_preflight) checks it.
    type: list
    elements: dict
    required: true
  created:
    description:
      - The ids of the apps that this run created. The names and descriptions of new mints must be those of the
        deployments.
    type: list
    elements: str
    default: []
  skip:
    description: The ids of apps to neither claim nor verify.
    type: list
    elements: str
    default: []
  known_secrets:
    description: The variable C(nodana_node_known_secrets).
    type: dict
    default: {}
  secrets_dir:
    description: The variable C(nodana_node_secrets_dir).
    type: path
    required: true
  external_store:
    description:
      - Whether the variable C(nodana_node_secrets_tasks) is set. Then an app may have an owner that is not known here.
    type: bool
    default: false
  credentials_only:
    description: Whether to only generate and store credentials for the claims of new apps, without a request.
    type: bool
    default: false
  timeout:
    description: The variable C(nodana_node_wait_timeout). It is for all apps together.
    type: float
    default: 300.0
  app_request_timeout:
    description: The variable C(nodana_node_request_timeout).
    type: float
    default: 10.0
  app_validate_certs:
    description: The variable C(nodana_node_validate_certs).
    type: bool
    default: true
  api_key:
    description:
      - This and the other connection options of the API are used only to read statuses.
    type: str
  api_url:
    description: The base URL of the API.
    type: str
    default: https://api.nodana.io/v1
  ca_path:
    description: A file or folder of CA certificates for the API.
    type: path
  request_interval:
    description: Seconds between two requests to the API.
    type: float
    default: 1.0
  retry_timeout:
    description: Ignored, see O(request_timeout).
    type: float
  nodes_api_key:
    description: The API key for nodes, if they have one of their own.
    type: str
  validate_certs:
    description: Whether to validate the certificate of the API.
    type: bool
    default: true
  request_timeout:
    description: Ignored, because the module reads statuses with short timeouts.
    type: float
  secrets_vault_id:
    description: The variable C(nodana_node_secrets_vault_id).
    type: str
  secrets_encryption:
    description: The variable C(nodana_node_secrets_encryption).
    type: str
    choices: [vault, none]
    default: vault
"""

EXAMPLES = r"""
- name: Create a node in the project shop
  nodana.cloud.nodana_stack:
    project: shop
    apps:
      - template: phoenixd
    secrets_dir: "{{ secrets_dir }}"
  register: shop

- name: Verify that it is healthy
  nodana.cloud.nodana_setup:
    apps: "{{ shop.apps }}"
    deployments:
      - preset: phoenixd
    secrets_dir: "{{ secrets_dir }}"
  register: setup
"""

RETURN = r"""
apps:
  description: A record for each app and node. It contains no secret.
  returned: always
  type: list
  elements: dict
  sample: []
failures:
  description: A message for each app that failed, and one in capitals with the apps that may be unclaimed.
  returned: always
  type: list
  elements: str
  sample: []
"""
