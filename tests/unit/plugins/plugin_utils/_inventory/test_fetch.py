# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client.connection import Connection
from ansible_collections.nodana.cloud.plugins.module_utils._errors import MissingRoute, NotFound
from ansible_collections.nodana.cloud.plugins.plugin_utils._inventory.fetch import (
    cache_key,
    fetch,
    is_readable,
    read_cached,
)
from ansible_collections.nodana.cloud.plugins.plugin_utils._inventory.selection import Selection
from ansible_collections.nodana.cloud.plugins.plugin_utils._inventory.source import Source

EVERYTHING = Selection()
CONNECTION = Connection("https://api.example/v1", "a-fake-key-0123456789abcdef")
OTHER_URL = Connection("https://other.example/v1", CONNECTION.api_key)
OTHER_KEY = Connection(CONNECTION.api_url, "another-key-0123456789abcdef")


class Account:
    """Returns responses of the API and records the requests."""

    def __init__(self, projects, gone=(), nodes=()):
        self._projects, self._gone, self._nodes = projects, gone, nodes
        self.asked = []

    def nodes(self):
        self.asked.append("nodes")
        if self._nodes is None:
            raise MissingRoute("no nodes", request="GET /nodes")
        return self._nodes

    def projects(self):
        if self._projects is None:
            raise MissingRoute("no apps", request="GET /projects")
        return [{"id": project_id, "name": f"name of {project_id}"} for project_id in self._projects]

    def apps(self, project_id):
        return self._answered(project_id, self._projects[project_id])

    def services(self, app_id):
        return self._answered(app_id, [{"id": "svc-1", "service": "phoenixd", "password": "secret"}])

    def _answered(self, what, answer):
        self.asked.append(what)
        if what in self._gone:
            raise NotFound("gone")
        return answer


def ask(account, wanted=EVERYTHING, services=False):
    warnings: list[str] = []
    return fetch(account, None, wanted, services, warnings.append)["projects"], warnings


def ask_for_all(account, wanted=EVERYTHING):
    warnings: list[str] = []
    return fetch(account, account, wanted, False, warnings.append), warnings


def app(app_id, **fields):
    return {"id": app_id, "template": "phoenixd", "status": "available", **fields}


def test_fields_of_the_reference_are_kept_and_no_others():
    account = Account({"prj-1": [app("app-1", rate=0.1, password="secret", params={"a": "b"})]})
    ((project,), warnings) = ask(account, services=True)
    assert project == {
        "id": "prj-1",
        "name": "name of prj-1",
        "apps": [
            {
                "id": "app-1",
                "projectId": "prj-1",
                "template": "phoenixd",
                "status": "available",
                "rate": 0.1,
                "services": [{"id": "svc-1", "service": "phoenixd"}],
            }
        ],
    }
    assert warnings == []


def test_what_no_text_can_hold_and_what_ansible_would_take_for_a_mark_is_not_kept():
    url = {"__ansible_vault": "a", "b": [{"__ansible_unsafe": "c", "\ud800": "d\udfff"}]}
    ((project,), _warnings) = ask(Account({"prj-1": [app("app-1", url=url, status="\ud83d!")]}))
    assert project["apps"][0]["url"] == {"b": [{"\ufffd": "d\ufffd"}]}
    assert project["apps"][0]["status"] == "\ufffd!"


def test_deleted_apps_are_left_out():
    ((project,), _warnings) = ask(Account({"prj-1": [app("app-1", status="deleted"), app("app-2")]}))
    assert [item["id"] for item in project["apps"]] == ["app-2"]


def test_only_projects_that_can_have_a_wanted_app_are_asked():
    account = Account({"prj-1": [app("app-1")], "prj-2": [app("app-2")], "prj-3": [app("app-3")]})
    ask(account, Selection(projects=frozenset({"name of prj-2", "prj-3"})))
    assert account.asked == ["prj-2", "prj-3"]


def test_asking_ends_with_the_last_wanted_app():
    account = Account({"prj-1": [app("app-1")], "prj-2": [app("app-2")], "prj-3": []})
    ask(account, Selection(app_ids=frozenset({"app-1", "app-2"})))
    assert account.asked == ["prj-1", "prj-2"]


def test_services_of_apps_that_are_not_wanted_are_not_asked_for():
    account = Account({"prj-1": [app("app-1"), app("app-2", status="cordoned")]})
    ((project,), _warnings) = ask(account, Selection(statuses=frozenset({"cordoned"})), services=True)
    assert account.asked == ["prj-1", "app-2"]
    assert ["services" in item for item in project["apps"]] == [False, True]


def test_what_goes_while_it_is_asked_for_is_left_out_with_a_warning():
    account = Account({"prj-1": [app("app-1")], "prj-2": [app("app-2"), app("app-3")]}, gone=["prj-1", "app-2"])
    projects, warnings = ask(account, services=True)
    assert [[item["id"] for item in project["apps"]] for project in projects] == [[], ["app-3"]]
    assert warnings == [
        "The project prj-1 was deleted while the inventory was read.",
        "The app app-2 was deleted while the inventory was read.",
    ]


def test_a_project_that_is_not_there_is_told():
    _projects, warnings = ask(Account({"prj-1": []}), Selection(projects=frozenset({"prj-1", "prj-2"})))
    assert warnings == ["There is no project with the name or id 'prj-2'."]


def key(apps=CONNECTION, nodes=None, services=False, **wanted):
    wanted = {name: frozenset(values) for name, values in wanted.items()}
    return cache_key(Source(apps, nodes), Selection(**wanted), services)


def test_the_key_of_the_cache_is_the_same_for_the_same_question():
    assert key() == key()
    assert key(projects=["a", "b"]) == key(projects=["b", "a"])
    assert key(templates=["a"], statuses=["b"]) == key()
    assert key(None, CONNECTION, services=True, app_ids=["a"]) == key(None, CONNECTION)


@pytest.mark.parametrize(
    "other",
    [
        {"apps": OTHER_URL},
        {"apps": OTHER_KEY},
        {"nodes": CONNECTION},
        {"apps": None, "nodes": CONNECTION},
        {"services": True},
        {"projects": ["a"]},
        {"app_ids": ["a"]},
        {"services": True, "templates": ["a"]},
        {"services": True, "statuses": ["a"]},
    ],
)
def test_the_key_of_the_cache_is_another_for_another_question(other):
    assert key(**other) != key()
    assert "templates" not in other or key(**other) != key(services=True)


@pytest.mark.parametrize("other", [OTHER_URL, OTHER_KEY])
def test_the_key_of_the_cache_depends_on_both_connections(other):
    assert len({key(one, two) for one in (CONNECTION, other) for two in (CONNECTION, other)}) == 4


def test_the_key_of_the_cache_tells_neither_url_nor_key():
    assert CONNECTION.api_key[:6] not in key()
    assert "example" not in key()


@pytest.mark.parametrize(
    "kept",
    [
        None,
        [],
        "a",
        {},
        {"form": 2},
        {"form": 1, "projects": [], "nodes": []},
        {"form": 2, "projects": [{}], "nodes": []},
        {"form": 2, "projects": [{"id": "a", "apps": None}], "nodes": []},
        {"form": 2, "projects": [{"id": "a", "apps": [1]}], "nodes": []},
        {"form": 2, "projects": [{"id": "a", "apps": [{}]}], "nodes": []},
        {"form": 2, "projects": []},
        {"form": 2, "projects": [], "nodes": [{}]},
        {"form": 2, "projects": [], "nodes": None},
        {"form": 2, "projects": None, "nodes": []},
    ],
)
def test_other_things_than_answers_are_not_read(kept):
    assert not is_readable(kept)


def test_answers_can_be_read():
    account, _warnings = ask_for_all(Account({"prj-1": [app("app-1")], "prj-2": []}, nodes=[{"id": "node-1"}]))
    assert is_readable(account)


def test_an_api_without_services_leaves_out_no_app(monkeypatch):
    account = Account({"prj-1": [app("app-1"), app("app-2")]})

    def services(_app_id):
        raise MissingRoute("no services")

    monkeypatch.setattr(account, "services", services)
    ((project,), warnings) = ask(account, services=True)
    assert [(one["id"], one["services"]) for one in project["apps"]] == [("app-1", None), ("app-2", None)]
    assert set(warnings) == {"This API has no services, so gather_services adds none to the hosts."}


def test_nodes_are_one_request_and_keep_the_fields_of_the_reference():
    listed = [{"id": "node-1", "endpointUrl": "https://a", "password": "secret"}, {"id": "node-2", "status": "deleted"}]
    account: Any = Account({}, nodes=listed)
    found = fetch(None, account, EVERYTHING, True, pytest.fail)
    assert found == {"form": 2, "projects": [], "nodes": [{"id": "node-1", "endpointUrl": "https://a"}]}
    assert account.asked == ["nodes"]


def test_apps_cost_no_request_for_nodes():
    account = Account({"prj-1": []}, nodes=None)
    assert ask(account)[1] == []
    assert account.asked == ["prj-1"]


@pytest.mark.parametrize(
    ("app_ids", "asked"),
    [
        (["node-1"], ["nodes"]),
        (["node-1", "app-1"], ["nodes", "prj-1"]),
        (["app-2"], ["nodes", "prj-1", "prj-2"]),
        ([], ["nodes", "prj-1", "prj-2"]),
    ],
)
def test_asking_for_all_ends_with_the_last_wanted_id(app_ids, asked):
    account = Account({"prj-1": [app("app-1")], "prj-2": [app("app-2")]}, nodes=[{"id": "node-1"}])
    _found, warnings = ask_for_all(account, Selection(app_ids=frozenset(app_ids)))
    assert (account.asked, warnings) == (asked, [])


def test_projects_that_need_no_request_are_not_told_to_be_missing():
    account = Account({"prj-1": []}, nodes=[{"id": "node-1"}])
    wanted = Selection(app_ids=frozenset({"node-1"}), projects=frozenset({"prj-1"}))
    assert ask_for_all(account, wanted)[1] == []


@pytest.mark.parametrize(
    ("projects", "nodes", "warning"),
    [
        ({"prj-1": []}, None, "no nodes. The inventory contains only apps. With source=apps, it saves this request."),
        (None, [], "no apps. The inventory contains only nodes. With source=nodes, it saves this request."),
    ],
)
def test_a_missing_generation_is_a_warning_and_is_not_cached(projects, nodes, warning):
    account, warnings = ask_for_all(Account(projects, nodes=nodes))
    assert warnings == [warning]
    assert (account["projects"] is None, account["nodes"] is None) == (projects is None, nodes is None)
    cache: dict[str, object] = {}
    assert read_cached(cache, "key", False, lambda: account, pytest.fail) == account
    assert cache == {}


def test_an_api_that_lacks_what_is_wanted_is_a_failure():
    account: Any = Account(None, nodes=None)
    advice = "Check the option source, and api_url: it must end in /v1."
    with pytest.raises(MissingRoute) as raised:
        fetch(account, None, EVERYTHING, False, pytest.fail)
    assert str(raised.value) == f"GET /projects: no apps. {advice}"
    with pytest.raises(MissingRoute) as raised:
        fetch(None, account, EVERYTHING, False, pytest.fail)
    assert str(raised.value) == f"GET /nodes: no nodes. {advice}"
    with pytest.raises(MissingRoute) as raised:
        fetch(account, account, EVERYTHING, False, pytest.fail)
    message = "GET /nodes: This API has neither apps nor nodes: it also lacks GET /projects"
    assert str(raised.value) == f"{message}. {advice}"


def test_a_list_of_apps_that_is_missing_is_not_a_missing_generation(monkeypatch):
    account = Account({"prj-1": []}, nodes=[])

    def apps(_project_id):
        raise MissingRoute("no such page")

    monkeypatch.setattr(account, "apps", apps)
    with pytest.raises(MissingRoute, match="no such page"):
        ask_for_all(account)
