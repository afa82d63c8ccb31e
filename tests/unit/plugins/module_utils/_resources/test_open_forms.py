# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of an app in every form that the API's responses may have: the same changes, requests and results."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import writes
from ansible_collections.nodana.cloud.tests.support.machine import Machine

FORMS: list[dict[str, Any]] = [
    {},
    {"create_envelope": "bare", "ready_status": "running", "stopped_status": "stopped", "limit_form": "http"},
    {
        "starting_status": "cordoned",
        "stopped_status": "cordoned",
        "list_deleted": True,
        "limit_form": "http-retry-after",
        "retry_after": 0.2,
    },
    {
        "create_envelope": "bare",
        "ready_status": "running",
        "starting_status": "running",
        "stopped_status": "running",
        "list_deleted": True,
    },
]
STATES = ["present", "present", "stopped", "stopped", "present", "started", "started", "absent", "absent"]
CHANGES = [True, False, True, False, False, True, False, True, False]


@pytest.mark.parametrize("form", FORMS)
def test_an_app_lives_and_dies_in_the_same_way(simulator: Simulator, machine: Machine, form: dict[str, Any]) -> None:
    simulator.settings(**form)
    for method, path in (("GET", "^/projects$"), ("POST", "^/apps$"), ("POST", "/stop$"), ("GET", "/services$")):
        simulator.fault("limit", method=method, path=path)
    runs = [machine.app(project="shop", create_project=True, template="phoenixd", state=state).ok() for state in STATES]
    assert [run.changed for run in runs] == CHANGES
    assert [run.values["created"] for run in runs] == [True] + [False] * 8
    done = [request for request in simulator.log()["requests"] if request["method"] == "POST"]
    assert [request["path"].rpartition("/")[2] for request in done if request["outcome"] == "ok"] == [
        *("projects", "apps", "stop", "start", "delete"),
    ]
    assert simulator.faults() == simulator.account()["apps"] == []
    apps = [run.values["app"] for run in runs[:-1]]
    assert len({frozenset(app) for app in apps}) == len({app["id"] for app in apps}) == 1
    assert apps[0]["status"] == form.get("ready_status", "available")
    assert "app" not in runs[-1].values
    (project,) = machine.run("nodana_project_info", gather_apps=True).ok().values["projects"]
    assert project["apps"] == []
    simulator.clear_log()
    assert [machine.project(name="shop", state="absent").ok().changed for _time in range(2)] == [True, False]
    assert len(writes(simulator)) == 1
