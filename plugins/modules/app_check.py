#!/usr/bin/python

# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: app_check
short_description: Check that an app at Nodana works
version_added: 1.0.0
description:
  - Asks the app itself, at its URL, until it is well or the time is over. It only reads; it never pays or moves
    anything.
  - A C(phoenixd) tells its node id and chain to its password, also to the limited one, and refuses everybody else.
  - A C(cdk-mintd) or C(nutshell) mint has the name and description of O(params), and an active keyset.
  - An C(lnbits-phoenixd) belongs to somebody and is healthy; with its credentials at hand its funding source is, too.
  - An C(alby-hub-phoenixd) is set up and its node runs.
  - Any other app answers.
author:
  - nodana.cloud contributors (@nodana)
extends_documentation_fragment:
  - nodana.cloud.controller
  - nodana.cloud.asked_app
attributes:
  idempotent:
    support: full
    details:
      - It only reads.
options:
  level:
    description:
      - V(well) checks all of the above.
      - V(alive) only makes sure that something answers, whatever it says but for a server error. No secret is needed.
    type: str
    choices: [alive, well]
    default: well
  params:
    description:
      - What the app was created with. Only C(mint_name) and C(mint_description) are looked at.
    type: dict
    default: {}
seealso:
  - module: nodana.cloud.app_claim
  - module: nodana.cloud.nodana_stack
"""

EXAMPLES = r"""
- name: Have a node in the project shop
  nodana.cloud.nodana_stack:
    project: shop
    apps:
      - template: phoenixd
    secrets_dir: "{{ secrets_dir }}"
  register: shop

- name: Make sure that it works
  nodana.cloud.app_check:
    app: "{{ shop.apps[0] }}"
    secrets_dir: "{{ secrets_dir }}"
  register: check

- name: Show its node id
  ansible.builtin.debug:
    var: check.health.node_id
"""

RETURN = r"""
health:
  description: What the app told, beside these fields what its template has. It holds no secret.
  returned: success
  type: dict
  contains:
    app:
      description: The app's id.
      type: str
      sample: app-1234
    version:
      description: The version of the program, where it tells it.
      type: str
      sample: 0.7.1
    node_id:
      description: The id of a phoenixd's node in the Lightning network.
      type: str
      sample: 03864ef025fde8fb587d989186ce6a4a186895ee44a926bfc370e2c366597a3f8f
    note:
      description: What could not be checked, because a password is not at hand.
      type: str
      sample: null
looks:
  description: How often it was looked.
  returned: success
  type: int
  sample: 1
error:
  description: What failed, for a rescue block.
  returned: on failure
  type: dict
  contains:
    code:
      description: Always null; other modules have the API's status number there.
      type: int
      sample: null
    name:
      description: The name of the error.
      type: str
      sample: WaitTimeout
    message:
      description: What failed, with the last answer of the app.
      type: str
      sample: "nutshell app-1234 at https://nutshell-ad4f.nodana.app:3338 is not well: GET /v1/info answered 502"
"""
