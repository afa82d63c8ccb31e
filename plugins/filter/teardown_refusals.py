# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: teardown_refusals
short_description: Find the reasons not to delete apps and nodes at Nodana
version_added: 1.0.0
description:
  - Internal to the playbook C(nodana.cloud.teardown). Finds the apps and nodes whose deletion could lose money, or the
    secrets that give access to it.
author:
  - nodana.cloud contributors (@nodana)
options:
  _input:
    description:
      - The apps, as M(nodana.cloud.nodana_app_info) returns them, and the nodes, as M(nodana.cloud.nodana_node_info)
        returns them.
    type: list
    elements: dict
    required: true
  health:
    description: The health records, as M(nodana.cloud.nodana_app_health_info) returns them.
    type: list
    elements: dict
    required: true
  allowed:
    description:
      - The names of the variables that are true. C(nodana_delete_with_balance) allows the deletion of a phoenixd with a
        balance or channels, C(nodana_delete_with_unknown_balance) that of an app with a phoenixd whose balance is not
        known, and C(nodana_delete_without_secrets) that of an app without a readable secrets file. A node
        counts as a phoenixd.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Refuse to delete apps whose deletion could lose money
  ansible.builtin.assert:
    that: refusals | length == 0
    fail_msg: "{{ refusals }}"
  vars:
    refusals: "{{ account.apps | nodana.cloud.teardown_refusals(health=checked.health) }}"
"""

RETURN = r"""
_value:
  description: A sentence for each reason, with the variable that allows the deletion.
  type: list
  elements: str
"""

from typing import Any

from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.teardown import find_refusals
from ansible_collections.nodana.cloud.plugins.plugin_utils._unsafe import inert


def teardown_refusals(apps: Any, health: Any, allowed: Any = ()) -> list[str]:
    """Return the reasons to refuse the deletion of apps and nodes."""
    return inert(find_refusals(list(apps), list(health), list(allowed)))


class FilterModule:
    """The filter teardown_refusals."""

    def filters(self) -> dict[str, Any]:
        """Return the filter by its name."""
        return {"teardown_refusals": teardown_refusals}
