# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: teardown_report
short_description: Report what the deletion of apps and nodes at Nodana loses
version_added: 1.0.0
description:
  - Internal to the playbook C(nodana.cloud.teardown). Reports the balance, the fee credit, the channels and the
    secrets file of each app and node, and finds those whose deletion could lose money, or the secrets that give access
    to it.
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
  files:
    description: The secrets files of the apps and nodes, as P(nodana.cloud.restore_check#lookup) returns them.
    type: list
    elements: dict
    required: true
  allowed:
    description:
      - The names of the variables that are true. C(nodana_delete_with_balance) allows the deletion of an app with a
        balance, a fee credit or channels, C(nodana_delete_with_unknown_balance) that of an app whose balance is not
        known, and C(nodana_delete_without_secrets) that of an app without a readable secrets file, or with a damaged
        seed phrase in it. A node counts as a phoenixd.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Refuse to delete apps whose deletion could lose money
  ansible.builtin.assert:
    that: report.refusals | length == 0
    fail_msg: "{{ report.refusals }}"
  vars:
    report: "{{ account.apps | nodana.cloud.teardown_report(health=checked.health, files=files) }}"
"""

RETURN = r"""
_value:
  description: The report.
  type: dict
  contains:
    losses:
      description: A sentence for each app or node, with its balance, fee credit, channels and secrets file.
      type: list
      elements: str
    refusals:
      description: A sentence for each reason not to delete an app or node, with the variable that allows it.
      type: list
      elements: str
"""

from typing import Any

from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.teardown import report_teardown
from ansible_collections.nodana.cloud.plugins.plugin_utils._unsafe import inert


def teardown_report(apps: Any, health: Any, files: Any, allowed: Any = ()) -> dict[str, Any]:
    """Return what the deletion of apps and nodes loses, and the reasons to refuse it."""
    return inert(report_teardown(list(apps), list(health), list(files), list(allowed)))


class FilterModule:
    """The filter teardown_report."""

    def filters(self) -> dict[str, Any]:
        """Return the filter by its name."""
        return {"teardown_report": teardown_report}
