#!/usr/bin/python

# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: nodana_node_info
short_description: List nodes at Nodana
version_added: 1.0.0
description:
  - List the nodes of the account, all of them or those that match, with their versions if requested.
  - The result never contains credentials of nodes, their liquidity or their access mode. The API does not show them
    again.
author:
  - nodana.cloud contributors (@nodana)
extends_documentation_fragment:
  - nodana.cloud.nodes_connection
  - nodana.cloud.connection
  - nodana.cloud.attributes
  - nodana.cloud.attributes.info
options:
  id:
    description:
      - List only the node with this id.
    type: str
  name:
    description:
      - List only nodes with this name.
    type: str
  gather_versions:
    description:
      - Whether to read the version of each node as well, which takes one request per node.
    type: bool
    default: false
seealso:
  - module: nodana.cloud.nodana_node
  - module: nodana.cloud.nodana_app_info
"""

EXAMPLES = r"""
- name: List all nodes
  nodana.cloud.nodana_node_info:
  register: everything

- name: List the node shop with the version that it runs
  nodana.cloud.nodana_node_info:
    name: shop
    gather_versions: true
  register: shop
"""

RETURN = r"""
nodes:
  description: The nodes that match. Deleted nodes are not listed.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The id.
      type: str
      sample: node-5e1f77c0
    name:
      description: The name.
      type: str
      sample: shop
    template:
      description: Always V(phoenixd), so that modules and plugins for apps also accept the record.
      type: str
      sample: phoenixd
    url:
      description: The URL, which the API calls C(endpointUrl).
      type: str
      sample: https://phoenixd-ad4f.nodana.app
    status:
      description: The status. The API defines only V(provisioning).
      type: str
      sample: running
    failure_message:
      description: Why the node failed, or null.
      type: str
      sample: null
    update_status:
      description: The status of the last update, or null.
      type: str
      sample: null
    version:
      description: The version that the node runs. Null if the API does not tell it.
      returned: with O(gather_versions=true)
      type: str
      sample: 0.8.0
error:
  description: What failed, for a rescue block.
  returned: on failure
  type: dict
  contains:
    code:
      description: The status code of the response. Null if the failure is not the API's.
      type: int
      sample: 404
    name:
      description: The API's name of the error, or this collection's.
      type: str
      sample: MissingRoute
    message:
      description: What failed.
      type: str
      sample: This API has no nodes
"""

from ansible_collections.nodana.cloud.plugins.module_utils._module import run
from ansible_collections.nodana.cloud.plugins.module_utils._argspec import NODES_CONNECTION_OPTIONS
from ansible_collections.nodana.cloud.plugins.module_utils._resources.node import gather_nodes


def main() -> None:
    """Run the module."""
    run(
        gather_nodes,
        {
            **NODES_CONNECTION_OPTIONS,
            "id": {"type": "str"},
            "name": {"type": "str"},
            "gather_versions": {"type": "bool", "default": False},
        },
        mutually_exclusive=[("id", "name")],
    )


if __name__ == "__main__":
    main()
