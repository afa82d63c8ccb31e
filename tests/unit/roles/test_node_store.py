# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""nodana_node_secrets_tasks: files of secrets go away only when the tasks of the user have confirmed the app."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nodana.cloud.tests.support.shop import CONFIRM, STORE, Shop

pytestmark = pytest.mark.ends

PHOENIXD = [{"preset": "phoenixd"}]
UNVERIFIED = [{"preset": "phoenixd", "verify": False}]
LNBITS = [{"preset": "lnbits_phoenixd"}]


def test_a_file_beside_the_playbook_is_run_although_the_role_has_one_of_this_name(shop: Shop) -> None:
    names = ["tasks/wait.yml", "store.yml", "sink.yml"]
    for name in names:
        shop.write(name, [STORE, CONFIRM])
    ran = shop.deploy_each([{"secrets_tasks": name, "deployments": UNVERIFIED, "project": name} for name in names])
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "rescued=0" in ran.stdout
    assert {app: secrets["seed"] for app, secrets in shop.stored.items()} == shop.seeds
    assert len(shop.seeds) == 3
    assert shop.files == []


FAILING = {"name": "Fail", "ansible.builtin.command": "false"}
CASES: list[list[dict[str, Any]]] = [
    [{"name": "Do not even start", "block": [STORE, CONFIRM], "when": False}],
    [{**FAILING, "ignore_errors": True, "register": "kept"}, {**CONFIRM, "when": "kept is succeeded"}],
    [STORE],
    [STORE, {"ansible.builtin.set_fact": {"nodana_node_stored": "{{ nodana_node_apps[5].id }}"}}],
    [STORE, CONFIRM, FAILING],
    [STORE, CONFIRM],
    [STORE, {"ansible.builtin.set_fact": {"nodana_node_stored": "true"}}],
]


def test_the_file_of_every_app_stays_that_its_tasks_did_not_confirm(shop: Shop) -> None:
    for number, tasks in enumerate(CASES):
        shop.write(f"case_{number}.yml", tasks)
    place = "(nodana_node_apps | map(attribute='id') | list).index(nodana_node_app.id)"
    file = f"{{{{ playbook_dir }}}}/case_{{{{ {place} }}}}.yml"
    shop.write("keep.yml", [{"ansible.builtin.include_tasks": {"file": file}}])
    ran = shop.deploy(secrets_tasks="keep.yml", deployments=[{"preset": "phoenixd", "count": len(CASES)}])
    assert ran.returncode == 2
    shown = ran.stdout + ran.stderr
    assert "did not store the secrets of 6 apps" in shown
    apps = list(shop.seeds)
    stay = [app for number, app in enumerate(apps) if CASES[number] != [STORE, CONFIRM]]
    assert len(stay) == 6
    assert shop.files == sorted(f"phoenixd-{app}.yml" for app in stay)
    for app in stay:
        content = shop.controller.content(shop.controller.secrets / f"phoenixd-{app}.yml")
        assert content["secrets"]["seed"] == shop.seeds[app]
        assert f"phoenixd {app}: the task" in shown
        assert f"{shop.controller.secrets}/phoenixd-{app}.yml" in shown
    assert "the task 'Fail' failed" in shown
    assert shown.count(", healthy") >= len(CASES), "the apps were not verified"
    assert not [seed for seed in shop.seeds.values() if seed in shown]


def test_the_next_run_stores_what_was_not_confirmed(shop: Shop) -> None:
    shop.write("keep.yml", [FAILING])
    assert shop.deploy(secrets_tasks="keep.yml", deployments=LNBITS).returncode == 2
    (app,) = shop.seeds
    assert shop.files == [f"claims/lnbits-phoenixd-{app}.yml", f"lnbits-phoenixd-{app}.yml"]
    assert "PUT /api/v1/auth/first_install 200" in shop.simulator.programs()[app], "it belongs to its first visitor"
    credentials = shop.controller.content(shop.controller.secrets / shop.files[0])["secrets"]
    shop.write("keep.yml", [STORE, CONFIRM])
    ran = shop.deploy(secrets_tasks="keep.yml", deployments=LNBITS)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert shop.files == []
    assert shop.stored[app]["seed"] == shop.seeds[app]
    assert {name: shop.stored[app][name] for name in credentials} == credentials


def test_credentials_never_replace_the_other_secrets_in_the_store(shop: Shop) -> None:
    shop.write("keep.yml", [STORE, CONFIRM])
    unclaimed = [{**LNBITS[0], "claim": False, "verify": False}]
    assert shop.deploy(secrets_tasks="keep.yml", deployments=unclaimed).returncode == 0
    (app,) = shop.seeds
    stored = shop.stored[app]
    assert "lnbits_password" not in stored

    ran = shop.deploy(secrets_tasks="keep.yml", deployments=LNBITS)
    assert ran.returncode == 2
    assert "Set nodana_node_known_secrets to the secrets in the store" in ran.stdout + ran.stderr
    assert shop.stored[app] == stored
    assert shop.files == [f"claims/lnbits-phoenixd-{app}.yml"]

    ran = shop.deploy(secrets_tasks="keep.yml", deployments=LNBITS, known_secrets={app: stored})
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert shop.files == []
    assert {name: shop.stored[app][name] for name in stored} == stored
    assert set(shop.stored[app]) - set(stored) == {"lnbits_username", "lnbits_password"}


@pytest.mark.parametrize(
    ("arguments", "variables", "words"),
    [
        (
            ["-e", "nodana_node_stored={{ nodana_node_app.id }}"],
            {},
            "Only the tasks in nodana_node_secrets_tasks may set",
        ),
        ([], {"stored": "{{ nodana_node_app.id }}"}, "did not set the fact nodana_node_stored"),
    ],
)
def test_a_confirmation_from_outside_of_the_tasks_does_not_count(
    shop: Shop, arguments: list[str], variables: dict[str, str], words: str
) -> None:
    shop.write("keep.yml", [STORE])
    ran = shop.deploy(*arguments, secrets_tasks="keep.yml", deployments=UNVERIFIED, **variables)
    assert ran.returncode == 2
    assert words in ran.stdout + ran.stderr
    (app,) = shop.seeds
    assert shop.files == [f"phoenixd-{app}.yml"]


def test_bad_variables_fail_before_the_first_request(shop: Shop) -> None:
    shop.simulator.clear_log()
    shop.write("keep.yml", "# later\n")
    shop.controller.secrets.mkdir(mode=0o700)
    (shop.controller.secrets / "claims").write_text("no folder", encoding="utf-8")
    timeouts = {"wait_timeout": "nan", "request_timeout": "inf"}
    wrong: list[dict[str, Any]] = [
        {"secrets_tasks": "keep.yml", **timeouts},
        {"secrets_dir": ""},
        {"wait_timeout": "soon"},
    ]
    ran = shop.deploy_each([{"deployments": PHOENIXD, **variables} for variables in wrong])
    assert "rescued=3" in ran.stdout
    shown = ran.stdout + ran.stderr
    assert f"{shop.folder}/keep.yml must be a list of at least one task" in shown
    assert f"secrets_dir {shop.controller.secrets}/claims is not a folder" in shown
    for name in timeouts:
        assert f"nodana_node_{name} must be a number of seconds from" in shown
    assert "nodana_node_secrets_dir is empty" in shown
    assert shop.simulator.log()["requests"] == []
