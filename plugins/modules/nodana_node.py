#!/usr/bin/python

# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: nodana_node
short_description: Manage nodes at Nodana
version_added: 1.0.0
description:
  - Create, start, stop, restart, update and delete nodes. A node runs phoenixd.
  - Nodes belong to a newer generation of the API than apps. Nothing moves from an app to a node. A new node has a new
    seed phrase, and the money must be sent to it.
  - A node is identified by its O(id) or its O(name). If several nodes have the name, the module fails and lists their
    ids.
  - The API shows the credentials of a new node only once, in the response to its creation. The module creates no node
    unless O(secrets_dir) or O(return_secrets) is set. It writes the response to a receipt on disk before it parses it,
    and removes the receipt when the secrets are stored. If a run is interrupted, the next run with O(secrets_dir)
    stores the secrets.
  - A creation whose response is lost is never repeated. The module lists the nodes and fails with what it found. Every
    later run reports a node whose secrets are lost, until the node is deleted or its receipt is removed.
  - Only an error in the form of the API counts as a refusal. After any other response, such as a status page of a
    proxy, the node may have been created, so the creation counts as one without a response.
author:
  - nodana.cloud contributors (@nodana)
extends_documentation_fragment:
  - nodana.cloud.nodes_connection
  - nodana.cloud.connection
  - nodana.cloud.secrets
  - nodana.cloud.attributes
attributes:
  async:
    support: none
    details:
      - The task must stay to store the secrets of a new node. With C(async) it fails before the first request.
  check_mode:
    support: partial
    details:
      - With O(state=latest), check mode cannot know whether there is a newer version, because only an update shows it.
        RV(version) is V(unknown) then, a warning says so, and the task is not changed.
  diff_mode:
    support: full
    details:
      - For a node that is created, the difference shows O(auto_liquidity) and O(access_mode) under C(params). The API
        never shows them again.
      - In check mode, its header shows RV(minimum_requests).
  idempotent:
    support: partial
    details:
      - O(state=restarted) restarts the node each time.
      - With O(state=latest), a node counts as changed each time if the API does not tell its version, or with
        O(wait=false).
options:
  id:
    description:
      - The id of an existing node.
    type: str
  name:
    description:
      - The name of the node. A node that does not exist is created with this name.
      - It must not begin or end with a space. If there is no node with exactly this name, but one whose name differs
        only in spaces or upper case, the module fails and creates nothing.
    type: str
  auto_liquidity:
    description:
      - How much inbound liquidity a new node requests automatically, in millions of satoshis.
      - The module uses it only to create a node. The API never shows it afterwards, so the module cannot compare it.
    type: str
    choices: [2m, 5m, 10m]
    default: 2m
  access_mode:
    description:
      - What Nodana stores of the passwords of a new node. With V(limited), it stores only the password that cannot pay.
        With V(full), it also stores the full password, so that its dashboard can pay.
      - The module uses it only to create a node. The API never shows it afterwards, so the module cannot compare it.
    type: str
    choices: [limited, full]
    default: limited
  state:
    description:
      - V(present) creates the node if it does not exist.
      - V(started) does the same, and starts a node that does not run.
      - V(stopped) stops the node.
      - V(restarted) restarts the node. It starts a node that is stopped.
      - V(latest) updates the node until its version no longer changes, at most 10 times. It does not create a node. An
        accepted update has no effect if the version is the same 5 O(request_interval) later. If the response to the
        update shows a new status, the module checks the version three times within 7 O(request_interval).
      - V(absent) deletes the node and everything in it permanently. Move its money first. A node counts as absent only
        if the API returned the list of nodes without it, or returned status 204 for the deletion.
      - The API defines only the status V(provisioning). If a status does not tell whether the node runs, the module
        sends C(GET /getinfo) without a password to the URL of the node. A node that only does not respond there does
        not count as stopped. If the API also refuses to stop it, and not because it is busy, it counts as stopped, with
        a warning.
    type: str
    choices: [present, absent, started, stopped, restarted, latest]
    default: present
  wait:
    description:
      - Whether to wait until the node is ready, started or stopped, or until an update has ended.
      - The wait ends at once with an error if the node reports a failure. With O(state=present), the failure of a node
        that runs is only a warning.
      - With O(state=latest), V(false) sends one update and does not read the version that it leads to.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait for each of these, 0 or more. V(0) polls once.
    type: float
    default: 300.0
notes:
  - A node that this machine created counts as existing until a list contains it. If neither the list nor a request by
    its id finds it, the module fails. A node that is not found 600 seconds after its creation counts as deleted.
  - If the response to a creation is lost, every node that did not exist before may be the new one, whatever its name.
    The module names it and creates nothing until it is deleted, or until the receipt is removed.
  - If the response to a creation holds no seed phrase, the module fails after everything else is stored. The secret
    C(raw_response) is the complete response.
  - The creation of a node may take up to 120 seconds, or O(request_timeout) if that is longer, because a timeout would
    lose the credentials.
seealso:
  - module: nodana.cloud.nodana_node_info
  - module: nodana.cloud.nodana_app
  - plugin: nodana.cloud.app_secrets
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Create a node and store its secrets in an encrypted file
  nodana.cloud.nodana_node:
    name: shop
    auto_liquidity: 5m
    secrets_dir: "{{ secrets_dir }}"
  register: created

- name: Read the status of the node, with the password from the encrypted file
  ansible.builtin.uri:
    url: "{{ created.node.url }}/getinfo"
    url_username: ansible
    url_password: "{{ lookup('nodana.cloud.app_secrets', created.node.id, dir=secrets_dir, field='password') }}"
    force_basic_auth: true

- name: Update the node to the newest version
  nodana.cloud.nodana_node:
    name: shop
    state: latest

- name: Stop the node
  nodana.cloud.nodana_node:
    name: shop
    state: stopped

- name: Delete the node
  nodana.cloud.nodana_node:
    id: "{{ created.node.id }}"
    state: absent
"""

RETURN = r"""
node:
  description:
    - The node as it is, or as it was before it was deleted. In check mode, as it would be.
    - Fields that are not known are null, such as C(status) in check mode.
  returned: if there is, was or would be a node
  type: dict
  contains:
    id:
      description: The id. Null for a node that would be created in check mode.
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
created:
  description: Whether this task created a node, or would in check mode.
  returned: always
  type: bool
  sample: true
previous_version:
  description: The version before the task. Null if the API does not tell it.
  returned: with O(state=latest)
  type: str
  sample: 0.7.1
version:
  description: The version after the task, or V(unknown) in check mode. Null if the API does not tell it.
  returned: with O(state=latest)
  type: str
  sample: 0.8.0
updates:
  description: The updates that changed the version, or may have changed it, in their order. An unknown version is null.
  returned: with O(state=latest)
  type: list
  elements: dict
  contains:
    from:
      description: The version before the update.
      type: str
      sample: 0.7.1
    to:
      description: The version after the update.
      type: str
      sample: 0.7.2
minimum_requests:
  description:
    - The minimum number of requests that the real run sends. These are the requests that look up the node, one for each
      change, and with O(wait=true) the first poll.
    - A real run that must poll more often, or retries a request, sends more.
  returned: in check mode
  type: int
  sample: 3
secrets_file:
  description: The file on the controller that contains the secrets of the node, written by this task or an earlier one.
  returned: with O(secrets_dir), if the file exists
  type: str
  sample: /home/user/secrets/phoenixd-node-5e1f77c0.yml
secret_fields:
  description: The names of the secrets that were stored.
  returned: with O(secrets_dir), if a node was created
  type: list
  elements: str
  sample: [password, restricted_password, seed]
secrets_checksum:
  description: The SHA-256 of the text of the file before its encryption.
  returned: with O(secrets_dir), if a node was created
  type: str
  sample: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
secrets:
  description:
    - The credentials of the created node, and every other field that the API returned beside the node, under snake_case
      names.
    - If Ansible cannot represent a field, C(raw_response) replaces it and is the whole response as text.
    - Also returned if the task fails after the creation.
  returned: with O(return_secrets=true), if a node was created; without it, if they could be stored nowhere else
  type: dict
  sample:
    seed: abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about
    password: an example
    restricted_password: another example
error:
  description: What failed, for a rescue block.
  returned: on failure
  type: dict
  contains:
    code:
      description: The status code of the response. Null if the failure is not the API's.
      type: int
      sample: 409
    name:
      description: The API's name of the error, or this collection's.
      type: str
      sample: conflict
    message:
      description: What failed.
      type: str
      sample: 'The API returned conflict 409: "The node is stopped, not running"'
"""

from ansible_collections.nodana.cloud.plugins.module_utils._module import run
from ansible_collections.nodana.cloud.plugins.module_utils._argspec import (
    NEW_NODE_OPTIONS,
    NODES_CONNECTION_OPTIONS,
    SECRETS_OPTIONS,
    WAIT_OPTIONS,
)
from ansible_collections.nodana.cloud.plugins.module_utils._resources.node import ensure_node


def main() -> None:
    """Run the module."""
    run(
        ensure_node,
        {
            **NODES_CONNECTION_OPTIONS,
            "id": {"type": "str"},
            "name": {"type": "str"},
            **NEW_NODE_OPTIONS,
            "state": {
                "type": "str",
                "choices": ["present", "absent", "started", "stopped", "restarted", "latest"],
                "default": "present",
            },
            **SECRETS_OPTIONS,
            **WAIT_OPTIONS,
        },
        required_one_of=[("id", "name")],
        mutually_exclusive=[("id", "name")],
    )


if __name__ == "__main__":
    main()
