# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest
from ansible_collections.nodana.cloud.tests.support.canned import KEY, canned_api
from ansible_collections.nodana.cloud.tests.support.controller import Inventory

pytestmark = pytest.mark.ends


def requested(simulator):
    """Return the paths of the requests, with the names of projects and templates instead of ids."""
    account = simulator.account()
    ids = {project["id"]: project["name"].split()[0] for project in account["projects"]}
    ids.update({app["id"]: app["template"] for app in account["apps"]})
    paths = [request["path"] for request in simulator.log()["requests"]]
    return ["/".join(ids.get(part, part) for part in path.split("/")) for path in paths]


def templates(hosts):
    return sorted(variables["nodana_template"] for variables in hosts.values())


SHOP = ["/projects", "/projects/shop/apps"]
ALL = [*SHOP, "/projects/Mints/apps"]


@pytest.mark.parametrize(
    ("options", "kept", "asked"),
    [
        ({"projects": ["shop"]}, ["alby-hub-phoenixd", "phoenixd"], SHOP),
        ({"projects": ["Mints & more"]}, ["nutshell"], ["/projects", "/projects/Mints/apps"]),
        ({"templates": ["nutshell", "phoenixd"]}, ["nutshell", "phoenixd"], ALL),
        ({"statuses": ["cordoned"]}, [], ALL),
        ({"projects": ["shop"], "templates": ["nutshell"]}, [], SHOP),
        ({"projects": "{{ ['shop'] }}", "templates": ["{{ 'phoenixd' }}"]}, ["phoenixd"], SHOP),
    ],
)
def test_only_what_is_wanted_is_there_and_asked_for(simulator, ansible, options, kept, asked):
    ansible.write(**options)
    assert templates(ansible.hosts()) == kept
    assert requested(simulator) == asked


def test_a_project_is_wanted_by_its_id(simulator, ansible):
    ansible.write(projects=[simulator.account()["projects"][0]["id"]])
    assert templates(ansible.hosts()) == ["alby-hub-phoenixd", "phoenixd"]
    assert requested(simulator) == SHOP


@pytest.mark.parametrize(("numbers", "asked"), [([0, 1], SHOP), ([0, 2], ALL)])
def test_once_all_wanted_apps_are_found_nothing_more_is_asked(simulator, ansible, numbers, asked):
    ids = [simulator.account()["apps"][number]["id"] for number in numbers]
    ansible.write(app_ids=ids)
    assert sorted(variables["nodana_app_id"] for variables in ansible.hosts().values()) == sorted(ids)
    assert requested(simulator) == asked


def test_a_project_that_is_not_there_is_told(ansible):
    ansible.write(projects=["shop", "shopp"])
    result = ansible.list()
    assert len(json.loads(result.stdout)["_meta"]["hostvars"]) == 2
    assert "There is no project with the name or id 'shopp'." in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        ([{"exclude": "nodana_template == 'phoenixd'"}], ["alby-hub-phoenixd", "nutshell"]),
        ([{"include": "nodana_project_name == 'shop'"}, {"exclude": True}], ["alby-hub-phoenixd", "phoenixd"]),
        ([{"include": "nodana_rate > 0.0003"}, {"exclude": True}], ["alby-hub-phoenixd"]),
        ([{"exclude": "nodana_template is match('alby') or nodana_port == 3338"}], ["phoenixd"]),
    ],
)
def test_filters_take_in_and_leave_out(ansible, filters, kept):
    ansible.write(filters=filters)
    assert templates(ansible.hosts()) == kept


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("nodana_tempalte == 'phoenixd'", "The filter \"nodana_tempalte == 'phoenixd'\" failed for the app"),
        ("nodana_template ==", "The filter 'nodana_template ==' failed for the app"),
        ("nodana_template", "The filter 'nodana_template' did not return a boolean for the app"),
    ],
)
def test_a_filter_with_a_mistake_leaves_no_host(ansible, strict, condition, words):
    ansible.write(filters=[{"include": condition}], strict=strict)
    assert words in ansible.failure()


def test_services_are_a_request_for_each_wanted_app(simulator, ansible):
    ansible.write(gather_services=True, projects=["shop"], templates=["alby-hub-phoenixd"])
    ((_name, variables),) = ansible.hosts().items()
    assert requested(simulator) == [*SHOP, "/apps/alby-hub-phoenixd/services"]
    services = [
        {"name": service["service"], **{field: service[field] for field in ("version", "region", "status")}}
        for service in simulator.account()["apps"][1]["services"]
    ]
    assert variables["nodana_services"] == services
    assert len(services) == 2


def test_services_give_groups_by_region_and_a_place_in_filters(ansible):
    ansible.write(
        gather_services=True,
        filters=[{"exclude": "nodana_services | selectattr('name', 'eq', 'alby-hub') | length > 0"}],
    )
    listing = ansible.listed()
    assert len(listing["region_ewr"]["hosts"]) == 2
    assert "template_alby_hub_phoenixd" not in listing


def test_stopped_apps_are_in_a_group(simulator, ansible, ask):
    stopped, other = simulator.account()["apps"][:2]
    ask(f"/apps/{stopped['id']}/stop")
    ansible.write(gather_services=True)
    listing = ansible.listed()
    (name,) = listing["running_false"]["hosts"]
    variables = listing["_meta"]["hostvars"]
    assert (variables[name]["nodana_app_id"], variables[name]["nodana_running"]) == (stopped["id"], False)
    assert other["id"] in [variables[host]["nodana_app_id"] for host in listing["running_true"]["hosts"]]
    ansible.write()
    assert not {"running_true", "running_false"} & set(ansible.listed())


def test_an_app_that_goes_while_its_services_are_asked_for_is_left_out_with_a_warning(tmp_path):
    answers = {
        "/projects": {"data": [{"id": "prj-1", "name": "shop"}]},
        "/projects/prj-1/apps": {"data": [{"id": f"app-{n}", "url": f"https://{n}.example"} for n in (1, 2)]},
        "/apps/app-1/services": {"error": "NotFoundError", "message": "App not found", "statusCode": 404},
        "/apps/app-1": {"error": "NotFoundError", "message": "App not found", "statusCode": 404},
        "/apps/app-2/services": {"data": []},
    }
    with canned_api(answers) as url:
        ansible = Inventory(tmp_path, url, KEY)
        ansible.write(gather_services=True)
        result = ansible.list()
    assert list(json.loads(result.stdout)["_meta"]["hostvars"]) == ["2.example"]
    assert "The app app-1 was deleted while the inventory was read." in " ".join(result.stderr.split())


def test_a_failure_among_the_services_leaves_no_host(simulator, ansible):
    simulator.fault("html_502", path=f"^/apps/{simulator.account()['apps'][-1]['id']}/services$")
    ansible.write(gather_services=True, retry_timeout=0)
    assert "/services: The API returned HTTP 502" in ansible.failure()


def test_an_unknown_status_is_a_group_like_any_other(simulator, ansible):
    simulator.force_status(simulator.account()["apps"][0]["id"], "Odd status-1")
    assert len(ansible.listed()["status_Odd_status_1"]["hosts"]) == 1
