# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: node_deployments
short_description: Convert the deployments of the role node to apps and nodes
version_added: 1.0.0
description:
  - Internal to the role P(nodana.cloud.node#role). Converts C(nodana_node_deployments) to the option C(apps) of
    M(nodana.cloud.nodana_stack), and to options of M(nodana.cloud.nodana_node). The deployments must be valid, as
    M(nodana.cloud.nodana_preflight) checks them.
author:
  - nodana.cloud contributors (@nodana)
options:
  _input:
    description: The deployments.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Create the apps
  nodana.cloud.nodana_stack:
    project: "{{ nodana_node_project }}"
    apps: "{{ (nodana_node_deployments | nodana.cloud.node_deployments).apps }}"
    secrets_dir: "{{ nodana_node_secrets_dir }}"
"""

RETURN = r"""
_value:
  description: The apps and the nodes.
  type: dict
  contains:
    apps:
      description: The C(template), C(params), C(count) and C(state) of each deployment of apps.
      type: list
      elements: dict
    nodes:
      description: The C(name), C(auto_liquidity), C(access_mode) and C(state) of each node.
      type: list
      elements: dict
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.deployments import (
    nodes,
    stack_apps,
)


def node_deployments(deployments: Any) -> dict[str, Any]:
    """Return the apps and nodes of the deployments. Raises AnsibleFilterError for other values."""
    if not isinstance(deployments, list) or not all(isinstance(item, dict) for item in deployments):
        raise AnsibleFilterError("The input of nodana.cloud.node_deployments must be a list of dictionaries")
    return {"apps": stack_apps(deployments), "nodes": nodes(deployments)}


class FilterModule:
    """The filter node_deployments."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"node_deployments": node_deployments}
