# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible import constants
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Invalid
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets.vault import Vault, is_encrypted
from ansible_collections.nodana.cloud.tests.support.actions import loader


def vault(*pairs, **passwords):
    return Vault(loader(*((label, password.encode()) for label, password in [*pairs, *passwords.items()])))


def label_of(text):
    parts = text.splitlines()[0].decode().split(";")
    return parts[3] if len(parts) > 3 else None


@pytest.fixture
def encrypt_identity(monkeypatch):
    """Return a function that sets vault_encrypt_identity as ansible.cfg would."""

    def setting(label):
        monkeypatch.setenv("ANSIBLE_VAULT_ENCRYPT_IDENTITY", label)
        assert constants.config.get_config_value("DEFAULT_VAULT_ENCRYPT_IDENTITY") == label

    return setting


def test_what_is_encrypted_comes_back():
    text = vault(default="one").encrypt("Seed — words\n".encode())
    assert is_encrypted(text)
    assert vault(default="one").decrypt(text) == "Seed — words\n".encode()


def test_the_named_password_encrypts():
    both = vault(shop="one", bank="two")
    assert label_of(both.encrypt(b"x", "shop")) == "shop"
    assert label_of(both.encrypt(b"x", "bank")) == "bank"
    assert vault(bank="two").decrypt(both.encrypt(b"x", "bank")) == b"x"


@pytest.mark.parametrize("passwords", [{"shop": "one", "bank": "two"}, {"shop": "one", "bank": "one"}])
def test_none_of_several_passwords_is_picked(passwords):
    with pytest.raises(Invalid, match=r"several vault passwords \(shop, bank\).*Set secrets_vault_id to one of"):
        vault(**passwords).encrypt(b"x")


@pytest.mark.parametrize("vault_id", [None, "default"])
def test_none_of_two_passwords_with_one_label_is_picked(vault_id):
    twice = vault(("default", "one"), ("default", "two"))
    with pytest.raises(Invalid, match=r"several vault passwords with the label default.*--vault-password-file"):
        twice.encrypt(b"x", vault_id)
    assert twice.decrypt(vault(default="two").encrypt(b"x")) == b"x"


def test_the_same_password_given_twice_encrypts():
    twice = vault(("default", "one"), ("default", "one"))
    assert vault(default="one").decrypt(twice.encrypt(b"x")) == b"x"


def test_the_default_password_needs_no_label():
    assert label_of(vault(default="one").encrypt(b"x")) is None


def test_the_configured_identity_encrypts_unless_another_is_named(encrypt_identity):
    encrypt_identity("bank")
    both = vault(shop="one", bank="two")
    assert label_of(both.encrypt(b"x")) == "bank"
    assert label_of(both.encrypt(b"x", "shop")) == "shop"


def test_an_identity_that_was_not_given_is_named_and_so_are_those_that_were():
    with pytest.raises(Invalid, match="There is no vault password bank, only shop, home"):
        vault(shop="one", home="two").encrypt(b"x", "bank")


def test_no_password_is_said_before_anything():
    with pytest.raises(Invalid, match="has no vault password"):
        vault().encrypt(b"x")
    with pytest.raises(Invalid, match="has no vault password"):
        vault().decrypt(vault(default="one").encrypt(b"x"))


def test_a_wrong_password_is_said_with_the_labels_and_nothing_else():
    with pytest.raises(Invalid, match=r"None of the vault passwords opens it \(tried: shop\)"):
        vault(shop="wrong").decrypt(vault(default="one").encrypt(b"x"))


def test_an_ansible_core_that_keeps_them_elsewhere_is_told_from_one_without():
    with pytest.raises(Invalid, match=r"cannot find the vault passwords"):
        Vault(object()).encrypt(b"x")


@pytest.mark.parametrize(
    "text",
    [b"$ANSIBLE_VAULT", b"$ANSIBLE_VAULT;1.1;AES256\n", b"$ANSIBLE_VAULT;1.1;AES256\n6162", b"$ANSIBLE_VAULT;1.1\n0"],
)
def test_a_damaged_text_is_told_from_a_wrong_password(text):
    with pytest.raises(Invalid, match="It is encrypted and damaged. Restore it from a copy"):
        vault(default="one").decrypt(text)
