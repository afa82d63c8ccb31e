# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the poller with the real client and the simulator."""

from __future__ import annotations

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._client.nodes_api import NodesApi
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Forbidden, MissingRoute, Unauthorized
from ansible_collections.nodana.cloud.plugins.plugin_utils._events.poller import Poller
from ansible_collections.nodana.cloud.plugins.plugin_utils._inventory.selection import Selection
from ansible_collections.nodana.cloud.tests.support.clients import sent, transport
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock


class Watch:
    """A poller of the simulator with its warnings."""

    def __init__(self, simulator, key=None, apps=True, nodes=False, projects=(), versions=False):
        connected = transport(simulator.url, key or simulator.key, clock=FakeClock(), retry_timeout=0.0)
        self.warnings: list[str] = []
        self.api, self.nodes_api = Api(connected), NodesApi(connected)
        clients = (self.api if apps else None, self.nodes_api if nodes else None)
        selection = Selection(projects=frozenset(projects))
        self.poller = Poller(*clients, selection, versions, self.warnings.append)

    def poll(self):
        return [(event["type"], event["id"], event["status"]) for event in self.poller.poll()]


def ids(simulator, kind="apps"):
    return [item["id"] for item in simulator.account()[kind]]


def test_a_new_app_and_a_cordoned_one_are_reported_once(simulator):
    simulator.fill(projects=1, apps=1)
    watch = Watch(simulator)
    assert watch.poll() == []
    (first,) = ids(simulator)
    simulator.force_status(first, "cordoned")
    simulator.fill(projects=1, apps=1)
    (second,) = set(ids(simulator)) - {first}
    assert watch.poll() == [("cordoned", first, "cordoned"), ("created", second, "available")]
    assert watch.poll() == []


def test_a_fault_warns_once_and_loses_nothing(simulator):
    simulator.fill(projects=1, apps=1)
    watch = Watch(simulator)
    watch.poll()
    (known,) = ids(simulator)
    simulator.force_status(known, "cordoned")
    simulator.fault("html_502", times=3)
    assert [event for _poll in range(3) for event in watch.poll()] == []
    (warning,) = watch.warnings
    assert "until the API works again" in warning
    assert "/projects" in warning
    assert watch.poll() == [("cordoned", known, "cordoned")]
    assert watch.warnings[1:] == ["The API works again."]


def test_a_fault_at_the_start_delays_the_start(simulator):
    simulator.fill(projects=1, apps=1)
    simulator.fault("drop_before")
    watch = Watch(simulator)
    assert [watch.poll(), watch.poll()] == [[], []]
    assert len(watch.warnings) == 2


def test_a_key_that_is_banned_ends_the_source_at_the_second_refusal(simulator):
    simulator.fill(projects=1, apps=1)
    watch = Watch(simulator)
    watch.poll()
    simulator.settings(rate_interval=60.0, ban_after=1)
    assert watch.poll() == []  # a request that is too early, and its retry, which is refused
    with pytest.raises(Forbidden, match="banned"):
        watch.poll()
    assert len(watch.warnings) == 1


def test_single_refusals_do_not_end_the_source(simulator):
    simulator.fill(projects=1, apps=1)
    watch = Watch(simulator)
    watch.poll()
    for status in (401, 403):
        simulator.fault("status_before", status=status)
        assert [watch.poll(), watch.poll()] == [[], []]
    assert watch.warnings[1::2] == ["The API works again."] * 2
    for fault in ({"name": "status_before", "status": 403}, {"name": "drop_before", "times": 9}) * 2:
        simulator.fault(**fault)
        assert watch.poll() == []
        simulator.clear_faults()


def test_apps_that_the_api_hides_are_not_gone(simulator):
    simulator.fill(projects=1, apps=1)
    watch = Watch(simulator)
    watch.poll()
    simulator.fault("status_before", path="/apps$", status=404, times=3)
    assert [event for _poll in range(4) for event in watch.poll()] == []


@pytest.mark.parametrize("nodes", [False, True])
def test_a_deleted_app_is_gone_after_two_lists(simulator, nodes):
    simulator._control("POST", "settings", {"generation": ["nodes"] if nodes else ["seed"]})
    simulator.fill(**({"nodes": 1} if nodes else {"projects": 1, "apps": 1}))
    watch = Watch(simulator, apps=not nodes, nodes=nodes)
    watch.poll()
    (item,) = ids(simulator, "nodes" if nodes else "apps")
    (watch.nodes_api.delete_node if nodes else watch.api.delete_app)(item)
    assert watch.poll() == []
    assert [entry[:2] for entry in watch.poll()] == [("gone", item)]


def test_a_version_changes_only_if_versions_are_wanted(simulator):
    simulator.fill(projects=1, apps=1)
    watch, plain = Watch(simulator, versions=True), Watch(simulator)
    assert watch.poll() == plain.poll() == []
    (item,) = ids(simulator)
    simulator.release("phoenixd", "99.0.0")
    (service,) = watch.api.services(item)
    watch.api.update_service(item, service["id"])
    assert ("version_changed", item) in [entry[:2] for entry in watch.poll()]
    assert "version_changed" not in [entry[0] for entry in plain.poll()]


def test_versions_that_cannot_be_read_delay_no_other_event(simulator):
    simulator.fill(projects=1, apps=2)
    watch = Watch(simulator, versions=True)
    watch.poll()
    first, second = ids(simulator)
    simulator.release("phoenixd", "99.0.0")
    (service,) = watch.api.services(first)
    watch.api.update_service(first, service["id"])
    simulator.force_status(second, "cordoned")
    simulator.fault("html_502", path="/services$", times=2)
    assert watch.poll() == [("cordoned", second, "cordoned")]
    assert watch.poll() == []
    assert [entry[:2] for entry in watch.poll()] == [("version_changed", first)]
    late, again = watch.warnings
    assert late.startswith("Cannot read the versions, so events are late until the API works again.")
    assert again == "The API works again."


def test_projects_save_requests_and_an_unknown_one_warns_once(simulator):
    simulator.fill(projects=2, apps=1)
    (wanted, _other) = ids(simulator, "projects")
    watch = Watch(simulator, projects=[wanted, "nowhere"])
    simulator.clear_log()
    assert watch.poll() == watch.poll() == []
    assert sent(simulator) == ["GET /projects", f"GET /projects/{wanted}/apps"] * 2
    assert watch.warnings == ["There is no project with the name or id 'nowhere'."]


def test_the_apps_of_a_renamed_project_are_not_gone(simulator):
    simulator.fill(projects=2, apps=1)
    project = simulator.account()["projects"][0]
    (known,) = [app["id"] for app in simulator.account()["apps"] if app["projectId"] == project["id"]]
    watch = Watch(simulator, projects=[project["name"]])
    watch.poll()
    watch.api.rename_project(project["id"], "another name")
    assert [watch.poll() for _poll in range(3)] == [[], [], []]
    simulator.force_status(known, "cordoned")
    assert watch.poll() == [("cordoned", known, "cordoned")]


def test_a_wrong_key_and_a_missing_generation_end_the_start(simulator):
    with pytest.raises(Unauthorized):
        Watch(simulator, key="a-wrong-key-0123456789").poll()
    with pytest.raises(MissingRoute):
        Watch(simulator, apps=False, nodes=True).poll()
