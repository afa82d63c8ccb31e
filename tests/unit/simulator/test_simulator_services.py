# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Services: what an app consists of, and how one moves to a newer version."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nodana.cloud.tests.simulator.calls import Calls
from ansible_collections.nodana.cloud.tests.simulator.errors import NotFound
from ansible_collections.nodana.cloud.tests.simulator.world import World


@pytest.mark.parametrize(
    ("template", "services"),
    [
        ("phoenixd", ["phoenixd"]),
        ("alby-hub-phoenixd", ["alby-hub", "phoenixd"]),
        ("lnbits-phoenixd", ["lnbits", "phoenixd"]),
        ("cdk-mintd", ["cdk-mintd"]),
        ("nutshell", ["nutshell"]),
    ],
)
def test_a_template_decides_on_the_services(calls: Calls, template: str, services: list[str]) -> None:
    app_id = calls.create_app({"template": template})["id"]
    listed = calls.list_services(app_id)
    assert [service["service"] for service in listed] == services
    assert {service["appId"] for service in listed} == {app_id}
    assert list(listed[0]) == [
        "id", "appId", "service", "slug", "region", "status", "version", "createdAt", "updatedAt"
    ]  # fmt: skip


def test_an_update_shows_once_it_is_through(calls: Calls, world: World, clock: Any) -> None:
    app_id = calls.create_app({"template": "lnbits-phoenixd"})["id"]
    clock.now += 10
    before = calls.list_services(app_id)
    world.releases["phoenixd"].append("0.9.9")
    answer = calls.update_service(app_id, before[1]["id"])
    assert answer == {"id": app_id, "serviceId": before[1]["id"], "version": "0.9.9", "updated": True}
    meanwhile = calls.list_services(app_id)[1]
    assert (meanwhile["status"], meanwhile["version"]) == ("updating", before[1]["version"])
    clock.now += 1
    after = calls.list_services(app_id)
    assert (after[1]["status"], after[1]["version"]) == ("running", "0.9.9")
    assert after[0] == before[0]


def test_without_a_newer_version_nothing_happens(calls: Calls, clock: Any) -> None:
    app_id = calls.create_app({"template": "phoenixd"})["id"]
    clock.now += 10
    before = calls.list_services(app_id)
    answer = calls.update_service(app_id, before[0]["id"])
    assert answer["version"] == before[0]["version"]
    assert calls.list_services(app_id) == before


def test_an_update_leaves_a_stopped_service_stopped(calls: Calls, world: World, clock: Any) -> None:
    app_id = calls.create_app({"template": "phoenixd"})["id"]
    calls.stop_app(app_id)
    clock.now += 1
    world.releases["phoenixd"].append("0.9.9")
    calls.update_service(app_id, calls.list_services(app_id)[0]["id"])
    clock.now += 1
    after = calls.list_services(app_id)[0]
    assert (after["status"], after["version"]) == ("stopped", "0.9.9")


def test_an_update_of_a_starting_service_does_not_make_it_ready_sooner(calls: Calls, world: World, clock: Any) -> None:
    app_id = calls.create_app({"template": "phoenixd"})["id"]
    world.releases["phoenixd"].append("0.9.9")
    calls.update_service(app_id, calls.list_services(app_id)[0]["id"])
    clock.now += 9
    assert calls.list_services(app_id)[0]["status"] == "updating"
    clock.now += 1
    assert calls.list_services(app_id)[0]["status"] == "running"


def test_a_service_of_another_app_is_not_found(calls: Calls) -> None:
    first, second = (calls.create_app({"template": "phoenixd"})["id"] for _time in range(2))
    with pytest.raises(NotFound):
        calls.update_service(first, calls.list_services(second)[0]["id"])
