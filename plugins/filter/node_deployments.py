# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
name: node_deployments
short_description: The apps that deployments of the role node mean
version_added: 1.0.0
description:
  - Makes of the deployments of the role P(nodana.cloud.node#role) what M(nodana.cloud.nodana_stack) takes, and what
    else is said about the apps of each template.
  - It is of use to playbooks that share their variables with the role. M(nodana.cloud.node_preflight) tells what is
    wrong with deployments; here they are taken as they are.
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
- name: Stop all that the role has deployed
  nodana.cloud.nodana_stack:
    project: "{{ nodana_node_project }}"
    apps: "{{ (nodana_node_deployments | nodana.cloud.node_deployments).apps | map('combine', {'state': 'stopped'}) }}"
"""

RETURN = r"""
_value:
  description: What the deployments mean.
  type: dict
  contains:
    apps:
      description: For each deployment its C(template), C(params), C(count) and C(state).
      type: list
      elements: dict
    switches:
      description: By template C(claim), C(verify), C(username), C(first_install_token) and C(params).
      type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.deployments import app_switches, stack_apps


def node_deployments(deployments: Any) -> dict[str, Any]:
    """Return the apps of the deployments and their other settings. Raises AnsibleFilterError for other values."""
    if not isinstance(deployments, list) or not all(isinstance(item, dict) for item in deployments):
        raise AnsibleFilterError("nodana.cloud.node_deployments takes a list of dictionaries")
    return {"apps": stack_apps(deployments), "switches": app_switches(deployments)}


class FilterModule:
    """The filter node_deployments."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"node_deployments": node_deployments}
