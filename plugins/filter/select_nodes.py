# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: select_nodes
short_description: Select nodes at Nodana by name or id
version_added: 1.0.0
description:
  - Internal to the playbooks C(nodana.cloud.upgrade) and C(nodana.cloud.teardown). Selects the named nodes, and finds
    names that match no node or several.
author:
  - nodana.cloud contributors (@nodana)
options:
  _input:
    description: The nodes, as M(nodana.cloud.nodana_node_info) returns them.
    type: list
    elements: dict
    required: true
  names:
    description:
      - The names or ids of the nodes, a list, or a text with one on each line. If it is empty, no node is selected.
    type: raw
    required: true
"""

EXAMPLES = r"""
- name: Show what is wrong with the names
  ansible.builtin.debug:
    msg: "{{ (account.nodes | nodana.cloud.select_nodes(['shop', 'till'])).problems }}"
"""

RETURN = r"""
_value:
  description: The selection.
  type: dict
  contains:
    nodes:
      description: The selected nodes, in the order of their names in the option.
      type: list
      elements: dict
    problems:
      description: A sentence for each name that matches no node or several, or for an empty option.
      type: list
      elements: str
"""

from typing import Any

from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.node_selection import select_named
from ansible_collections.nodana.cloud.plugins.plugin_utils._unsafe import inert


def select_nodes(nodes: Any, names: Any) -> dict[str, Any]:
    """Return the selected nodes, and what is wrong with the names."""
    return inert(select_named(list(nodes), names))


class FilterModule:
    """The filter select_nodes."""

    def filters(self) -> dict[str, Any]:
        """Return the filter by its name."""
        return {"select_nodes": select_nodes}
