# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest
import yaml
from ansible_collections.nodana.cloud.tests.support.apps import nodes
from ansible_collections.nodana.cloud.tests.support.canned import KEY, canned_api, one_project
from ansible_collections.nodana.cloud.tests.support.controller import ROOT, Inventory
from ansible_collections.nodana.cloud.tests.unit.plugins.inventory import guide

pytestmark = pytest.mark.ends

LOOKUP = ROOT / "plugins" / "lookup" / "app_secrets.py"


def written(ansible):
    """Write the files of the guide, without a request interval in inventory files."""
    for name, content in guide.files().items():
        pace = "request_interval: 0\n" if name.endswith("nodana.yml") else ""
        (ansible.folder / name).write_text(content + pace, encoding="utf-8")
    return ansible


def run(ansible, *words):
    """Run the only command line of the guide with these words. It must succeed."""
    program, *arguments = guide.command(*words)
    result = ansible.run(program.removeprefix("ansible-").replace("ansible", "adhoc"), *arguments)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def listed(ansible, name):
    result = ansible.run("inventory", "-i", name, "--list")
    assert (result.returncode, result.stderr) == (0, "")
    return json.loads(result.stdout)


@pytest.fixture
def account(simulator, ansible):
    """Return Ansible with the files of the guide, for an account with one cordoned app."""
    simulator.force_status(simulator.account()["apps"][0]["id"], "cordoned")
    return written(ansible)


def test_every_file_of_the_guide_is_yaml_of_an_inventory_or_a_playbook():
    for name, content in guide.files().items():
        if name.endswith("nodana.yml"):
            assert yaml.safe_load(content)["plugin"] == "nodana.cloud.nodana"
        elif name.endswith(".yml"):
            assert yaml.safe_load(content)[0]["hosts"]


def test_the_first_inventory_has_groups(account):
    graph = run(account, "ansible-inventory", "nodana.yml")
    assert all(f"@{group}:" in graph for group in ("project_shop", "template_phoenixd", "status_available"))


def test_a_key_is_looked_up(simulator, account):
    account.environment["SHOP_API_KEY"] = account.environment.pop("NODANA_API_KEY")
    assert len(listed(account, "looked-up.nodana.yml")["_meta"]["hostvars"]) == 3
    assert simulator.key == account.environment["SHOP_API_KEY"]


def phoenixd(number, url):
    return {"id": f"app-{number}", "url": url, "template": "phoenixd", "status": "available"}


def test_the_health_of_all_nodes_is_seen_in_one_line(tmp_path):
    with nodes("a", "b") as urls, canned_api(one_project(*map(phoenixd, (1, 2), urls))) as api:
        said = run(written(Inventory(tmp_path, api, KEY)), "template_phoenixd", "ansible.builtin.uri")
    assert said.count("| SUCCESS =>") == 2


def test_a_node_that_does_not_answer_is_seen_in_the_same_line(tmp_path):
    with nodes("a") as urls, canned_api(one_project(*map(phoenixd, (1, 2), [*urls, "http://127.0.0.9:9"]))) as api:
        ansible = written(Inventory(tmp_path, api, KEY))
        _program, *arguments = guide.command("template_phoenixd", "ansible.builtin.uri")
        result = ansible.run("adhoc", *arguments)
    assert result.returncode == 2
    assert "127.0.0.2 | SUCCESS =>" in result.stdout
    assert "127.0.0.9 | FAILED! =>" in result.stdout


@pytest.mark.skipif(not LOOKUP.exists(), reason="the lookup app_secrets is not there")
def test_nodes_are_logged_in_to_with_their_secrets(tmp_path):
    passwords = ["first-password", "second-password"]
    with nodes(*passwords) as urls, canned_api(one_project(*map(phoenixd, (1, 2), urls))) as api:
        ansible = written(Inventory(tmp_path, api, KEY))
        (tmp_path / "vault-password").symlink_to(ansible.vault)
        for number, password in enumerate(passwords, start=1):
            secrets = {"app_id": f"app-{number}", "template": "phoenixd", "secrets": {"password": password}}
            ansible.store(f"phoenixd-app-{number}.yml", secrets)
        said = run(ansible, "health.yml")
    assert said.count("runs phoenixd 0.7.1") == 2
    assert "-password" not in said


def test_cordoned_apps_are_seen_by_their_group(account):
    assert run(account, "status_cordoned").count("| SUCCESS =>") == 1


@pytest.mark.parametrize("name", ["cordoned.nodana.yml", "filtered.nodana.yml"])
def test_an_inventory_has_cordoned_apps_only(account, name):
    hosts = listed(account, name)["_meta"]["hostvars"]
    assert [variables["nodana_status"] for variables in hosts.values()] == ["cordoned"]


def test_nodes_are_hosts_beside_apps(simulator, account):
    simulator.settings(generation=["seed", "nodes"])
    simulator.fill(nodes=1)
    assert run(account, "both.nodana.yml").count("|--") == 1
    assert "shop-phoenixd" in account.run("inventory", "-i", "both.nodana.yml", "--graph").stdout


def test_regions_and_versions_are_groups(account):
    assert run(account, "regions.nodana.yml", "region_ewr").count("|--") == 3
    listing = listed(account, "regions.nodana.yml")
    assert len(listing["region_ewr"]["hosts"]) == 3
    assert len(listing["version_0_7_1"]["hosts"]) == 2


def test_stopped_apps_are_a_group(simulator, account, ask):
    ask(f"/apps/{simulator.account()['apps'][1]['id']}/stop")
    said = run(account, "regions.nodana.yml", "running_false")
    assert said.count("|--") == 1
    assert "alby-hub-phoenixd" in said


def test_the_cost_a_day_of_each_project_is_added_up(account):
    said = run(account, "nodana.yml", "cost.yml")
    assert '"msg": "project_shop: 1.01 a day"' in said
    assert '"msg": "project_Mints___more: 0.34 a day"' in said


def test_hosts_have_names_that_people_know(account):
    (account.folder / "named.nodana.yml").write_text(
        guide.files()["named.nodana.yml"] + "request_interval: 0\nprojects: [shop]\n", encoding="utf-8"
    )
    assert sorted(listed(account, "named.nodana.yml")["_meta"]["hostvars"]) == [
        "shop-alby-hub-phoenixd",
        "shop-phoenixd",
    ]


def test_the_cache_is_used_until_it_is_flushed(simulator, account):
    listed(account, "cached.nodana.yml")
    listed(account, "cached.nodana.yml")
    assert len(simulator.log()["requests"]) == 3
    assert "a day" in run(account, "--flush-cache")
    assert len(simulator.log()["requests"]) == 6


def test_ansible_stops_with_the_settings_of_the_guide(account):
    account.environment["NODANA_API_KEY"] = "wrong-key-0123456789"
    result = account.run("inventory", "-i", "nodana.yml", "--list")
    assert (result.returncode != 0, result.stdout) == (True, "")
    assert "Invalid API key" in " ".join(result.stderr.split())


def test_no_command_of_the_guide_is_left_out():
    assert len(guide.commands()) == 9
