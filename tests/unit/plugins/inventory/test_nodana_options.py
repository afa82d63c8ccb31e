# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from ansible_collections.nodana.cloud.tests.support.controller import one_line

pytestmark = pytest.mark.ends

DEAD = "http://127.0.0.1:9/v1"


def host_of(app):
    return urlsplit(app["url"]).hostname


def test_connection_options_are_templated_with_lookups_and_extra_variables(simulator, ansible):
    del ansible.environment["NODANA_API_KEY"]
    ansible.environment.update(OF_SOMEBODY=simulator.key, NODANA_API_URL=DEAD)
    ansible.write(
        api_key="{{ lookup('ansible.builtin.env', 'OF_SOMEBODY') }}",
        api_url="{{ address }}",
        request_timeout="{{ 2 + 3 }}",
        validate_certs="{{ false }}",
    )
    listing = ansible.listed("-e", f"address={simulator.url}")
    assert len(listing["_meta"]["hostvars"]) == 3


def test_a_key_can_come_out_of_a_vaulted_file(simulator, ansible):
    password = ansible.folder / "password"
    password.write_text("of the vault", encoding="utf-8")
    ansible.environment["ANSIBLE_VAULT_PASSWORD_FILE"] = str(password)
    del ansible.environment["NODANA_API_KEY"]
    secret = ansible.folder / "key.yml"
    secret.write_text(f"key: {simulator.key}\n", encoding="utf-8")
    assert ansible.run("vault", "encrypt", str(secret)).returncode == 0
    ansible.write(api_key="{{ (lookup('ansible.builtin.unvault', 'key.yml') | from_yaml).key }}")
    assert len(ansible.hosts()) == 3


def test_a_template_that_fails_is_told_by_the_name_of_its_option(simulator, ansible):
    ansible.write(api_key="{{ unheard_of }}")
    said = ansible.failure()
    assert "The template of api_key failed" in said
    assert "unheard_of" in said
    assert simulator.log()["requests"] == []


@pytest.mark.parametrize("written", ["", " ", None, "{{ empty }}", "environment"])
def test_an_empty_url_never_leads_to_the_real_api(ansible, written):
    ansible.environment["https_proxy"] = DEAD
    if written == "environment":
        ansible.environment.update(NODANA_API_URL="", NODANA_API_BASE_URL="https://api.nodana.io/v1")
        ansible.write(request_interval=1)
    else:
        ansible.write(api_url=written, request_interval=1)
    assert "api_url is empty" in ansible.failure("-e", '{"empty": null}')


def test_the_environment_is_not_templated(ansible):
    ansible.environment["NODANA_API_KEY"] = "{{lookup('pipe','touch_trace')}}"
    assert "Invalid API key" in ansible.failure()
    ansible.environment["NODANA_API_KEY"] = "{{ lookup('pipe', 'touch trace') }}"
    assert "The API key is not valid" in ansible.failure()
    assert not (ansible.folder / "trace").exists()


@pytest.mark.parametrize(
    ("hostname", "name"),
    [
        ("{{ nodana_project_name }}-{{ nodana_template }}", "shop-phoenixd"),
        (["{{ nodana_unheard_of }}", "", "{{ '' }}", "{{ nodana_app_id }}"], None),
        ("{{ [nodana_template, 'x'] | join(',') | split(',') | first }}", "phoenixd"),
        ("{{ nodana_port }}", "9740"),
    ],
)
def test_hostname_names_hosts(simulator, ansible, hostname, name):
    app = simulator.account()["apps"][0]
    ansible.write(hostname=hostname, app_ids=[app["id"]])
    ((given, variables),) = ansible.hosts().items()
    assert given == (name or app["id"])
    assert variables["ansible_host"] == host_of(app)


def test_a_hostname_that_several_apps_get_is_made_distinct(simulator, ansible):
    ansible.write(hostname="{{ nodana_project_name }}", projects=["shop"])
    result = ansible.list()
    hosts = json.loads(result.stdout)["_meta"]["hostvars"]
    ids = [app["id"] for app in simulator.account()["apps"][:2]]
    assert sorted(hosts) == sorted(f"shop-{app_id}" for app_id in ids)
    assert f"'{min(ids)}': shop-{min(ids)}, '{max(ids)}'" in one_line(result.stderr)


def test_a_hostname_that_cannot_be_one_is_passed_over_with_a_warning(simulator, ansible):
    app = simulator.account()["apps"][2]
    ansible.write(hostname=["{{ nodana_project_name }}", "{{ nodana_template }}"], app_ids=[app["id"]])
    result = ansible.list()
    assert list(json.loads(result.stdout)["_meta"]["hostvars"]) == ["nutshell"]
    assert f"The app '{app['id']}' cannot be named 'Mints & more'" in " ".join(result.stderr.split())


def test_a_hostname_that_fails_is_an_error_with_strict(ansible):
    ansible.write(hostname="{{ nodana_unheard_of }}", strict=True)
    assert "The template '{{ nodana_unheard_of }}' of hostname failed" in ansible.failure()


def test_variables_get_another_prefix(ansible):
    ansible.write(hostvars_prefix="app_", compose={"again": "app_template"})
    for variables in ansible.hosts().values():
        assert variables["again"] == variables["app_template"]
        assert not [name for name in variables if name.startswith("nodana_")]


def test_a_prefix_that_makes_no_names_is_refused(ansible):
    ansible.write(hostvars_prefix="app-")
    assert "hostvars_prefix must be a letter or underscore" in ansible.failure()


def test_the_group_gets_another_name_that_is_made_valid(ansible):
    ansible.write(group="my apps")
    listing = ansible.listed()
    assert len(listing["my_apps"]["hosts"]) == 3
    assert "nodana" not in listing


def test_without_default_groups_there_is_only_the_one(ansible):
    ansible.write(default_groups=False, keyed_groups=[{"key": "nodana_template", "prefix": "kind"}])
    groups = {name for name, group in ansible.listed().items() if "hosts" in group}
    assert groups == {"nodana", "kind_phoenixd", "kind_alby_hub_phoenixd", "kind_nutshell"}


def test_connection_none_sets_none(ansible):
    ansible.write(connection="none")
    for variables in ansible.hosts().values():
        assert [name for name in variables if name.startswith("ansible_")] == ["ansible_host"]


@pytest.mark.parametrize("place", ["group_vars/nodana.yml", "group_vars/template_phoenixd.yml", "group_vars/all.yml"])
def test_variables_of_groups_come_before_the_connection(simulator, ansible, place):
    path = ansible.folder / place
    path.parent.mkdir()
    path.write_text("ansible_connection: ssh\nansible_python_interpreter: /opt/python\n", encoding="utf-8")
    variables = ansible.hosts()[host_of(simulator.account()["apps"][0])]
    assert (variables["ansible_connection"], variables["ansible_python_interpreter"]) == ("ssh", "/opt/python")


def test_what_the_user_says_of_the_address_comes_first(simulator, ansible):
    ansible.write(compose={"ansible_host": "'gateway.' ~ nodana_host", "ansible_connection": "'ssh'"})
    phoenixd, alby, _nutshell = map(host_of, simulator.account()["apps"])
    path = ansible.folder / "host_vars" / f"{alby}.yml"
    path.parent.mkdir()
    path.write_text("ansible_host: 192.0.2.1\n", encoding="utf-8")
    hosts = ansible.hosts()
    assert hosts[phoenixd]["ansible_host"] == f"gateway.{phoenixd}"
    assert hosts[phoenixd]["ansible_connection"] == "ssh"
    assert hosts[alby]["ansible_host"] == "192.0.2.1"


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ({"compose": {"a": "nodana_template if nodana_port != 3338 else unheard_of"}}, "Could not set a for host"),
        ({"groups": {"a": "true if nodana_port != 3338 else unheard_of"}}, "Could not add host"),
        ({"keyed_groups": [{"key": "'a' if nodana_port != 3338 else unheard_of"}]}, "Could not generate group"),
    ],
)
def test_an_expression_that_fails_for_the_last_host_leaves_none_with_strict(ansible, option, words):
    ansible.write(strict=True, **option)
    output = ansible.folder / "list.json"
    result = ansible.list("--output", str(output))
    assert words in " ".join(result.stderr.split())
    listing = json.loads(output.read_text(encoding="utf-8"))
    assert listing["_meta"]["hostvars"] == {}
    assert listing["all"]["children"] == ["ungrouped"]
    ansible.write(strict=False, **option)
    assert len(ansible.hosts()) == 3


def test_groups_are_there_without_hosts_so_that_a_play_for_them_has_nothing_to_do(ansible):
    ansible.write(statuses=["unheard of"], groups={"lightning": "nodana_template == 'phoenixd'"})
    playbook = ansible.folder / "empty.yml"
    playbook.write_text("- hosts: nodana:lightning:project_shop\n  tasks: []\n", encoding="utf-8")
    result = ansible.run("playbook", "-i", str(ansible.source), str(playbook))
    assert result.returncode == 0
    assert "Could not match" not in result.stdout + result.stderr
    assert "no hosts matched" in result.stdout


def test_keyed_groups_have_parents_and_other_sources_their_variables(simulator, ansible):
    phoenixd = host_of(simulator.account()["apps"][0])
    static = ansible.folder / "a.ini"
    static.write_text(f"{phoenixd} owner=ada\n", encoding="utf-8")
    ansible.write(keyed_groups=[{"key": "owner | default('nobody')", "prefix": "owner", "parent_group": "owners"}])
    listing = json.loads(ansible.run("inventory", "-i", str(static), "-i", str(ansible.source), "--list").stdout)
    assert listing["owners"]["children"] == ["owner_ada", "owner_nobody"]
    assert listing["owner_ada"]["hosts"] == [phoenixd]
    assert listing["_meta"]["hostvars"][phoenixd]["owner"] == "ada"
    assert listing["_meta"]["hostvars"][phoenixd]["nodana_template"] == "phoenixd"


def test_an_option_that_is_not_known_is_told(ansible):
    ansible.write(status=["cordoned"])
    result = ansible.list()
    assert "has the option status, which nodana.cloud.nodana does not have" in " ".join(result.stderr.split())


def list_each(ansible, files):
    """Run ``ansible-inventory --list`` once on all these inventory files. Return the hosts, and the messages."""
    for name, options in files.items():
        ansible.write(name, **options)
    sources = [word for name in files for word in ("-i", str(ansible.folder / name))]
    result = ansible.run("inventory", *sources, "--list")
    return json.loads(result.stdout)["_meta"]["hostvars"], " ".join(result.stderr.split())


@pytest.mark.parametrize("enabled", ["auto", "nodana.cloud.nodana"])
def test_a_file_of_another_name_is_told_what_is_expected(simulator, ansible, enabled):
    ansible.environment["ANSIBLE_INVENTORY_ENABLED"] = enabled
    names = ["shop.yml", "mynodana.yml", "nodana.yml.yaml", "xnodana.yaml"]
    hosts, said = list_each(ansible, {name: {} for name in names})
    expected = "Its name must be nodana.yml or nodana.yaml, or end in .nodana.yml or .nodana.yaml"
    assert hosts == {}
    assert said.count(expected) == len(names)
    assert "Traceback" not in said
    assert simulator.log()["requests"] == []


def test_a_file_of_its_name_is_read(simulator, ansible):
    names = ["nodana.yml", "nodana.yaml", "a.nodana.yml", "a.b.nodana.yaml"]
    hosts, said = list_each(ansible, {name: {} for name in names})
    assert (len(hosts), said) == (3, "")
    assert [request["path"] for request in simulator.log()["requests"]].count("/projects") == len(names)


def test_a_file_for_another_plugin_is_no_matter_for_a_message(ansible):
    ansible.environment["ANSIBLE_INVENTORY_ENABLED"] = "nodana.cloud.nodana,yaml"
    other = ansible.folder / "hosts.yml"
    other.write_text("all: {hosts: {a.example: {}}}\n", encoding="utf-8")
    result = ansible.run("inventory", "-i", str(other), "--list")
    assert (json.loads(result.stdout)["ungrouped"]["hosts"], result.stderr) == (["a.example"], "")


def test_another_plugin_in_the_file_is_told_what_is_expected(ansible):
    ansible.environment["ANSIBLE_INVENTORY_ENABLED"] = "nodana.cloud.nodana"
    plugins = ["nodana", "nodana.cloud.other", "ansible.builtin.constructed", None]
    hosts, said = list_each(ansible, {f"{number}.nodana.yml": {"plugin": p} for number, p in enumerate(plugins)})
    assert hosts == {}
    assert "Traceback" not in said
    for plugin in plugins:
        expected = f"Incorrect plugin name in file: {plugin}. Set plugin: nodana.cloud.nodana in the file"
        assert expected in said
