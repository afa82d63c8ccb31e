# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Invalid
from ansible_collections.nodana.cloud.plugins.plugin_utils._inventory.source import Source

URL = "https://api.example/v1"
ORIGIN = "https://nodes.example"
BOTH = ["generation_apps", "generation_nodes"]


@pytest.fixture(autouse=True)
def no_origin(monkeypatch):
    monkeypatch.delenv("NODANA_API_ORIGIN", raising=False)


def source(wanted, has_url=False, **options):
    values = {
        "source": wanted,
        "projects": [],
        "api_url": URL,
        "api_key": "key-of-apps",
        "nodes_api_key": None,
        "validate_certs": True,
        "ca_path": None,
        "request_timeout": 30.0,
        "retry_timeout": 120.0,
        "request_interval": 1.0,
        **options,
    }
    return Source.from_options(values, has_url)


@pytest.mark.parametrize(
    ("wanted", "keys", "groups"),
    [
        ("apps", ["key-of-apps"], []),
        ("nodes", ["key-of-nodes"], BOTH[1:]),
        ("all", ["key-of-apps", "key-of-nodes"], BOTH),
    ],
)
def test_each_generation_has_its_own_key_and_group(wanted, keys, groups):
    made = source(wanted, nodes_api_key=" key-of-nodes\n")
    assert (made.keys, made.groups) == (keys, groups)


@pytest.mark.parametrize("key", [None, "", " "])
def test_the_key_of_apps_serves_nodes_if_there_is_no_other(key):
    assert source("all", nodes_api_key=key).keys == ["key-of-apps", "key-of-apps"]


def test_nodes_need_no_key_of_apps_and_apps_no_key_of_nodes():
    assert source("nodes", api_key=None, nodes_api_key="key-of-nodes").keys == ["key-of-nodes"]
    with pytest.raises(Invalid, match="The API key is missing"):
        source("all", api_key=None, nodes_api_key="key-of-nodes")


def test_the_origin_in_the_environment_is_for_nodes_only_and_less_than_the_inventory_file(monkeypatch):
    assert source("nodes").nodes.api_url == URL
    monkeypatch.setenv("NODANA_API_ORIGIN", f"{ORIGIN}/")
    both = source("all")
    assert (both.apps.api_url, both.nodes.api_url) == (URL, f"{ORIGIN}/v1")
    assert source("nodes", has_url=True).nodes.api_url == URL


@pytest.mark.parametrize("origin", ["", "https://nodes.example/v1", "http://nodes.example"])
def test_a_wrong_origin_is_refused_by_its_name_if_nodes_are_read(monkeypatch, origin):
    monkeypatch.setenv("NODANA_API_ORIGIN", origin)
    with pytest.raises(Invalid, match="^NODANA_API_ORIGIN "):
        source("nodes")
    assert source("apps").apps.api_url == URL


def test_projects_cannot_limit_an_inventory_of_nodes():
    assert source("all", projects=["shop"]).nodes
    with pytest.raises(ValueError, match="projects limits the apps"):
        source("nodes", projects=["shop"])


def test_clients_share_a_transport_only_if_they_have_the_same_connection():
    api, nodes_api = source("all").clients(pytest.fail)
    assert api._transport is nodes_api.transport
    api, nodes_api = source("all", nodes_api_key="key-of-nodes").clients(pytest.fail)
    assert api._transport is not nodes_api.transport
    assert source("nodes").clients(pytest.fail)[0] is None
    assert source("apps").clients(pytest.fail)[1] is None
