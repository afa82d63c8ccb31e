# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vault passwords of a run. No other room knows where ansible-core keeps them."""

from __future__ import annotations

from typing import Any

from ansible import constants
from ansible.errors import AnsibleError
from ansible.parsing.vault import VaultLib, match_encrypt_secret
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Invalid

_HOW = "Give ansible-playbook one: --vault-password-file, --vault-id LABEL@FILE, ansible.cfg or the job's credential"


class Vault:
    """Encrypts and decrypts with the passwords that Ansible was started with, whichever way it got them."""

    def __init__(self, loader: Any) -> None:
        """``loader`` is that of a plugin: its files are decrypted with these passwords."""
        self._loader = loader

    def encrypt(self, plain: bytes, vault_id: str | None = None) -> bytes:
        """Give the text that ansible-vault would write, labelled with the identity.

        That is ``vault_id``, else the one set as ``vault_encrypt_identity``, else the first. Raises Invalid when there
        is no such password, or none that encrypts.
        """
        label, secret = self._identity(vault_id or constants.config.get_config_value("DEFAULT_VAULT_ENCRYPT_IDENTITY"))
        try:
            text: bytes = VaultLib().encrypt(plain, secret, label)
        except (AnsibleError, ValueError, TypeError) as error:
            raise Invalid(f"The vault password {label} cannot encrypt: {_said(error)}") from error
        return text

    def decrypt(self, text: bytes) -> bytes:
        """Give what is in a vault text. Raises Invalid when no password opens it."""
        secrets = self._secrets()
        if not secrets:
            raise Invalid("It is encrypted, and Ansible was given no vault password", advice=f"{_HOW}.")
        try:
            return bytes(VaultLib(secrets).decrypt(text))
        except AnsibleError as error:
            raise Invalid(
                f"None of the vault passwords opens it ({', '.join(label for label, _secret in secrets)} were tried)",
                advice="Give the one that it was encrypted with.",
            ) from error

    def _identity(self, wanted: str | None) -> tuple[str, Any]:
        secrets = self._secrets()
        if not secrets:
            raise Invalid("Ansible was given no vault password to encrypt secrets with", advice=f"{_HOW}.")
        try:
            label, secret = match_encrypt_secret(secrets, encrypt_vault_id=wanted)
        except AnsibleError as error:
            labels = ", ".join(label for label, _secret in secrets)
            raise Invalid(f"There is no vault password {wanted}, only {labels}", advice=f"{_HOW}.") from error
        return label, secret

    def _secrets(self) -> list[tuple[str, Any]]:
        try:
            return list(self._loader._vault.secrets or [])
        except AttributeError as error:  # not a promised interface
            raise Invalid(
                "This ansible-core keeps its vault passwords where nodana.cloud does not find them",
                advice="Please report it. secrets_encryption: none and return_secrets: true do without them.",
            ) from error


def is_encrypted(text: bytes) -> bool:
    """Whether this is a vault text."""
    return bool(VaultLib.is_encrypted(text))


def _said(error: Exception) -> str:
    return str(getattr(error, "message", error)) or type(error).__name__
