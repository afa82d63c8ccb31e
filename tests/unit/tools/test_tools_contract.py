# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of ``dev.py contract`` about the simulator in its forms. It contains no id and no secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock
from ansible_collections.nodana.cloud.tools.contract import run as contract
from ansible_collections.nodana.cloud.tools.contract.probe import Probe
from ansible_collections.nodana.cloud.tools.contract.schema import differences


@pytest.fixture
def simulator(running_simulator: Simulator) -> Simulator:
    return running_simulator


@pytest.fixture
def probe(simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Probe:
    monkeypatch.setenv("NODANA_STATE_DIR", str(tmp_path / "state"))
    return Probe(simulator.url, simulator.key, None, interval=0.0)


def report(probe: Probe, template: str | None = None) -> list[str]:
    lines: list[str] = []
    assert contract.run(probe, template, lines.append) == 0
    return lines


def texts(value: Any) -> set[str]:
    """Return all strings in a JSON value that identify something or are secret."""
    if isinstance(value, dict):
        return set().union(*(texts(inner) for inner in value.values()))
    if isinstance(value, list):
        return set().union(*(texts(inner) for inner in value))
    return {value} if isinstance(value, str) and len(value) > 10 else set()


@pytest.mark.parametrize("generation", [["seed"], ["apps"], ["nodes"], ["seed", "apps", "nodes"]])
def test_an_account_that_is_as_described_has_no_differences(
    simulator: Simulator, probe: Probe, generation: list[str]
) -> None:
    simulator.settings(generation=generation)
    simulator.fill(projects=1 if generation != ["nodes"] else 0, apps=1, nodes=1 if "nodes" in generation else 0)
    simulator.clear_log()
    lines = report(probe)
    assert [line for line in lines if line.startswith("differs")] == []
    assert [line for line in lines if line.startswith("agrees")]
    requests = simulator.log()["requests"]
    assert len(requests) <= 12
    assert {request["method"] for request in requests} == {"GET"}
    state = simulator.account()
    assert not any(text in line for text in texts(json.loads(json.dumps(state))) | {simulator.key} for line in lines)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"ready_status": "running"}, "settles  status of apps: running"),
        ({"bad_key_form": "http"}, "settles  form of a wrong key: HTTP 401, "),
        ({"generation": ["apps"], "missing_routes": "html"}, "settles  form of a missing route: HTTP 404, text/html"),
        ({"list_deleted": True}, "settles  deleted apps stay in the list"),
    ],
)
def test_open_points_are_settled(simulator: Simulator, probe: Probe, settings: dict[str, Any], expected: str) -> None:
    simulator.settings(**settings)
    simulator.fill(projects=1, apps=1)
    if "list_deleted" in settings:
        probe.basic("POST", f"/apps/{simulator.account()['apps'][0]['id']}/delete")
    assert [line for line in report(probe) if line.startswith(expected)]


@pytest.mark.parametrize("envelope", ["data", "bare"])
def test_a_created_app_is_watched_and_deleted(
    simulator: Simulator, probe: Probe, monkeypatch: pytest.MonkeyPatch, envelope: str
) -> None:
    monkeypatch.setattr(contract.Contract.__init__, "__defaults__", (print, FakeClock()))
    simulator.settings(create_envelope=envelope)
    lines = report(probe, "phoenixd")
    around = "with" if envelope == "data" else "without"
    assert f"settles  create response {around} data around it" in lines
    assert [line for line in lines if line.startswith("settles  one-time fields of phoenixd: ") and "seed" in line]
    assert [line for line in lines if line.startswith("settles  status of a new app: available")]
    account = simulator.account()
    assert (account["apps"], account["projects"]) == ([], [])


def test_an_app_that_cannot_be_deleted_is_named(
    simulator: Simulator, probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contract.Contract.__init__, "__defaults__", (print, FakeClock()))
    simulator.fault("error_before", path="/delete$")
    lines = report(probe, "phoenixd")
    app_id = simulator.account()["apps"][0]["id"]
    assert [line for line in lines if line.startswith("CHECK ") and app_id in line]


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({"rate": "0.1"}, "data.rate: string, described: "),
        ({"extra": 1}, "data.extra: not described"),
        ({"id": None}, "data.id: null, described: string"),
    ],
)
def test_differences_name_the_field_and_show_no_value(
    simulator: Simulator, probe: Probe, change: dict[str, Any], difference: str
) -> None:
    simulator.fill(projects=1, apps=1)
    reply = probe.basic("GET", f"/apps/{simulator.account()['apps'][0]['id']}")
    changed = {"data": {**reply.data, **change}}
    (found,) = differences("GET", "/apps/app-1", 200, changed)
    assert found.startswith(difference)


def test_a_rate_limit_ends_the_report(simulator: Simulator, probe: Probe) -> None:
    simulator.fault("limit")
    lines: list[str] = []
    assert contract.run(probe, None, lines.append) == 1
    assert lines[-1].startswith("FAILED ")
    assert len(simulator.log()["requests"]) == 1
