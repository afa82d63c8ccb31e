# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.nodana.cloud.plugins.plugin_utils._inventory.hostnames import HostKey
from ansible_collections.nodana.cloud.plugins.plugin_utils._inventory.hosts import (
    Host,
    build_hosts,
    checked_prefix,
    project_groups,
)
from ansible_collections.nodana.cloud.plugins.plugin_utils._inventory.selection import Selection

EVERYTHING = Selection()


def project(*apps, project_id="prj-1", name="shop"):
    return {"id": project_id, "name": name, "apps": list(apps)}


def app(app_id, url="https://a.example", **fields):
    return {"id": app_id, "url": url, "template": "phoenixd", "status": "available", **fields}


def node(node_id, **fields):
    return {"id": node_id, "name": "shop", "status": "running", "endpointUrl": "https://n.example", **fields}


def hosts(*projects, nodes=(), wanted=EVERYTHING, prefix="nodana_", generations=()):
    return build_hosts({"projects": list(projects), "nodes": list(nodes)}, wanted, prefix, generations)


def test_a_host_has_the_fields_of_its_app_and_its_project():
    (host,) = hosts(
        project(
            app("app-1", "https://a.example:9740", rate=0.000233, createdAt="then", updatedAt="now"),
            project_id="prj-5fd3",
            name="The shop",
        )
    )
    assert host == Host(
        key=HostKey("app-1"),
        url_host="a.example",
        groups=["project_The shop", "template_phoenixd", "status_available"],
        variables={
            "nodana_app_id": "app-1",
            "nodana_url": "https://a.example:9740",
            "nodana_host": "a.example",
            "nodana_port": 9740,
            "nodana_scheme": "https",
            "nodana_template": "phoenixd",
            "nodana_status": "available",
            "nodana_rate": 0.000233,
            "nodana_project_id": "prj-5fd3",
            "nodana_project_name": "The shop",
            "nodana_created_at": "then",
            "nodana_updated_at": "now",
        },
    )


def test_an_app_without_a_usable_url_has_no_address():
    (host,) = hosts(project(app("app-1", None)))
    assert host.url_host == ""
    assert [host.variables[f"nodana_{part}"] for part in ("scheme", "host", "port")] == [None, None, None]


def test_services_that_were_asked_for_are_a_variable_and_their_regions_are_groups():
    services = [
        {"id": "svc-1", "service": "phoenixd", "version": "0.7.1", "region": "ewr", "status": "running", "slug": "p-1"},
        {"id": "svc-2", "service": "lnbits", "version": "1.3.1", "region": "ewr", "status": "stopped"},
        {"id": "svc-3", "service": "watch", "region": "ams"},
        {"id": "svc-4", "service": "none"},
    ]
    (host,) = hosts(project(app("app-1", services=services)))
    assert host.variables["nodana_services"] == [
        {"name": "phoenixd", "version": "0.7.1", "region": "ewr", "status": "running"},
        {"name": "lnbits", "version": "1.3.1", "region": "ewr", "status": "stopped"},
        {"name": "watch", "version": None, "region": "ams", "status": None},
        {"name": "none", "version": None, "region": None, "status": None},
    ]
    assert host.groups[3:] == ["running_false", "region_ewr", "region_ams"]


@pytest.mark.parametrize(
    ("words", "running", "groups"),
    [
        (["running", "running"], True, ["running_true"]),
        (["running", "stopped"], False, ["running_false"]),
        (["running", "starting"], None, []),
        ([], None, []),
    ],
)
def test_an_app_runs_or_not_in_a_variable_and_a_group(words, running, groups):
    services = [{"id": f"svc-{number}", "service": "a", "status": word} for number, word in enumerate(words)]
    (host,) = hosts(project(app("app-1", services=services)))
    assert host.variables["nodana_running"] is running
    assert host.groups[3:] == groups


@pytest.mark.parametrize(("status", "running"), [("available", None), ("running", True), ("stopped", False)])
def test_without_services_only_the_status_of_an_app_can_tell_whether_it_runs(status, running):
    (host,) = hosts(project(app("app-1", status=status, services=None)))
    assert host.variables["nodana_services"] == []
    assert host.variables["nodana_running"] is running
    assert (f"running_{str(running).lower()}" in host.groups) is (running is not None)


def test_services_that_were_not_asked_for_are_no_variable_and_none_are_an_empty_one():
    without, empty = hosts(project(app("app-1"), app("app-2", services=[])))
    assert not {"nodana_services", "nodana_running"} & set(without.variables)
    assert empty.variables["nodana_services"] == []


def test_variables_have_the_prefix():
    (host,) = hosts(project(app("app-1")), prefix="app_")
    assert all(name.startswith("app_") for name in host.variables)


@pytest.mark.parametrize("prefix", ["", "1_", "a-", "a b", "{{ a }}", "é_", "a\n"])
def test_a_prefix_makes_valid_names(prefix):
    with pytest.raises(ValueError, match="hostvars_prefix must be"):
        checked_prefix(prefix)


def test_an_app_that_is_listed_twice_is_one_host():
    (host,) = hosts(project(app("app-1")), project(app("app-1"), project_id="prj-2"))
    assert host.variables["nodana_project_id"] == "prj-1"


def test_a_group_is_left_out_for_what_the_api_does_not_tell_and_a_nameless_project_goes_by_its_id():
    (host,) = hosts(project(app("app-1", template=None, status=""), name=None))
    assert host.groups == ["project_prj-1"]


def test_a_project_without_apps_has_a_group():
    assert project_groups({"projects": [project(), project(name=None, project_id="prj-2")]}) == [
        "project_shop",
        "project_prj-2",
    ]


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ({"templates": {"nutshell"}}, ["app-3"]),
        ({"statuses": {"cordoned", "odd"}}, ["app-2", "app-4"]),
        ({"app_ids": {"app-1", "app-4", "app-9"}}, ["app-1", "app-4"]),
        ({"templates": {"phoenixd"}, "statuses": {"available"}}, ["app-1"]),
        ({"templates": {"Phoenixd"}}, []),
    ],
)
def test_only_wanted_apps_are_hosts(options, kept):
    listed = project(
        app("app-1"), app("app-2", status="cordoned"), app("app-3", template="nutshell"), app("app-4", status="odd")
    )
    wanted = Selection(**{name: frozenset(values) for name, values in options.items()})
    assert [host.key.id for host in hosts(listed, wanted=wanted)] == kept


def test_a_host_has_the_fields_of_its_node():
    (host,) = hosts(nodes=[node("node-1", failureMessage="no money", updateStatus="updating")])
    assert host == Host(
        key=HostKey("node-1", "node"),
        url_host="n.example",
        groups=["template_phoenixd", "status_running"],
        variables={
            "nodana_node_id": "node-1",
            "nodana_node_name": "shop",
            "nodana_url": "https://n.example",
            "nodana_host": "n.example",
            "nodana_port": 443,
            "nodana_scheme": "https",
            "nodana_template": "phoenixd",
            "nodana_status": "running",
            "nodana_failure_message": "no money",
            "nodana_update_status": "updating",
        },
    )


def test_fields_that_the_api_does_not_tell_of_a_node_are_null():
    (host,) = hosts(nodes=[{"id": 7}])
    assert host.variables["nodana_node_id"] == "7"
    told = ("nodana_node_id", "nodana_template")
    assert {value for name, value in host.variables.items() if name not in told} == {None}


def test_an_app_and_a_node_with_the_same_id_are_two_hosts_and_one_that_is_listed_twice_is_one():
    both = hosts(project(app("1")), nodes=[node("1"), node("1", name="again")])
    assert [host.key for host in both] == [HostKey("1", "app"), HostKey("1", "node")]
    assert both[1].variables["nodana_node_name"] == "shop"


def test_a_generation_is_a_group_if_the_inventory_has_that_group():
    generations = ["generation_apps", "generation_nodes"]
    one, other = hosts(project(app("app-1")), nodes=[node("node-1")], generations=generations)
    assert (one.groups[-1], other.groups[-1]) == ("generation_apps", "generation_nodes")
    (one,) = hosts(project(app("app-1")))
    assert not [group for group in one.groups if group.startswith("generation_")]


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ({"projects": {"shop"}}, ["app-1", "node-1", "node-2"]),
        ({"templates": {"nutshell"}}, []),
        ({"statuses": {"stopped", "available"}}, ["app-1", "node-2"]),
        ({"app_ids": {"node-1"}}, ["node-1"]),
    ],
)
def test_only_wanted_nodes_are_hosts_and_projects_do_not_limit_them(options, kept):
    wanted = Selection(**{name: frozenset(values) for name, values in options.items()})
    made = hosts(project(app("app-1")), nodes=[node("node-1"), node("node-2", status="stopped")], wanted=wanted)
    assert [host.key.id for host in made] == kept


def test_a_generation_that_the_api_lacks_has_no_hosts():
    account = {"projects": None, "nodes": [node("node-1")]}
    assert [host.key.id for host in build_hosts(account, EVERYTHING, "nodana_")] == ["node-1"]
    assert project_groups(account) == []
    assert build_hosts({"projects": [], "nodes": None}, EVERYTHING, "nodana_") == []
