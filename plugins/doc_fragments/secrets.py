# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of modules that create apps for the storage of one-time secrets."""

    DOCUMENTATION = r"""
options:
  secrets_dir:
    description:
      - A folder on the controller for the one-time secrets of created apps, one file an app, named by template and id.
        Relative paths are relative to the playbook. It is made if it does not exist, for its owner alone.
      - A folder that other users can write to, or that belongs to another user, is refused; so is a symbolic link that
        belongs to another user.
      - It is checked before anything is created, and the file is written before anything is waited for.
      - Read a file with C(ansible-vault view), or with P(nodana.cloud.app_secrets#lookup).
    type: path
  secrets_vault_id:
    description:
      - The label of the vault password that encrypts the file. By default C(vault_encrypt_identity) of C(ansible.cfg),
        or the only password. With several passwords and neither of the two, the task fails before the first request.
    type: str
  secrets_encryption:
    description:
      - V(vault) encrypts the file with a vault password of this run; there must be one. It must open the newest file in
        O(secrets_dir) that has the same label, so that a mistyped password encrypts no new secrets.
      - V(none) writes the secrets readable for the user of the controller.
    type: str
    choices: [vault, none]
    default: vault
  return_secrets:
    description:
      - Whether to return the one-time secrets of a created app as RV(secrets). A failure after the creation returns
        them, too.
      - Without C(no_log=true) on the task, the secrets are on the screen and in every log of it, and the task warns.
      - Give the task C(no_log=true) then, and O(wait=false) unless there is O(secrets_dir) as well, so that the next
        task can keep the secrets in a safe place before anything can go wrong.
    type: bool
    default: false
"""
