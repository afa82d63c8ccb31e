# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import os

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultSecret
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Invalid
from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.restore import restore_rows
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets import audit
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets.store import SecretsFolder
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets.vault import Vault
from ansible_collections.nodana.cloud.tests.support.accounts import node

SEED = "legal winner thank year wave sausage worth useful legal winner thank yellow"
LONG = "abandon " * 23 + "art"
APPS = ({"id": "app-1", "template": "phoenixd"},)


@pytest.fixture
def folder(tmp_path):
    loader = DataLoader()
    loader.set_vault_secrets([("default", VaultSecret(b"the vault password"))])
    made = SecretsFolder(str(tmp_path / "secrets"), Vault(loader))
    made.check(dry=False)
    return made


def store(folder, app_id="app-1", template="phoenixd", project_id="prj-1", **secrets):
    fields = {
        "project_id": project_id,
        "url": "https://a.example",
        "created_at": "2026",
        "api_url": "https://b.example",
    }
    return folder.store({"app_id": app_id, "template": template, **fields, "secrets": secrets})


def rows(folder, apps=APPS, deleted=False, elsewhere=False, source="apps"):
    files = audit.check_files(folder)
    return restore_rows(files, list(apps), deleted_are_fine=deleted, elsewhere_is_fine=elsewhere, source=source)


def problems(*arguments, **options):
    return [row["problem"] for row in rows(*arguments, **options) if row["problem"]]


def test_a_good_file_is_fine_and_no_secret_comes_out(folder):
    path = store(folder, seed=SEED, password="full-password")
    (seen,) = audit.check_files(folder)
    assert seen == {
        "path": path,
        "problem": "",
        "encrypted": True,
        "app_id": "app-1",
        "project_id": "prj-1",
        "template": "phoenixd",
        "url": "https://a.example",
        "created_at": "2026",
        "api_url": "https://b.example",
        "fields": ["password", "seed"],
        "seed_problem": "",
    }
    assert rows(folder) == [
        {
            "file": "phoenixd-app-1.yml",
            "app_id": "app-1",
            "template": "phoenixd",
            "seed": "valid",
            "result": "ok",
            "problem": "",
        }
    ]


@pytest.mark.parametrize(
    ("template", "secrets", "said"),
    [
        ("phoenixd", {"seed": SEED.replace("year", "yaer")}, "not in the BIP39 word list: word 4"),
        ("phoenixd", {"seed": "legal " * 12}, "its checksum is wrong"),
        ("phoenixd", {"seed": LONG}, "it has 24 words, not 12"),
        ("lnbits-phoenixd", {"seed": LONG}, "it has 24 words, not 12"),
        ("phoenixd", {"seed": ["a", "b"]}, "it is not a string"),
        ("phoenixd", {"mnemonic": LONG}, "it has 24 words, not 12"),
        ("gatewayd", {"mnemonic": "legal " * 12}, "its checksum is wrong"),
        ("phoenixd", {"seed": SEED, "mnemonic": SEED.replace("year", "yaer")}, "not in the BIP39 word list: word 4"),
        ("phoenixd", {"password": "x"}, "it is missing"),
    ],
)
def test_a_damaged_seed_is_a_problem_that_shows_none_of_it(folder, template, secrets, said):
    path = store(folder, template=template, **secrets)
    assert problems(folder) == [f"{path}: the seed phrase is damaged: {said}"]
    assert not {"legal", "yaer", "abandon"} & set(json.dumps(audit.check_files(folder)).replace('"', " ").split())


@pytest.mark.parametrize("name", ["seed", "mnemonic"])
def test_a_seed_phrase_is_checked_under_both_of_its_names(folder, name):
    store(folder, **{name: SEED})
    assert [row["seed"] for row in rows(folder)] == ["valid"]


@pytest.mark.parametrize(("template", "secrets"), [("nutshell", {}), ("gatewayd", {"seed": LONG})])
def test_other_templates_need_no_seed_or_have_longer_ones(folder, template, secrets):
    store(folder, template=template, **secrets)
    assert problems(folder, [{"id": "app-1", "template": template}]) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"$ANSIBLE_VAULT;1.1;AES256\n6162\n", "It is encrypted and damaged"),
        (b"- no secrets\n", "not a secrets file of an app"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_problem_and_its_app_has_none(folder, content, said):
    with open(store(folder, seed=SEED), "wb") as file:
        file.write(content)
    first, second = problems(folder)
    assert said in first
    assert second == "app-1 (phoenixd) has no readable file"


def test_a_file_of_a_deleted_app_is_a_problem_unless_it_may_be(folder):
    path = store(folder, seed=SEED)
    assert problems(folder, []) == [f"{path}: the app does not exist"]
    assert problems(folder, [], deleted=True) == []


def test_a_damaged_file_of_a_deleted_app_stays_a_problem(folder):
    store(folder, seed="legal")
    assert len(problems(folder, [], deleted=True)) == 1


def test_an_app_without_a_file_is_a_problem_unless_it_may_be(folder):
    apps = [{"id": "app-2", "template": "alby-hub-phoenixd"}, {"id": "app-3", "template": "nutshell"}]
    assert problems(folder, apps) == ["app-2 (alby-hub-phoenixd) has no readable file"]
    assert problems(folder, apps, elsewhere=True) == []


def test_what_is_no_secrets_file_by_its_name_is_left_alone(folder):
    for name in ("shop.yml", ".phoenixd-app-1.yml.x.tmp", ".a-b.yml", "a-b.txt"):
        with open(os.path.join(folder.path, name), "w", encoding="utf-8") as file:
            file.write("x")
    assert audit.check_files(folder) == []


def test_a_folder_that_is_none_has_no_files_and_one_that_cannot_be_read_is_said(folder, tmp_path):
    assert audit.check_files(SecretsFolder(str(tmp_path / "missing"), folder.vault)) == []
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(Invalid, match="cannot be read"):
        audit.check_files(SecretsFolder(str(tmp_path / "file"), folder.vault))


@pytest.mark.parametrize(
    ("source", "project_id", "said"),
    [
        ("apps", "prj-1", "the app does not exist"),
        ("apps", None, "the app does not exist; nodes were not listed (see nodana_source)"),
        ("nodes", None, "the node does not exist"),
        ("nodes", "prj-1", "the node does not exist; apps were not listed (see nodana_source)"),
        ("all", None, "the app or node does not exist"),
    ],
)
def test_a_file_without_its_app_or_node_is_a_problem_that_says_what_was_not_listed(folder, source, project_id, said):
    path = store(folder, project_id=project_id, seed=SEED)
    assert problems(folder, [], source=source) == [f"{path}: {said}"]


def test_generated_credentials_are_no_replacement_for_the_file_of_an_app(folder, tmp_path):
    claims = SecretsFolder(str(tmp_path / "secrets" / "claims"), folder.vault)
    claims.check(dry=False)
    store(claims, template="lnbits-phoenixd", lnbits_password="x")
    apps = [{"id": "app-1", "template": "lnbits-phoenixd"}]
    files = audit.check_files(claims)
    found = restore_rows(files, apps, deleted_are_fine=False, elsewhere_is_fine=False)
    assert [row["problem"] for row in found] == ["", "app-1 (lnbits-phoenixd) has no readable file"]


def test_only_the_files_of_some_apps_are_opened_if_requested(folder):
    for app_id in ("app-1", "app-11", "my-app-1"):
        store(folder, app_id, seed=SEED)
    assert [file["app_id"] for file in audit.check_files(folder, ["app-11"])] == ["app-11"]
    assert audit.check_files(folder, []) == []


def test_a_node_needs_its_file(folder):
    store(folder, "node-1", project_id=None, seed=SEED)
    nodes = [node(1, "shop"), node(2, "till")]
    assert problems(folder, nodes, source="nodes") == ["node till (node-2) has no readable file"]
