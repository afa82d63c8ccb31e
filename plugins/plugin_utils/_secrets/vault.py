# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vault passwords of a run. Only this module depends on where ansible-core keeps them."""

from __future__ import annotations

from typing import Any

from ansible import constants
from ansible.errors import AnsibleError
from ansible.parsing.vault import AnsibleVaultFormatError, VaultLib, parse_vaulttext_envelope
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Invalid

_HOW = "Set one with --vault-password-file, --vault-id LABEL@FILE, ansible.cfg, or a credential of the job"
_ONE_OF_A_LABEL = (
    "Use only one of them. Passwords from --vault-password-file, ANSIBLE_VAULT_PASSWORD_FILE, vault_password_file in "
    "ansible.cfg and --ask-vault-pass all have the label default. --vault-id LABEL@FILE sets another label."
)


class Vault:
    """Encrypts and decrypts with the vault passwords that Ansible was started with."""

    def __init__(self, loader: Any) -> None:
        """Use the vault passwords of ``loader``, the data loader of a plugin."""
        self._loader = loader

    def encrypt(self, plain: bytes, vault_id: str | None = None) -> bytes:
        """Return the text that ansible-vault would write, with the label of the identity.

        The identity is ``vault_id``, or else the setting ``vault_encrypt_identity``, or else the only one. Raises
        Invalid if there is no such password, if several match, or if the encryption fails.
        """
        label, secret = self._identity(vault_id)
        try:
            text: bytes = VaultLib().encrypt(plain, secret, label)
        except (AnsibleError, ValueError, TypeError) as error:
            raise Invalid(f"Encryption with the vault password {label} failed: {_said(error)}") from error
        return text

    def decrypt(self, text: bytes) -> bytes:
        """Return the decrypted content of a vault text. Raises Invalid if no password decrypts it or it is damaged."""
        secrets = self._secrets()
        if not secrets:
            raise Invalid("It is encrypted, and Ansible has no vault password", advice=f"{_HOW}.")
        plain = _opened(text, secrets)
        if plain is None:
            raise Invalid(
                f"None of the vault passwords opens it (tried: {_labels(secrets)})",
                advice="Use the password that encrypted it.",
            )
        return plain

    def label(self, vault_id: str | None = None) -> str:
        """Return the label that ``encrypt`` writes. Raises Invalid if no password or several passwords match."""
        return self._identity(vault_id)[0]

    def opens(self, text: bytes, vault_id: str | None = None) -> bool:
        """Return whether the password of ``encrypt`` decrypts a vault text. Raises Invalid if the text is damaged."""
        return _opened(text, [self._identity(vault_id)]) is not None

    def opening(self, text: bytes) -> list[str]:
        """Return the labels of the passwords that decrypt a vault text. Raises Invalid if the text is damaged."""
        return [secret[0] for secret in self._secrets() if _opened(text, [secret]) is not None]

    def _identity(self, vault_id: str | None) -> tuple[str, Any]:
        """Return the label and the password to encrypt with. Raises Invalid if none or several passwords match."""
        secrets = self._secrets()
        if not secrets:
            raise Invalid("Ansible has no vault password to encrypt secrets with", advice=f"{_HOW}.")
        wanted = vault_id or constants.config.get_config_value("DEFAULT_VAULT_ENCRYPT_IDENTITY")
        found = [(label, secret) for label, secret in secrets if not wanted or label == wanted]
        if not found:
            raise Invalid(f"There is no vault password {wanted}, only {_labels(secrets)}", advice=f"{_HOW}.")
        if len({label for label, _secret in found}) > 1:
            raise Invalid(
                f"Ansible has several vault passwords ({_labels(found)}), and none is selected for encryption",
                advice="Set secrets_vault_id to one of these labels, or vault_encrypt_identity in ansible.cfg.",
            )
        if len({secret.bytes for _label, secret in found}) > 1:  # the same password given twice is fine
            raise Invalid(f"Ansible has several vault passwords with the label {found[0][0]}", advice=_ONE_OF_A_LABEL)
        return found[0]

    def _secrets(self) -> list[tuple[str, Any]]:
        try:
            return list(self._loader._vault.secrets or [])
        except AttributeError as error:  # ``_vault`` is not a public attribute
            raise Invalid(
                "nodana.cloud cannot find the vault passwords in this version of ansible-core",
                advice="Report this as a bug. secrets_encryption: none and return_secrets: true do not need them.",
            ) from error


def is_encrypted(text: bytes) -> bool:
    """Return whether this is a vault text."""
    return bool(VaultLib.is_encrypted(text))


def label_of(text: bytes) -> str:
    """Return the label in the header of a vault text, or '' if the header is not valid.

    A header without a label stands for the label of passwords without one.
    """
    try:
        return str(parse_vaulttext_envelope(text)[3])
    except AnsibleError:
        return ""


def _opened(text: bytes, secrets: list[tuple[str, Any]]) -> bytes | None:
    """Return the content of a vault text, or None if no password decrypts it. Raises Invalid if it is damaged."""
    try:
        return bytes(VaultLib(secrets).decrypt(text))
    except AnsibleVaultFormatError as error:
        raise Invalid("It is encrypted and damaged", advice="Restore it from a copy.") from error
    except AnsibleError:
        return None


def _labels(secrets: list[tuple[str, Any]]) -> str:
    return ", ".join(dict.fromkeys(label for label, _secret in secrets))


def _said(error: Exception) -> str:
    return str(getattr(error, "message", error)) or type(error).__name__
