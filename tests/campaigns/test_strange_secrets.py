# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Test one-time secrets that Ansible masks or cannot hold: each is stored, also after a kill."""

from __future__ import annotations

import json
import signal
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client import create_response
from ansible_collections.nodana.cloud.tests.campaigns.conftest import FIGURE, KEYS
from ansible_collections.nodana.cloud.tests.campaigns.kills import Kill, carry_out
from ansible_collections.nodana.cloud.tests.campaigns.station import (
    NODE_MODULE,
    Station,
    generation_of,
    like_app,
    message_of,
    read_vault,
)
from ansible_collections.nodana.cloud.tests.campaigns.test_kills import APP_TASK, COMMON, NODE_TASK, TRIES, begin_anew

Record = dict[str, Any]

DEEP = 500
"""Levels of lists. Ansible accepts fewer."""
KINDS: dict[str, Record] = {
    "a lone surrogate": {"odd": "\ud83d without the other half"},
    "a type of Ansible": {"odd": {"__ansible_type": "TaggedStr", "value": "x"}},
    "deep nesting": {"odd": json.loads("[" * DEEP + "]" * DEEP)},
    "the API key": {"odd": f"the key {KEYS[0]} and more", "part": KEYS[0][:8]},
}
KILLED = "a lone surrogate"
OTHER: Record = {"project": "elsewhere", "create_project": True, "template": "cdk-mintd", "wait": False}
OTHER_TASK = {"nodana.cloud.nodana_app": {**COMMON, **OTHER}}
OTHER_NODE_TASK = {NODE_MODULE: {**NODE_TASK[NODE_MODULE], "name": "elsewhere", "wait": False}}


def cases(*usual: str) -> list[Any]:
    """Return all tasks and kinds. Those of the full size have a mark: all but the ``usual`` ones, for nodes but one."""
    return [
        pytest.param(
            task,
            kind,
            id=f"{name}-{kind}",
            marks=[] if kind in (usual if name == "app" else [KILLED]) else [pytest.mark.long],
        )
        for name, task in (("app", APP_TASK), ("node", NODE_TASK))
        for kind in KINDS
    ]


@pytest.mark.parametrize(("task", "kind"), cases(*KINDS))
def test_a_strange_secret_is_kept_and_keeps_nobody_from_working(
    station: Station, task: Record, kind: str, record_property: Any
) -> None:
    station.simulator.settings(extra_secrets=json.dumps(KINDS[kind]), generation=generation_of(task))
    first = station.result(task)
    (app,) = station.apps()
    assert app["secrets"].items() >= KINDS[kind].items()
    if first.get("failed"):
        assert app["id"] in first["msg"]
        (receipt,) = station.receipts()
        assert receipt.path in first["msg"]
        assert holds(receipt.response.decode("utf-8"), app)
    else:
        assert has_everything_of(station, app)
    assert_others_work(station, task)
    record_property(FIGURE, f"strange secrets, {kind}, {'a message' if first.get('failed') else 'in the file'}")


@pytest.mark.parametrize(("task", "kind"), cases(KILLED))
def test_a_strange_secret_of_a_killed_run_is_kept_by_a_run_that_wants_another_app(
    station: Station, task: Record, kind: str, record_property: Any
) -> None:
    plan = Kill(0, "answer", "everything", signal.SIGKILL, 0.0)
    for _try in range(TRIES):
        station.simulator.settings(extra_secrets=json.dumps(KINDS[kind]), generation=generation_of(task))
        carry_out(plan, station, station.start(task))
        if station.receipts() and not station.files():
            break
        begin_anew(station)
    else:
        record_property(FIGURE, "strange secrets, kills that came too late, every time")
        return
    (app,) = station.apps()
    (receipt,) = station.receipts()
    assert create_response.read_receipt(receipt) is not None
    assert holds(receipt.response.decode("utf-8"), app)
    assert_others_work(station, task)
    assert has_everything_of(station, app)
    again = like_app(station.result(task))
    assert not again.get("failed"), message_of(again)
    assert not again["changed"]
    assert again["app"]["id"] == app["id"]
    station.check_tidy()
    record_property(FIGURE, f"strange secrets, {kind}, after a kill")


def test_a_node_without_a_seed_fails_and_its_whole_response_is_kept(station: Station, record_property: Any) -> None:
    station.simulator.settings(extra_secrets='{"seed": null}', generation=generation_of(NODE_TASK))
    first = station.result(NODE_TASK)
    (node,) = station.apps()
    assert first["failed"]
    assert first["changed"]
    assert f"{node['id']} (shop) was created, but the response of the API holds no seed phrase" in first["msg"]
    assert first["secrets_file"].endswith(f"phoenixd-{node['id']}.yml")
    kept = read_vault(station.secrets / f"phoenixd-{node['id']}.yml")["secrets"]
    assert kept["password"] == node["secrets"]["password"]
    assert holds(kept[create_response.RAW_RESPONSE], node)
    station.check_tidy()
    record_property(FIGURE, "strange secrets, no seed, a message")


def assert_others_work(station: Station, task: Record) -> None:
    """Check that a task for another app or node with the same key succeeds."""
    before = {app["id"] for app in station.apps()}
    station.simulator.settings(extra_secrets="{}")
    other = like_app(station.result(OTHER_NODE_TASK if task is NODE_TASK else OTHER_TASK))
    assert not other.get("failed"), message_of(other)
    assert other["created"]
    assert {app["id"] for app in station.apps()} == {*before, other["app"]["id"]}


def has_everything_of(station: Station, app: Record) -> bool:
    """Return whether the file of an app contains all secrets, as values or in the text of the raw response."""
    kept = read_vault(station.secrets / f"{app['template']}-{app['id']}.yml")["secrets"]
    texts = [text for name, text in kept.items() if name.startswith(create_response.RAW_RESPONSE)]
    plain = sorted(map(str, kept.values())) == sorted(map(str, app["secrets"].values()))
    return plain or any(holds(text, app) for text in texts)


def holds(text: str, app: Record) -> bool:
    """Return whether a response, as it was sent, contains all secrets of an app."""
    answer = json.loads(text)
    sent: Record = answer.get("data", answer)
    made, secrets = (sent["node"], sent["credentials"]) if "node" in sent else (sent, sent)
    return bool(made["id"] == app["id"] and secrets.items() >= app["secrets"].items())
