# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Test concurrent runs: forks and processes that need the same app create it once and respect the rate limit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.tests.campaigns.conftest import FIGURE
from ansible_collections.nodana.cloud.tests.campaigns.station import Station, like_app
from ansible_collections.nodana.cloud.tests.campaigns.test_kills import APP_TASK, NODE_TASK

Record = dict[str, Any]


def wanting(station: Station, project: str, results: str) -> list[Record]:
    """Return tasks that create an app in a project and write the result for each host to a file."""
    ((module, options),) = APP_TASK.items()
    return writing(station, {module: {**options, "project": project}}, results)


def writing(station: Station, task: Record, results: str) -> list[Record]:
    """Return this task and another one that writes its result for each host to a file."""
    keep = {"content": "{{ outcome | to_json }}", "mode": "0600"}
    path = str(station.folder / f"{results}-{{{{ inventory_hostname }}}}.json")
    return [
        {**task, "register": "outcome", "delegate_to": "localhost", "ignore_errors": True},
        {"ansible.builtin.copy": {**keep, "dest": path}},
    ]


def results_of(station: Station, results: str) -> list[Record]:
    """Return the written results, each like the result of an app."""
    paths = sorted(Path(station.folder).glob(f"{results}-*.json"))
    return [like_app(json.loads(path.read_text(encoding="utf-8"))) for path in paths]


def assert_one_made(station: Station, results: list[Record]) -> None:
    """Check that one result created the app, the others found it, and the secrets file exists."""
    assert not any(result.get("failed") for result in results), results
    assert [result["created"] for result in results].count(True) == 1
    assert len({result["app"]["id"] for result in results}) == 1
    (app,) = (app for app in station.apps() if app["id"] == results[0]["app"]["id"])
    ready = "available" if "projectId" in app else "running"
    assert {result["app"]["status"] for result in results} == {ready}
    assert station.has_file_of(app)


@pytest.mark.parametrize("runs", [2, pytest.param(5, marks=pytest.mark.long)])
def test_runs_that_want_the_same_node_make_one(station: Station, runs: int, record_property: Any) -> None:
    station.simulator.settings(generation=["seed", "nodes"])
    started = [station.start(writing(station, NODE_TASK, f"run-{number}"), hosts=2) for number in range(runs)]
    assert [run.wait() for run in started] == [0] * runs, station.output
    results = results_of(station, "run")
    assert len(results) == 2 * runs
    assert_one_made(station, results)
    assert len(station.apps()) == 1
    station.check_tidy()
    record_property(FIGURE, "crowds, runs for one node")


def test_ten_forks_that_want_the_same_app_make_one(station: Station, record_property: Any) -> None:
    run = station.start(wanting(station, "shop", "fork"), hosts=10)
    assert run.wait() == 0, station.output
    results = results_of(station, "fork")
    assert len(results) == 10
    assert_one_made(station, results)
    assert len(station.apps()) == 1
    station.check_tidy()
    record_property(FIGURE, "crowds, ten forks")


@pytest.mark.parametrize(
    "projects",
    [
        ("shop", "shop", "second"),
        pytest.param(("shop", "shop", "shop"), marks=pytest.mark.long),
        pytest.param(("shop", "second", "third"), marks=pytest.mark.long),
    ],
    ids="-".join,
)
def test_three_processes_with_forks_make_one_app_a_project(
    station: Station, projects: tuple[str, ...], record_property: Any
) -> None:
    runs = [
        station.start(wanting(station, project, f"{project}-{number}"), hosts=3)
        for number, project in enumerate(projects)
    ]
    assert [run.wait() for run in runs] == [0, 0, 0], station.output
    for project in set(projects):
        results = results_of(station, project)
        assert len(results) == 3 * projects.count(project)
        assert_one_made(station, results)
    account = station.simulator.account()
    assert len(account["apps"]) == len(account["projects"]) == len(set(projects))
    station.check_tidy()
    record_property(FIGURE, "crowds, three processes with three forks")
