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
from ansible_collections.nodana.cloud.tests.campaigns.station import Station

Record = dict[str, Any]


def wanting(station: Station, project: str, results: str) -> list[Record]:
    """Return tasks that create an app and write the result for each host to a file."""
    app = {
        "project": project,
        "create_project": True,
        "template": "phoenixd",
        "secrets_dir": "secrets",
        "request_interval": 0.06,
    }
    keep = {"content": "{{ outcome | to_json }}", "mode": "0600"}
    path = str(station.folder / f"{results}-{{{{ inventory_hostname }}}}.json")
    return [
        {"nodana.cloud.nodana_app": app, "register": "outcome", "delegate_to": "localhost", "ignore_errors": True},
        {"ansible.builtin.copy": {**keep, "dest": path}},
    ]


def results_of(station: Station, results: str) -> list[Record]:
    return [
        json.loads(path.read_text(encoding="utf-8")) for path in sorted(Path(station.folder).glob(f"{results}-*.json"))
    ]


def assert_one_made(station: Station, results: list[Record]) -> None:
    """Check that one result created the app, the others found it, and the secrets file exists."""
    assert not any(result.get("failed") for result in results), results
    assert [result["created"] for result in results].count(True) == 1
    assert len({result["app"]["id"] for result in results}) == 1
    assert {result["app"]["status"] for result in results} == {"available"}
    (app,) = (app for app in station.apps() if app["id"] == results[0]["app"]["id"])
    assert station.has_file_of(app)


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
