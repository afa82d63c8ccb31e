# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import re

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Invalid
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets.store import SecretsFolder
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets.vault import Vault
from ansible_collections.nodana.cloud.tests.support.actions import loader
from ansible_collections.nodana.cloud.tests.support.alarm import alarm

SECRET = "abandon abandon about"


class Places:
    """A folder of secrets files, each with its own passwords."""

    def __init__(self, path):
        self.path = str(path)
        self.made = 0

    def folder(self, *passwords, vault_id=None, encrypt=True):
        return SecretsFolder(self.path, Vault(loader(*passwords)), encrypt, vault_id)

    def store(self, label, password, **options):
        """Store a file that is newer than the existing ones, and return its path."""
        self.made += 1
        os.makedirs(self.path, mode=0o700, exist_ok=True)
        content = {"app_id": f"app-{self.made}", "template": "phoenixd", "secrets": {"seed": SECRET}}
        path = self.folder((label, password), **options).store(content)
        os.utime(path, (self.made, self.made))
        return path


@pytest.fixture
def places(tmp_path):
    return Places(tmp_path / "secrets")


def refused(folder, *said):
    """Check that both kinds of check fail with this message, show no secret, and leave no file."""
    before = sorted(os.listdir(folder.path))
    for dry in (True, False):
        with alarm(10), pytest.raises(Invalid, match=".*".join(map(re.escape, said))) as failure:
            folder.check(dry=dry)
        assert not re.search("abandon|right|wrong", str(failure.value))
    assert sorted(os.listdir(folder.path)) == before


@pytest.mark.parametrize("label", ["default", "shop"])
def test_a_mistyped_password_is_refused_and_the_file_named_that_it_does_not_open(places, label):
    path = places.store(label, b"right")
    places.folder((label, b"right")).check(dry=False)
    refused(places.folder((label, b"wrong")), f"The vault password {label} does not open {path}", "rekey")


def test_a_file_with_another_label_may_have_another_password(places):
    places.store("shop", b"right")
    places.store("default", b"right too")
    places.folder(("bank", b"new")).check(dry=False)
    refused(places.folder(("default", b"wrong"), ("shop", b"right"), vault_id="default"), "phoenixd-app-2.yml")


def test_another_password_of_the_run_does_not_stand_in_for_the_one_that_encrypts(places):
    path = places.store("shop", b"right")
    exchanged = places.folder(("shop", b"wrong"), ("bank", b"right"), vault_id="shop")
    refused(exchanged, f"The vault password shop does not open {path}, but bank does")


def test_the_newest_file_has_the_password_that_counts(places):
    places.store("default", b"right before")
    newest = places.store("default", b"right")
    places.folder(("default", b"right")).check(dry=False)
    refused(places.folder(("default", b"right before")), newest)


def test_files_that_are_not_encrypted_or_no_secrets_files_are_passed_over(places):
    path = places.store("default", b"right")
    places.store("default", b"", encrypt=False)
    os.mkdir(os.path.join(places.path, "a-folder.yml"))
    os.mkfifo(os.path.join(places.path, "a-fifo.yml"))
    os.symlink("nowhere", os.path.join(places.path, "a-link.yml"))
    with open(os.path.join(places.path, "large-file.yml"), "wb") as file:
        file.truncate(2**40)
    refused(places.folder(("default", b"wrong")), path)
    with alarm(10):
        places.folder(("default", b"right")).check(dry=False)


@pytest.mark.parametrize("size", [40, 41, 26])
def test_a_truncated_file_is_told_from_a_mistyped_password(places, size):
    path = places.store("default", b"right")
    os.truncate(path, size)
    refused(places.folder(("default", b"right")), path, "It is encrypted and damaged", "Restore that file from a copy")


def test_a_changed_file_is_said_to_be_possibly_damaged(places):
    path = places.store("default", b"right")
    with open(path, "r+b") as file:
        text = file.read()
        file.seek(len(text) - 3)
        file.write(b"30" if text[-3:-1] != b"30" else b"31")
    refused(places.folder(("default", b"right")), path, "If the file is damaged, restore it")


def test_a_folder_without_encryption_takes_no_password(places):
    places.store("default", b"right")
    places.folder(encrypt=False).check(dry=False)


def test_a_file_that_another_run_removes_meanwhile_is_passed_over(places, monkeypatch):
    path, opened = places.store("default", b"right"), os.open

    def removed(name, *arguments):
        if name == path:
            os.unlink(path)
        return opened(name, *arguments)

    monkeypatch.setattr(os, "open", removed)
    places.folder(("default", b"wrong")).check(dry=False)


def test_a_file_that_cannot_be_read_is_named(places, monkeypatch):
    path, opened = places.store("default", b"right"), os.open

    def denied(name, *arguments):
        if name == path:
            raise PermissionError(13, "Permission denied")
        return opened(name, *arguments)

    monkeypatch.setattr(os, "open", denied)
    refused(places.folder(("default", b"right")), f"{path} cannot be read: Permission denied")
