# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules for stacks that hold whatever there is and whatever is asked for, tried on many combinations."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import sent, writes
from ansible_collections.nodana.cloud.tests.support.machine import RETURNED, Machine
from ansible_collections.nodana.cloud.tests.unit.plugins.module_utils._resources.test_app_rules import (
    apps,
    furnish,
    many,
)
from hypothesis import given
from hypothesis import strategies as st

Record = dict[str, Any]

situations = st.fixed_dictionaries({"apps": apps, "second": st.just("other"), "list_deleted": st.booleans()})
entries = st.fixed_dictionaries(
    {
        "template": st.sampled_from(["phoenixd", "nutshell", "boltzd"]),
        "params": st.none(),
        "count": st.integers(1, 3),
        "state": st.sampled_from(["present", "present", "started", "stopped"]),
    }
)
wishes = st.fixed_dictionaries(
    {
        "project": st.sampled_from(["shop", "other", "new"]),
        "apps": st.lists(entries, max_size=3, unique_by=lambda entry: entry["template"]),
        "state": st.sampled_from(["present", "present", "absent"]),
        "delete_apps": st.just(True),
    }
)


@many
@given(situation=situations, wish=wishes)
def test_a_check_tells_what_a_run_does_and_a_second_run_does_nothing(
    simulator: Simulator, situation: Record, wish: Record
) -> None:
    before = furnish(simulator, situation)
    machine = Machine(simulator, defaults=RETURNED)
    predicted, refused = machine.stack(check=True, **wish)
    assert writes(simulator) == []
    real, failure = machine.stack(**wish)
    assert (failure is None) == (refused is None)
    if failure:
        assert writes(simulator) == []
        return
    assert real.changed is predicted.changed is (writes(simulator) != [])
    assert [step.split(":")[0] for step in real.values["done"]] == predicted.values["done"]
    assert all(real.values[key] == predicted.values[key] for key in ("created", "not_done"))
    assert told(real.before) == told(predicted.before)
    assert told(real.after) == told(predicted.after)
    assert real.values.get("surplus") == predicted.values.get("surplus")
    assert_as_wanted(before, simulator.account(), wish)
    simulator.clear_log()
    again = machine.stack(**wish).ok()
    assert not again.changed
    assert writes(simulator) == []
    states = Counter(entry["state"] for entry in wish["apps"])
    if wish["state"] == "absent" or set(states) <= {"present"}:
        stopped = [app for app in situation["apps"] if app[2] == "stopped"]
        assert len(sent(simulator)) <= 2 + len(stopped)  # only its services tell that an app is stopped


def told(side: Record) -> Record:
    """One side of a difference without what only the API can tell."""
    apps = [[app.get(key) for key in ("template", "status", "state")] for app in side["apps"]]
    project = side.get("project") or {}
    return {"apps": apps, "project": project.get("name")}


def assert_as_wanted(before: Record, after: Record, wish: Record) -> None:
    """The project has what was wanted, and nothing else came or went."""
    had, has = contents(before, wish["project"]), contents(after, wish["project"])
    if wish["state"] == "absent":
        assert has is None
    else:
        assert has == Counter(had or {}) | Counter({entry["template"]: entry["count"] for entry in wish["apps"]})
    for name in {"shop", "other"} - {wish["project"]}:
        assert contents(after, name) == contents(before, name)


def contents(account: Record, name: str) -> Counter[str] | None:
    """Count the apps of a project by their templates; None if there is no such project."""
    ids = [project["id"] for project in account["projects"] if project["name"] == name]
    return Counter(app["template"] for app in account["apps"] if app["projectId"] in ids) if ids else None
