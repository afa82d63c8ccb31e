# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Conflict, Invalid, NodanaError, NotFound
from ansible_collections.nodana.cloud.plugins.module_utils._local import atomic_file
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets import audit, regular_file
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets.store import SecretsFolder
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets.vault import Vault
from ansible_collections.nodana.cloud.tests.support.actions import loader
from ansible_collections.nodana.cloud.tests.support.alarm import alarm

CONTENT = {
    "app_id": "app-1",
    "project_id": "prj-1",
    "template": "phoenixd",
    "url": "https://a.example:9740",
    "created_at": "2026-11-23T17:00:00Z",
    "api_url": "https://api.nodana.io/v1",
    "secrets": {"seed": "abandon abandon about"},
}


def vault(*passwords):
    return Vault(loader(*passwords))


@pytest.fixture
def folder(tmp_path):
    return SecretsFolder(str(tmp_path / "secrets"), vault(("default", b"right")))


@pytest.fixture
def filled(folder):
    folder.check(dry=False)
    folder.store(CONTENT)
    return folder


def plain(folder):
    return SecretsFolder(folder.path, folder.vault, encrypt=False)


def test_the_folder_is_made_for_its_owner_alone(folder):
    folder.check(dry=False)
    assert stat.S_IMODE(os.stat(folder.path).st_mode) == 0o700
    assert os.listdir(folder.path) == []


def test_what_killed_runs_left_of_their_checks_goes_after_an_hour_and_nothing_else(filled, monkeypatch):
    folder, kept = Path(filled.path), sorted(os.listdir(filled.path))
    for path in folder.iterdir():
        os.utime(path, (0, 0))
    with monkeypatch.context() as patched:
        patched.setattr(atomic_file, "write_new", killed)
        with pytest.raises(KeyboardInterrupt):
            filled.check(dry=False)
    (probe,) = (folder / name for name in os.listdir(folder) if name not in kept)
    (folder / f".{probe.name}.abcd.tmp").touch()
    for age, left in ((3000, 2), (4000, 0)):
        for path in (probe, folder / f".{probe.name}.abcd.tmp"):
            os.utime(path, (path.stat().st_atime, time.time() - age))
        filled.check(dry=False)
        assert len(os.listdir(folder)) == len(kept) + left
    assert sorted(os.listdir(folder)) == kept


def killed(path, content):
    Path(path).write_bytes(content)
    raise KeyboardInterrupt


def test_a_dry_check_leaves_no_trace(folder, tmp_path):
    folder.check(dry=True)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("dry", [True, False])
def test_a_file_instead_of_the_folder_is_refused(folder, tmp_path, dry):
    (tmp_path / "secrets").touch()
    with pytest.raises(Invalid, match="is not a folder"):
        folder.check(dry=dry)


@pytest.mark.parametrize("dry", [True, False])
def test_a_folder_that_cannot_be_made_is_refused(folder, tmp_path, dry):
    (tmp_path / "file").touch()
    below = SecretsFolder(str(tmp_path / "file" / "secrets"), folder.vault)
    with pytest.raises(Invalid, match=f"secrets_dir {below.path} .* be written to"):
        below.check(dry=dry)


@pytest.mark.parametrize("fault", ["link", "fsync"])
def test_a_folder_that_cannot_hold_files_is_refused(folder, monkeypatch, fault):
    def broken(*_arguments):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, fault, broken)
    with pytest.raises(Invalid, match="cannot be written to: Operation not supported"):
        folder.check(dry=False)
    assert os.listdir(folder.path) == []


@pytest.mark.parametrize("dry", [True, False])
def test_without_a_vault_password_it_is_refused_and_nothing_made(tmp_path, dry):
    with pytest.raises(Invalid, match="has no vault password"):
        SecretsFolder(str(tmp_path / "secrets"), vault()).check(dry=dry)
    assert os.listdir(tmp_path) == []


def test_unencrypted_files_need_no_vault_password(tmp_path):
    folder = SecretsFolder(str(tmp_path / "secrets"), vault(), encrypt=False)
    folder.check(dry=False)
    assert folder.read(folder.store(CONTENT)) == CONTENT


def test_what_was_stored_is_encrypted_and_read_again(filled):
    path = filled.file_of("phoenixd", "app-1")
    with open(path, "rb") as file:
        text = file.read()
    assert text.startswith(b"$ANSIBLE_VAULT;1.1;AES256\n")
    assert b"abandon" not in text
    assert filled.read(path) == CONTENT
    assert filled.existing_file_of("phoenixd", "app-1") == path
    assert filled.existing_file_of("phoenixd", "app-2") is None


def test_storing_the_same_again_is_fine_and_clears_up(filled):
    left = os.path.join(filled.path, ".phoenixd-app-1.yml.killed.tmp")
    open(left, "w").close()
    assert filled.store(CONTENT) == filled.file_of("phoenixd", "app-1")
    assert os.listdir(filled.path) == ["phoenixd-app-1.yml"]


def test_a_run_that_swept_meanwhile_does_no_harm(filled, monkeypatch):
    def swept(_source, _target):
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(os, "link", swept)
    assert filled.store(CONTENT) == filled.file_of("phoenixd", "app-1")
    with pytest.raises(NodanaError):
        filled.store({**CONTENT, "app_id": "app-2"})


@pytest.mark.parametrize("change", [{"secrets": {"seed": "other"}}, {"url": None}, {"created_at": "later"}])
def test_another_file_of_the_name_is_never_touched(filled, change):
    path = filled.file_of("phoenixd", "app-1")
    with open(path, "rb") as file:
        before = file.read()
    with pytest.raises(Conflict, match="exists with other content"):
        filled.store({**CONTENT, **change})
    with open(path, "rb") as file:
        assert file.read() == before
    assert os.listdir(filled.path) == ["phoenixd-app-1.yml"]


def test_an_unencrypted_file_does_not_pass_for_an_encrypted_one(folder):
    plain(folder).check(dry=False)
    plain(folder).store(CONTENT)
    with pytest.raises(Conflict, match="not encrypted"):
        folder.store(CONTENT)


def test_an_encrypted_file_is_more_than_what_was_asked_for(filled):
    assert plain(filled).store(CONTENT) == filled.file_of("phoenixd", "app-1")


def test_a_file_that_no_password_opens_is_not_touched(filled):
    other = SecretsFolder(filled.path, vault(("mine", b"wrong")))
    with pytest.raises(
        Invalid, match=r"phoenixd-app-1.yml cannot be read: None of the vault passwords opens it \(tried: mine"
    ):
        other.store(CONTENT)
    assert filled.read(filled.file_of("phoenixd", "app-1")) == CONTENT


def test_an_app_is_found_by_its_id_alone(filled):
    filled.store({**CONTENT, "app_id": "1", "template": "nutshell", "secrets": {}})
    assert filled.of_app("app-1") == CONTENT
    assert filled.of_app("1")["secrets"] == {}


@pytest.mark.parametrize("app_id", ["app-2", "", "pp-1", "*", "../secrets/app-1", "app-1.yml"])
def test_another_id_is_not_found(filled, app_id):
    with pytest.raises(NotFound, match=r"No file in .* holds secrets of the app"):
        filled.of_app(app_id)


def test_a_missing_folder_is_named(folder):
    with pytest.raises(NotFound, match=f"There is no folder {folder.path}"):
        folder.of_app("app-1")


def test_two_files_of_an_app_are_not_chosen_from(filled):
    filled.store({**CONTENT, "template": "other"})
    with pytest.raises(Conflict, match=r"Several files .*other-app-1.yml.*phoenixd-app-1.yml"):
        filled.of_app("app-1")


def test_a_file_that_is_none_of_ours_is_named(filled):
    with open(os.path.join(filled.path, "x-app-3.yml"), "w", encoding="utf-8") as file:
        file.write("seed: abandon")
    with pytest.raises(Invalid, match=r"x-app-3.yml cannot be read: it is not a secrets file of an app") as refused:
        filled.of_app("app-3")
    assert "abandon" not in str(refused.value)


@pytest.mark.parametrize("dry", [True, False])
@pytest.mark.parametrize("encrypt", [True, False])
def test_a_folder_that_others_can_write_is_refused_and_left_alone(filled, dry, encrypt):
    os.chmod(filled.path, 0o770)
    with pytest.raises(Invalid, match=f"Other users can write to secrets_dir {filled.path} .*Run: chmod go-w"):
        SecretsFolder(filled.path, filled.vault, encrypt).check(dry=dry)
    assert os.listdir(filled.path) == ["phoenixd-app-1.yml"]


def test_a_folder_that_somebody_else_makes_meanwhile_is_refused(folder, monkeypatch):
    def made(path, **_options):
        os.mkdir(path)
        os.chmod(path, 0o777)

    monkeypatch.setattr(os, "makedirs", made)
    with pytest.raises(Invalid, match="Other users can write to"):
        folder.check(dry=False)
    assert os.listdir(folder.path) == []


def test_a_fifo_in_place_of_a_file_is_refused_and_blocks_nothing(folder):
    folder.check(dry=False)
    path = folder.file_of("phoenixd", "app-1")
    os.mkfifo(path)
    said = f"{path} cannot be read: it is not a regular file"
    with alarm(10):
        assert folder.files() == [path]
        assert folder.existing_file_of("phoenixd", "app-1") is None
        for use in (lambda: folder.read(path), lambda: folder.of_app("app-1"), lambda: folder.store(CONTENT)):
            with pytest.raises(Invalid, match=said):
                use()
        (seen,) = audit.check_files(folder)
        assert seen["problem"] == "cannot be read: it is not a regular file."
        folder.check(dry=False)
        folder.store({**CONTENT, "app_id": "app-2"})
    assert stat.S_ISFIFO(os.stat(path).st_mode)


def test_a_file_that_is_too_large_is_refused(filled):
    with open(filled.file_of("phoenixd", "app-1"), "ab") as file:
        file.truncate(regular_file.LIMIT + 1)
    with pytest.raises(Invalid, match=r"phoenixd-app-1.yml cannot be read: it is larger than 4 MiB"):
        filled.of_app("app-1")
