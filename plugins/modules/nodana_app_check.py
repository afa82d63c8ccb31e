#!/usr/bin/python

# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: nodana_app_check
short_description: Wait until an app at Nodana is healthy
version_added: 1.0.0
description:
  - Sends requests to the app at its URL until it is healthy or the timeout is over. The requests only read. They never
    pay or move money.
  - A C(phoenixd) is healthy if it returns its node id and chain with its password and with the limited password, and
    refuses requests without them.
  - A C(cdk-mintd) or C(nutshell) is healthy if it has an active keyset. Its name and description are compared with
    O(params). A difference is only a note, because the owner of a mint can rename it, unless O(created=true).
  - An C(lnbits-phoenixd) is healthy if it is claimed and its own health check succeeds. If its credentials are known,
    they must be of an administrator, and its funding source must work, too. After failed logins, which anyone can
    cause, LNbits refuses all logins for 60 to 900 seconds. The module waits if O(timeout) allows it. Otherwise it
    succeeds with a note that the funding source cannot be verified now.
  - An C(alby-hub-phoenixd) is healthy if it is set up and its node runs. A hub that was moved to another place is not
    healthy, and must never be started again.
  - A C(vss) is healthy if it refuses an unsigned request.
  - An app of another template is healthy if it responds.
  - The time between two requests grows from one to ten seconds. The module waits longer if the app requests that with
    C(Retry-After). It fails at once if the app refuses a request for good.
author:
  - nodana.cloud contributors (@nodana)
extends_documentation_fragment:
  - nodana.cloud.attributes
  - nodana.cloud.controller
  - nodana.cloud.controller.apps
  - nodana.cloud.app_connection
  - nodana.cloud.app_connection.one_app
options:
  level:
    description:
      - V(healthy) runs the check of the app's template.
      - V(alive) only checks that the app responds with a status below 500. It needs no secret.
    type: str
    choices: [alive, healthy]
    default: healthy
  params:
    description:
      - The parameters that the app was created with. Only C(mint_name) and C(mint_description) are compared.
    type: dict
    default: {}
  created:
    description:
      - Whether this run created the app. Then a mint with another name or description than in O(params) is not healthy.
    type: bool
    default: false
seealso:
  - module: nodana.cloud.nodana_app_claim
  - module: nodana.cloud.nodana_app_health_info
  - module: nodana.cloud.nodana_stack
"""

EXAMPLES = r"""
- name: Create a node in the project shop
  nodana.cloud.nodana_stack:
    project: shop
    apps:
      - template: phoenixd
    secrets_dir: "{{ secrets_dir }}"
  register: shop

- name: Wait until the node is healthy
  nodana.cloud.nodana_app_check:
    app: "{{ shop.apps[0] }}"
    secrets_dir: "{{ secrets_dir }}"
  register: check

- name: Show its node id
  ansible.builtin.debug:
    var: check.health.node_id
"""

RETURN = r"""
health:
  description: What the app reported. There are more fields for some templates.
  returned: success
  type: dict
  contains:
    app:
      description: The id of the app.
      type: str
      sample: app-1234
    version:
      description: The version of the program, or null if the app does not report it.
      type: str
      sample: 0.7.1
    node_id:
      description: The id of a phoenixd node in the Lightning network, otherwise null.
      type: str
      sample: 03864ef025fde8fb587d989186ce6a4a186895ee44a926bfc370e2c366597a3f8f
    note:
      description:
        - What was not checked and why, or how a mint differs from O(params). Null if there is nothing to note.
      type: str
      sample: null
polls:
  description: How many times the app was checked.
  returned: success
  type: int
  sample: 1
error:
  description: The error, for use in a C(rescue) block.
  returned: failure
  type: dict
  contains:
    code:
      description: Always null. In other modules, it is the status code of the API.
      type: int
      sample: null
    name:
      description: The name of the error.
      type: str
      sample: WaitTimeout
    message:
      description: What failed, with the last response of the app.
      type: str
      sample: "nutshell app-1234 at https://nutshell-ad4f.nodana.app:3338 is not healthy: GET /v1/info returned 502"
"""
