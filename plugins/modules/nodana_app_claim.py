#!/usr/bin/python

# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: nodana_app_claim
short_description: Claim an app at Nodana
version_added: 1.0.0
description:
  - A new LNbits or Alby Hub belongs to its first visitor. This module sets up its first user with generated
    credentials, which it stores before it sends them. It also unlocks an Alby Hub, which is locked after each restart.
  - The credentials are stored in a separate file in the folder C(claims) below O(secrets_dir). The file is named and
    encrypted like the other secrets files. If a run is interrupted, the next run sends the same credentials.
  - Each run logs in to prove that the app belongs to you. The module fails if someone else has claimed the app.
  - An app whose credentials are stored can be open to its first visitor again, for example an LNbits whose data is lost
    or whose install token is changed. The module warns that the app was reset, and then claims it with the known
    credentials. It knows this from an empty hidden file with the suffix C(.claimed), which it creates in the folder
    C(claims) when the app accepts the claim or the credentials.
  - After failed logins, which anyone can cause, LNbits refuses all logins for 60 to 900 seconds. The module waits if
    O(timeout) allows it. Otherwise it fails, because it is not known whether the app accepts your credentials.
  - An LNbits that refuses a login with status 403 accepts no passwords, or it is behind a proxy. That proves no owner,
    and neither does a login if LNbits then refuses to show its status. The module fails, unless the app has accepted a
    claim or your credentials before. Then it succeeds with a RV(note).
  - An Alby Hub that was moved to another place is never started or unlocked. The module fails.
  - The time between two requests grows from one to ten seconds. The module waits longer if the app requests that with
    C(Retry-After). It does not repeat a request that the app refuses for good.
  - Apps of templates other than V(lnbits-phoenixd) and V(alby-hub-phoenixd) need no claim. The module does nothing with
    them.
author:
  - nodana.cloud contributors (@nodana)
extends_documentation_fragment:
  - nodana.cloud.attributes
  - nodana.cloud.controller
  - nodana.cloud.controller.apps
  - nodana.cloud.app_connection
  - nodana.cloud.app_connection.one_app
options:
  secrets_vault_id:
    description:
      - The label of the vault password that encrypts the file. The default is C(vault_encrypt_identity) in
        C(ansible.cfg), or the only vault password. With several vault passwords and no label, the task fails before it
        sends a request.
    type: str
  secrets_encryption:
    description:
      - V(vault) encrypts the file with a vault password of this run. That password must open the newest file with the
        same label in O(secrets_dir) and in the folder C(claims).
      - V(none) stores the credentials unencrypted, readable only for the user on the controller.
    type: str
    choices: [vault, none]
    default: vault
  username:
    description:
      - The name of the first user of an LNbits, 2 to 20 characters. It has no effect if credentials are already known.
    type: str
    default: admin
  first_install_token:
    description:
      - The install token that an LNbits requires for a claim. By default, LNbits requires none.
      - If the token is missing or wrong, the module fails without waiting.
    type: str
  send:
    description:
      - Whether to send the credentials. With V(false), the module only stores them, so that another task can copy them
        first.
    type: bool
    default: true
  unknown_owner:
    description:
      - What to do if the app is claimed and its credentials are not known. Use V(accept) for apps whose credentials are
        stored elsewhere.
    type: str
    choices: [fail, accept]
    default: fail
seealso:
  - module: nodana.cloud.nodana_app_check
  - module: nodana.cloud.nodana_stack
  - plugin: nodana.cloud.app_secrets
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Create an LNbits in the project shop
  nodana.cloud.nodana_stack:
    project: shop
    apps:
      - template: lnbits-phoenixd
    secrets_dir: "{{ secrets_dir }}"
  register: shop

- name: Claim the LNbits
  nodana.cloud.nodana_app_claim:
    app: "{{ shop.apps[0] }}"
    secrets_dir: "{{ secrets_dir }}"
  register: claim

- name: Show where its credentials are
  ansible.builtin.debug:
    var: claim.credentials_file
"""

RETURN = r"""
done:
  description:
    - The completed steps, V(store credentials), V(claim) and V(unlock). In check mode, the steps that a real run would
      take.
  returned: always
  type: list
  elements: str
  sample: [store credentials, claim]
credentials_file:
  description: The path of the file with the credentials, on the controller.
  returned: when the file exists
  type: str
  sample: /home/user/secrets/claims/lnbits-phoenixd-app-1234.yml
note:
  description: What was not proved, or that the app was reset.
  returned: >-
    with O(unknown_owner=accept), when the credentials are not known; when an app that was claimed before cannot be
    verified; when the app was claimed before and its first visitor can claim it again, also on failure
  type: str
  sample: it is claimed; without its credentials, its owner is unknown
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
      description:
        - The name of the error. It is V(AlreadyClaimed) if someone else has claimed the app, V(MovedAway) if an Alby
          Hub was moved to another place, and V(CannotVerify) if the app refuses the requests that prove its owner, for
          now or for good.
      type: str
      sample: AlreadyClaimed
    message:
      description: What failed.
      type: str
      sample: "LNBITS-PHOENIXD APP-1234 AT HTTPS://L-AD4F.NODANA.APP:5000 WAS CLAIMED BY SOMEONE ELSE: it is set up"
"""
