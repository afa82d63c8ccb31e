# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client.connection import Connection
from ansible_collections.nodana.cloud.plugins.module_utils._errors import MissingRoute, NotFound
from ansible_collections.nodana.cloud.plugins.plugin_utils._inventory.fetch import cache_key, fetch, is_readable
from ansible_collections.nodana.cloud.plugins.plugin_utils._inventory.selection import Selection

EVERYTHING = Selection()
CONNECTION = Connection("https://api.example/v1", "a-fake-key-0123456789abcdef")


class Account:
    """Returns responses of the API and records the requests."""

    def __init__(self, projects, gone=()):
        self._projects, self._gone = projects, gone
        self.asked = []

    def projects(self):
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
    return fetch(account, wanted, services, warnings.append)["projects"], warnings


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


def key(connection=CONNECTION, services=False, **wanted):
    wanted = {name: frozenset(values) for name, values in wanted.items()}
    return cache_key(connection, Selection(**wanted), services)


def test_the_key_of_the_cache_is_the_same_for_the_same_question():
    assert key() == key()
    assert key(projects=["a", "b"]) == key(projects=["b", "a"])
    assert key(templates=["a"], statuses=["b"]) == key()


@pytest.mark.parametrize(
    "other",
    [
        {"connection": Connection("https://other.example/v1", CONNECTION.api_key)},
        {"connection": Connection(CONNECTION.api_url, "another-key-0123456789abcdef")},
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
        {"form": 1},
        {"form": 0, "projects": []},
        {"form": 1, "projects": [{}]},
        {"form": 1, "projects": [{"id": "a", "apps": None}]},
        {"form": 1, "projects": [{"id": "a", "apps": [1]}]},
        {"form": 1, "projects": [{"id": "a", "apps": [{}]}]},
    ],
)
def test_other_things_than_answers_are_not_read(kept):
    assert not is_readable(kept)


def test_answers_can_be_read():
    projects, _warnings = ask(Account({"prj-1": [app("app-1")], "prj-2": []}))
    assert is_readable({"form": 1, "projects": projects})


def test_an_api_without_services_leaves_out_no_app(monkeypatch):
    account = Account({"prj-1": [app("app-1"), app("app-2")]})

    def services(_app_id):
        raise MissingRoute("no services")

    monkeypatch.setattr(account, "services", services)
    ((project,), warnings) = ask(account, services=True)
    assert [(one["id"], one["services"]) for one in project["apps"]] == [("app-1", None), ("app-2", None)]
    assert set(warnings) == {"This API has no services, so gather_services adds none to the hosts."}
