# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from ansible_collections.nodana.cloud.tests.support.canned import KEY, canned_api
from ansible_collections.nodana.cloud.tests.support.controller import Inventory, one_line
from ansible_collections.nodana.cloud.tests.unit.plugins.inventory.test_nodana_cache import cached, kept

DEAD = "http://127.0.0.1:9/v1"


@pytest.fixture
def nodes(simulator):
    """Return two nodes, on a host that has apps and nodes."""
    simulator.settings(generation=["seed", "nodes"])
    simulator.fill(nodes=2)
    made = simulator.account()["nodes"]
    simulator.force_node(made[1]["id"], status="Odd status-1", failureMessage="no money")
    return simulator.account()["nodes"]


def paths(simulator):
    return [request["path"] for request in simulator.log()["requests"]]


def host_of(item):
    return urlsplit(item.get("endpointUrl") or item["url"]).hostname


def test_nodes_and_apps_are_hosts_with_their_groups_and_variables(simulator, ansible, nodes):
    ansible.write(source="all")
    listing = ansible.listed()
    apps = sorted(map(host_of, simulator.account()["apps"]))
    first, second = map(host_of, nodes)
    members = {name: sorted(group["hosts"]) for name, group in listing.items() if "hosts" in group}
    assert members["generation_apps"] == apps
    assert members["generation_nodes"] == sorted([first, second])
    assert members["nodana"] == sorted([*apps, first, second])
    assert members["status_Odd_status_1"] == [second]
    assert {first, second} < set(members["template_phoenixd"])
    assert listing["_meta"]["hostvars"][second] == {
        "ansible_connection": "local",
        "ansible_host": second,
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "nodana_failure_message": "no money",
        "nodana_host": second,
        "nodana_node_id": nodes[1]["id"],
        "nodana_node_name": nodes[1]["name"],
        "nodana_port": urlsplit(nodes[1]["endpointUrl"]).port or 443,
        "nodana_scheme": "https",
        "nodana_status": "Odd status-1",
        "nodana_template": "phoenixd",
        "nodana_update_status": None,
        "nodana_url": nodes[1]["endpointUrl"],
    }
    projects = [f"/projects/{project['id']}/apps" for project in simulator.account()["projects"]]
    assert paths(simulator) == ["/nodes", "/projects", *projects]


def test_nodes_are_named_selected_and_grouped_like_apps(simulator, ansible, nodes):
    ansible.write(
        source="nodes",
        strict=True,
        statuses=["Odd status-1", "running"],
        filters=[{"exclude": "nodana_failure_message is not none"}],
        hostname="{{ nodana_template }}",
        compose={"authority": "nodana_node_name ~ '@' ~ nodana_host"},
        keyed_groups=[{"key": "nodana_scheme", "prefix": "scheme"}],
        groups={"lightning": "nodana_template == 'phoenixd'"},
    )
    listing = ansible.listed()
    assert listing["_meta"]["hostvars"]["phoenixd"]["authority"] == f"{nodes[0]['name']}@{host_of(nodes[0])}"
    members = {name: group["hosts"] for name, group in listing.items() if "hosts" in group}
    groups = ("nodana", "generation_nodes", "template_phoenixd", "status_running", "lightning", "scheme_https")
    assert members == {group: ["phoenixd"] for group in groups}
    assert paths(simulator) == ["/nodes"]


def test_nodes_have_their_own_key_and_origin_and_are_cached(simulator, ansible):
    simulator.settings(generation=["seed", "nodes"], separate_keys=True)
    first, second = simulator.keys
    ansible.environment.update(NODANA_NODES_API_KEY=f" {second}", NODANA_API_ORIGIN=simulator.url[: -len("/v1")])
    cached(ansible, source="all")
    listing = ansible.listed()
    assert (len(listing["_meta"]["hostvars"]), len(paths(simulator))) == (3, 4)
    assert ansible.listed() == listing
    assert len(paths(simulator)) == 4
    ansible.environment["NODANA_API_URL"] = DEAD
    cached(ansible, source="nodes")
    assert ansible.hosts() == {}
    assert len(paths(simulator)) == 5
    assert len(kept(ansible)) == 2
    assert not any(
        key in path.read_text(encoding="utf-8") for path in kept(ansible).values() for key in (first, second)
    )
    cached(ansible, source="nodes", nodes_api_key="{{ 'a-wrong-' ~ 'key-0123456789' }}")
    said = ansible.failure("-vvvv")
    assert "/v1/nodes: The API returned unauthorized 401" in said
    assert "Check nodes_api_key (NODANA_NODES_API_KEY)" in said
    assert "a-wrong-key-0123456789" not in said


def test_hosts_without_nodes_or_without_apps_are_told(simulator, ansible):
    simulator.settings(generation=["seed"])
    ansible.write(source="nodes")
    assert "/v1/nodes: This API has no nodes: the request for the list of nodes failed" in ansible.failure()
    simulator.clear_log()
    cached(ansible, source="all")
    result = ansible.list()
    assert len(json.loads(result.stdout)["_meta"]["hostvars"]) == 3
    said = one_line(result.stderr)
    assert "This API has no nodes: " in said
    assert "The inventory contains only apps. With source=apps, it saves this request." in said
    assert kept(ansible) == {}
    ansible.write(source="all", api_url=simulator.url.replace("/v1", "/v2"))
    assert "/v2/nodes: This API has neither apps nor nodes: it also lacks GET http://127" in ansible.failure()


@pytest.mark.parametrize("refusal", ["a key for apps only", "a key without scopes"])
def test_without_a_key_for_nodes_the_apps_are_kept_and_one_warning_says_so(simulator, ansible, refusal):
    separate = refusal == "a key for apps only"
    simulator.settings(generation=["seed", "nodes"], separate_keys=separate, scopes=["nodes:read"] if separate else [])
    cached(ansible, source="all")
    result = ansible.list()
    assert len(json.loads(result.stdout)["_meta"]["hostvars"]) == 3
    said = one_line(result.stderr)
    assert said.count("WARNING") == 1
    for words in ("nodes_api_key (NODANA_NODES_API_KEY)", "scopes", "contains only apps"):
        assert words in said
    assert kept(ansible) == {}
    ansible.write(source="nodes")
    assert "nodes_api_key" in ansible.failure()
    ansible.environment["NODANA_API_KEY"] = "a-wrong-key-0123456789"
    ansible.write(source="all")
    assert "/v1/projects: " in ansible.failure()


def test_a_host_that_has_only_nodes_lists_them_with_a_warning(simulator, ansible, nodes):
    simulator.settings(generation=["nodes"])
    ansible.write(source="all")
    result = ansible.list()
    assert sorted(json.loads(result.stdout)["_meta"]["hostvars"]) == sorted(map(host_of, nodes))
    assert "The inventory contains only nodes. With source=nodes" in one_line(result.stderr)
    ansible.write()
    said = ansible.failure()
    assert "This API has no projects and apps" in said
    assert "Check the option source" in said


def test_nodes_have_no_projects_to_be_limited_to(simulator, ansible):
    ansible.write(source="nodes", projects=["shop"])
    assert "projects limits the apps of an inventory" in ansible.failure()
    assert paths(simulator) == []


def test_hostile_texts_of_nodes_are_no_templates_and_collisions_are_told(tmp_path):
    trace = tmp_path / "trace"
    text = f"{{{{ lookup('pipe', 'touch {trace}') }}}}"
    fields = ("name", "status", "failureMessage", "updateStatus")
    node = dict.fromkeys(fields, text)
    answers = {
        "/projects": {"data": [{"id": "prj-1", "name": "shop"}]},
        "/projects/prj-1/apps": {"data": [{"id": "1", "url": "https://a.example"}]},
        "/nodes": {"nodes": [{**node, "id": "1", "endpointUrl": "https://a.example"}, {**node, "id": text}]},
    }
    with canned_api(answers) as url:
        ansible = Inventory(tmp_path / "ansible", url, KEY)
        ansible.write(source="all", strict=True, compose={"again": "nodana_status"})
        result = ansible.list()
        played = ansible.play({"ansible.builtin.debug": {"msg": "{{ nodana_node_name | default('') }} {{ again }}"}})
    assert played.returncode == 0, played.stdout + played.stderr
    assert not trace.exists()
    hosts = json.loads(result.stdout)["_meta"]["hostvars"]
    (hashed,) = set(hosts) - {"a.example-1", "1"}
    assert hashed.startswith("node-")
    assert "nodana_app_id" in hosts["a.example-1"]
    for name in ("1", hashed):
        assert hosts[name]["nodana_failure_message"] == {"__ansible_unsafe": text}
    said = one_line(result.stderr)
    assert "These apps and nodes have no unique name, so their ids are appended: '1': a.example-1, '1': 1." in said


def test_an_api_without_services_says_so_once_and_has_all_hosts(simulator, ansible):
    simulator.settings(generation=["apps"])
    ansible.write(gather_services=True)
    result = ansible.list()
    hosts = json.loads(result.stdout)["_meta"]["hostvars"]
    assert sorted(hosts) == sorted(map(host_of, simulator.account()["apps"]))
    assert [(values["nodana_services"], values["nodana_running"]) for values in hosts.values()] == [([], None)] * 3
    assert one_line(result.stderr).count("This API has no services, so gather_services adds none") == 1
    assert len([path for path in paths(simulator) if path.endswith("/services")]) == 1
