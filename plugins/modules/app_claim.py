#!/usr/bin/python

# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: app_claim
short_description: Claim an app at Nodana before somebody else does
version_added: 1.0.0
description:
  - A new LNbits or Alby Hub belongs to whoever visits it first. This sets up its first user, with credentials that are
    made up, and stored before they are sent. An Alby Hub that is locked, as after each restart, is unlocked.
  - The credentials are in a file of their own, below O(secrets_dir) in the folder C(claims), named and encrypted like
    the other secrets of the app. A run that breaks off loses nothing; the next one sends the same credentials.
  - It proves each time that the app is ours, by opening a session. An app that somebody else has claimed is a failure.
  - It knows the templates V(lnbits-phoenixd) and V(alby-hub-phoenixd). With apps of other templates it does nothing.
author:
  - nodana.cloud contributors (@nodana)
extends_documentation_fragment:
  - nodana.cloud.controller
  - nodana.cloud.asked_app
attributes:
  idempotent:
    support: full
options:
  secrets_vault_id:
    description:
      - The label of the vault password that encrypts the file. By default C(vault_encrypt_identity) of C(ansible.cfg),
        or the only password. With several passwords and neither of the two, the task fails before it sends anything.
    type: str
  secrets_encryption:
    description:
      - V(vault) encrypts the file with a vault password of this run; there must be one. It must open the newest file
        with the same label in the folder of the secrets and in that of the claims.
      - V(none) writes the credentials readable for the user of the controller.
    type: str
    choices: [vault, none]
    default: vault
  username:
    description:
      - The name of the first user of an LNbits, 2 to 20 characters.
    type: str
    default: admin
  first_install_token:
    description:
      - The token that an LNbits was told to want from whoever claims it. There is none by default.
    type: str
  send:
    description:
      - Whether to send the credentials. Otherwise it is only made sure that they are stored, so that they can be taken
        elsewhere first.
    type: bool
    default: true
  unknown_owner:
    description:
      - What to do about an app that is claimed when no credentials are known here. V(accept) is for apps whose
        credentials are kept elsewhere.
    type: str
    choices: [fail, accept]
    default: fail
seealso:
  - module: nodana.cloud.app_check
  - module: nodana.cloud.nodana_stack
  - plugin: nodana.cloud.app_secrets
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Have an LNbits in the project shop
  nodana.cloud.nodana_stack:
    project: shop
    apps:
      - template: lnbits-phoenixd
    secrets_dir: "{{ secrets_dir }}"
  register: shop

- name: Claim it
  nodana.cloud.app_claim:
    app: "{{ shop.apps[0] }}"
    secrets_dir: "{{ secrets_dir }}"
  register: claim

- name: Show where its credentials are
  ansible.builtin.debug:
    var: claim.credentials_file
"""

RETURN = r"""
done:
  description: What was done, out of V(store credentials), V(claim) and V(unlock). In check mode, what would be.
  returned: always
  type: list
  elements: str
  sample: [store credentials, claim]
credentials_file:
  description: The file on the controller with the credentials.
  returned: when it exists
  type: str
  sample: /home/user/secrets/claims/lnbits-phoenixd-app-1234.yml
note:
  description: What could not be proved.
  returned: with O(unknown_owner=accept), when no credentials are known
  type: str
  sample: it is claimed; without credentials it cannot be told by whom
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
      description: The name of the error, V(SomebodyElses) for an app that is not ours.
      type: str
      sample: SomebodyElses
    message:
      description: What failed.
      type: str
      sample: "LNBITS-PHOENIXD APP-1234 AT HTTPS://L-AD4F.NODANA.APP:5000 WAS CLAIMED BY SOMEBODY ELSE: it is set up"
"""
