# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules for nodes with an API that is not the simulator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import cast

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils import _errors as errors
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.nodes import NodesMachine
from ansible_collections.nodana.cloud.tests.support.stand_in import SECRETS, StandIn, limited, stand_in


@pytest.fixture
def api() -> Iterator[StandIn]:
    with stand_in() as account:
        yield account


@pytest.fixture
def machine(api: StandIn) -> NodesMachine:
    machine = NodesMachine(cast(Simulator, api))
    run = machine.node()
    assert run.message == ""
    assert run.result.changed
    api.requests.clear()
    return machine


def writes(api: StandIn) -> list[str]:
    made = [request.rpartition("/")[2] for request in api.requests if not request.startswith("GET")]
    api.requests.clear()
    return made


def test_a_new_node_is_stored_once_and_then_present(machine: NodesMachine, api: StandIn) -> None:
    (kept,) = machine.kept.values()
    assert set(SECRETS.values()) <= set(kept.values())
    again = machine.node()
    assert again.message == ""
    assert not again.result.changed
    assert api.requests == ["GET /v1/nodes"]
    (listed,) = machine.node_info(gather_versions=True).values["nodes"]
    assert (listed["name"], listed["status"], listed["version"]) == ("shop", "humming", None)
    assert listed["region"] == {"new": ["field"]}


@pytest.mark.parametrize(
    ("up", "down"),
    [
        ("humming", "humming"),
        ("humming", "asleep"),
        ("humming", "stopped"),
        ("RUNNING", "asleep"),
        ("Available", "off"),
    ],
)
def test_a_node_is_brought_to_each_state_once(machine: NodesMachine, api: StandIn, up: str, down: str) -> None:
    api.up, api.down = up, down

    def brought(state: str) -> bool:
        run = machine.node(state=state)
        assert run.message == ""
        return run.result.changed

    assert not brought("started")
    assert brought("stopped")
    assert writes(api) == ["stop"]
    assert not brought("stopped")
    assert brought("started")
    assert writes(api)[-1] == "start"
    assert brought("restarted")
    assert writes(api) == ["restart"]


def test_a_node_is_updated_to_the_last_version(machine: NodesMachine, api: StandIn) -> None:
    api.versions = ["1", "2", "3"]
    run = machine.node(state="latest")
    assert run.message == ""
    assert run.values["updates"] == [{"from": "1", "to": "2"}, {"from": "2", "to": "3"}]
    assert not machine.node(state="latest").ok().changed


def test_a_version_that_is_never_told_is_not_guessed(machine: NodesMachine, api: StandIn) -> None:
    run = machine.node(state="latest")
    assert run.message == ""
    assert run.values["version"] is None
    assert "not known whether" in run.result.warnings[0]
    assert writes(api) == ["update"]


def test_a_node_is_deleted_once(machine: NodesMachine, api: StandIn) -> None:
    assert machine.node(state="absent").ok().changed
    assert api.requests == ["GET /v1/nodes", "DELETE /v1/nodes/n0"]
    assert not machine.node(state="absent").ok().changed
    assert machine.node_info().values["nodes"] == []


def test_the_api_names_what_it_refuses(machine: NodesMachine, api: StandIn) -> None:
    run = machine.node(id="n7", state="stopped")
    assert isinstance(run.error, errors.NotFound)
    refused = {"error": {"code": "maintenance", "message": "Not before noon"}}
    api.replies = [(200, api.listed(), {}), (422, refused, {})]
    run = machine.node(state="restarted")
    for words in ("maintenance", "Not before noon", "422"):
        assert words in run.message
    assert not run.result.changed


@pytest.mark.parametrize("form", ["3", "date"])
def test_a_rate_limit_is_waited_out_as_long_as_the_api_says(machine: NodesMachine, api: StandIn, form: str) -> None:
    date = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=30), usegmt=True)
    api.replies = [limited(date if form == "date" else form)]
    before = machine.clock.slept
    assert machine.node(state="stopped").ok().changed
    assert machine.clock.slept - before >= (20 if form == "date" else 3)
    assert writes(api) == ["stop"]
