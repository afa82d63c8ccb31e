# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import itertools
import re

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils import _records
from ansible_collections.nodana.cloud.plugins.plugin_utils import _hosts


def project(*apps, project_id="prj-1", name="shop"):
    return {**_records.project({"id": project_id, "name": name}), "apps": list(apps)}


def app(app_id, url="https://a.example", **fields):
    return _records.app({"id": app_id, "url": url, "template": "phoenixd", "status": "available", **fields})


def hosts(*projects, taken=()):
    return _hosts.hosts(list(projects), lambda text: re.sub(r"\W", "_", text), taken)


def names(*apps, taken=()):
    return {host.variables["nodana_app_id"]: host.name for host in hosts(project(*apps), taken=taken)}


def test_a_host_has_the_fields_of_its_app_and_its_project():
    (host,) = hosts(
        project(
            app("app-1", "https://a.example:9740", rate=0.000233, createdAt="then", updatedAt="now", userId="usr-1"),
            project_id="prj-5fd3",
            name="The shop",
        )
    )
    assert host == _hosts.Host(
        name="a.example",
        groups=["nodana", "project_The_shop", "template_phoenixd", "status_available"],
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
            "ansible_host": "a.example",
        },
        warning="",
    )


def test_an_app_without_a_usable_url_is_named_by_its_id():
    (host,) = hosts(project(app("app-1", None)))
    assert host.name == "app-1"
    assert host.warning == "The app 'app-1' has no usable URL, so its name in the inventory is app-1."
    assert [host.variables[f"nodana_{part}"] for part in ("scheme", "host", "port")] == [None, None, None]
    assert "ansible_host" not in host.variables


def test_apps_that_share_a_host_are_named_by_their_ids_and_keep_its_address():
    first, second, third = hosts(project(app("app-1"), app("app-2", "https://A.example:81"), app("app-3", "https://b")))
    assert [first.name, second.name, third.name] == ["app-1", "app-2", "b"]
    assert second.warning == (
        "The app 'app-2' does not have the host a.example for itself, so its name in the inventory is app-2."
    )
    assert (second.variables["ansible_host"], second.variables["nodana_port"]) == ("a.example", 81)
    assert third.warning == ""


def test_names_do_not_depend_on_the_order_of_the_apps():
    apps = [
        app("app-1"),
        app("app-2"),
        app("app-3", None),
        app("app-4", "https://app-3"),
        app("{{ 7 }}", None),
        app("a b", None),
    ]
    expected = names(*apps)
    assert len(set(expected.values())) == len(apps)
    assert all(names(*order) == expected for order in itertools.permutations(apps))


@pytest.mark.parametrize("app_id", ["{{ lookup('pipe','id') }}", "a,b", "all", "-f", "\ud800", "é" * 10_000 + "!"])
def test_an_id_that_cannot_name_a_host_is_replaced_by_a_short_hash(app_id):
    name = names(app(app_id, None))[app_id]
    assert re.fullmatch("app-[0-9a-f]{16}", name)


@pytest.mark.parametrize("host", ["nodana", "all", "project_shop", "group-of-another-source"])
def test_no_host_is_named_like_a_group(host):
    assert names(app("app-1", f"https://{host}"), taken=["group-of-another-source"]) == {"app-1": "app-1"}


def test_an_app_that_is_listed_twice_is_one_host():
    assert [host.name for host in hosts(project(app("app-1")), project(app("app-1"), project_id="prj-2"))] == [
        "a.example"
    ]


def test_a_group_is_left_out_for_what_the_api_does_not_tell_and_a_nameless_project_goes_by_its_id():
    (host,) = hosts(project(app("app-1", template=None, status=""), name=None))
    assert host.groups == ["nodana", "project_prj_1"]
