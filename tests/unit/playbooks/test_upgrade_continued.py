# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run of the playbook upgrade that is killed during an update, and the run after it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.operation import Operation

pytestmark = pytest.mark.ends

Record = dict[str, Any]


def kind(item: Record) -> str:
    return "apps" if "projectId" in item else "nodes"


def update_of(item: Record, generation: str = "seed") -> str:
    """Return the path of the update of an app or node."""
    if generation == "seed":
        return f"/apps/{item['id']}/services/{item['services'][0]['id']}/update"
    return f"/{kind(item)}/{item['id']}/update"


def records(operation: Operation) -> list[str]:
    return sorted(path.name for path in operation.folder.glob("upgrade-unfinished-*.json"))


def killed_during_the_second_update(
    operation: Operation, items: list[Record], generation: str = "seed", **variables: Any
) -> None:
    """Run the playbook until the second of two updates is sent, kill it, and stop that app or node."""
    first, second = items
    for program in ("phoenixd", "nutshell"):
        operation.simulator.release(program, "9.9.9")
    operation.simulator.fault("drip_body", method="POST", path=f"{update_of(second, generation)}$")
    operation.kill("upgrade", lambda: not operation.simulator.faults(), **variables)
    assert operation.sent()[0] == f"POST {update_of(first, generation)}"
    assert records(operation) == sorted(f"upgrade-unfinished-{item['id']}.json" for item in items)
    operation.call("POST", f"/{kind(second)}/{second['id']}/stop")
    operation.simulator.clear_log()


@pytest.mark.parametrize(
    ("generation", "start"),
    [("seed", "start"), pytest.param("apps", "restart", marks=pytest.mark.newest), ("nodes", "start")],
)
def test_the_next_run_starts_the_app_that_was_left_stopped_and_repeats_nothing(
    tmp_path: Path, running_simulator: Simulator, generation: str, start: str
) -> None:
    running_simulator.settings(generation=[generation])
    operation = Operation(tmp_path, running_simulator)
    if generation == "nodes":
        items, scope = operation.create_nodes("shop", "till"), {"nodana_source": "nodes"}
    else:
        items, scope = operation.create("nutshell", "phoenixd"), {"nodana_project": "shop"}
    killed_during_the_second_update(operation, items, generation, **scope)
    first, second = items

    ran = operation.play("upgrade", **scope)
    assert ran.returncode == 0, ran.stdout
    assert operation.sent()[:2] == [
        f"POST /{kind(second)}/{second['id']}/{start}",
        f"POST {update_of(second, generation)}",
    ]
    assert not [call for call in operation.sent() if first["id"] in call]
    assert "updated by an earlier run, not repeated" in ran.stdout
    assert "its update had begun, so it is started and updated first" in ran.stdout
    assert records(operation) == []
    assert "all, one after the other" not in ran.stdout
    assert [item["status"] for item in running_simulator.account()[kind(second)]] in (
        ["available"] * 2,
        ["running"] * 2,
    )


@pytest.mark.newest  # on the oldest one, the target operate_playbooks compares the wallet
def test_the_wallet_is_compared_with_the_one_before_the_killed_run(
    tmp_path: Path, running_simulator: Simulator
) -> None:
    operation = Operation(tmp_path, running_simulator)
    items = operation.create("nutshell", "phoenixd")
    killed_during_the_second_update(operation, items, nodana_project="shop")
    record = tmp_path / f"upgrade-unfinished-{items[1]['id']}.json"
    content = json.loads(record.read_text(encoding="utf-8"))
    assert content["app"]["node"]["node_id"].startswith("02")
    content["app"]["node"]["node_id"] = "03" + "0" * 64
    record.write_text(json.dumps(content), encoding="utf-8")

    ran = operation.play("upgrade", nodana_project="shop")
    assert ran.returncode == 2
    assert "IT IS ANOTHER WALLET" in ran.stdout
    assert records(operation) == sorted(f"upgrade-unfinished-{item['id']}.json" for item in items)
