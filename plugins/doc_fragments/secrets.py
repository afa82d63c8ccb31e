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
      - A folder on the controller for the one-time secrets of new apps, with one file per app, named by template and
        id. A relative path is relative to the playbook. If the folder does not exist, it is created, and only its owner
        can access it.
      - The task fails if other users can write to the folder, or if the folder or a symbolic link on its path belongs
        to another user.
      - The folder is checked before an app is created, and the file is written before the module waits for the app.
      - Use C(ansible-vault view) or P(nodana.cloud.app_secrets#lookup) to read a file.
    type: path
  secrets_vault_id:
    description:
      - The label of the vault password that encrypts the file. The default is C(vault_encrypt_identity) from
        C(ansible.cfg), or else the only password. If there are several passwords and neither option is set, the task
        fails before the first request.
    type: str
  secrets_encryption:
    description:
      - V(vault) encrypts the file with a vault password of this run, and requires one. The password must decrypt the
        newest file in O(secrets_dir) that has the same label, so that a mistyped password encrypts no new secrets.
      - V(none) writes the secrets unencrypted, readable only for the user who runs Ansible.
    type: str
    choices: [vault, none]
    default: vault
  return_secrets:
    description:
      - Whether to return the one-time secrets of a new app as RV(secrets). They are also returned if the task fails
        after the creation.
      - Set C(no_log=true) on the task. Otherwise the secrets appear on the screen and in every log of the task, and the
        task warns.
      - Without O(secrets_dir), also set O(wait=false), so that the next task can store the secrets before a wait can
        fail.
    type: bool
    default: false
notes:
  - While the module creates apps or waits for more than a few seconds, the task shows its progress, such as C(created 3
    of 20 apps), at most every 5 seconds. Set the environment variable E(NODANA_PROGRESS) to V(0) on the controller to
    turn this off. There is no progress in check mode, with C(no_log=true), or with a connection other than C(local).
"""
