# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules for apps that hold whatever there is and whatever is asked for, tried on many combinations."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils import _errors as errors
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._client.transport import Transport
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import sent, transport, writes
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock
from ansible_collections.nodana.cloud.tests.support.machine import Machine, handed_over
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

STATES = ["present", "started", "stopped", "restarted", "absent"]
TEMPLATES = ["phoenixd", "nutshell"]
# Apps in two projects, which may share a name: template, and whether it was stopped or deleted.
apps = st.lists(
    st.tuples(st.sampled_from([0, 1]), st.sampled_from(TEMPLATES), st.sampled_from(["running", "stopped", "deleted"])),
    max_size=4,
)
situations = st.fixed_dictionaries(
    {"apps": apps, "second": st.sampled_from(["shop", "other"]), "list_deleted": st.booleans()}
)
wishes = st.fixed_dictionaries(
    {
        "state": st.sampled_from(STATES),
        "project": st.sampled_from([None, "shop", "none"]),
        "template": st.sampled_from([*TEMPLATES, "boltzd"]),
        "count": st.sampled_from([None, None, 0, 1, 2, 3]),
        "create_project": st.booleans(),
        "return_secrets": st.booleans(),
        "wait": st.booleans(),
    }
).filter(lambda wish: wish["project"] or wish["count"] is None)  # as the module demands
many = settings(max_examples=40, suppress_health_check=list(HealthCheck))


def furnish(simulator: Simulator, situation: dict[str, Any]) -> dict[str, Any]:
    """Bring the simulator into a situation and give what is in the account then."""
    shutil.rmtree(os.environ["NODANA_STATE_DIR"], ignore_errors=True)  # what it knows of another account
    simulator.reset()
    simulator.settings(list_deleted=situation["list_deleted"])
    api = Api(_transport(simulator))
    projects = [api.create_project(name)["id"] for name in ("shop", situation["second"])]
    for place, template, fate in situation["apps"]:
        app = api.create_app(template, {}, projects[place])["id"]
        if fate == "stopped":
            api.stop_app(app)
        if fate == "deleted":
            api.delete_app(app)
    simulator.clear_log()
    return simulator.account()


def _transport(simulator: Simulator) -> Transport:
    return transport(simulator.url, simulator.key, FakeClock())


def attempt(simulator: Simulator, wish: dict[str, Any], check: bool = False) -> tuple[Any, errors.NodanaError | None]:
    return Machine(simulator, defaults={}).app(check=check, **wish)


def matching(account: dict[str, Any], wish: dict[str, Any]) -> list[str]:
    """The ids of the live apps that the wish means."""
    meant = [project["id"] for project in account["projects"] if wish["project"] in (None, project["name"])]
    return [app["id"] for app in account["apps"] if app["template"] == wish["template"] and app["projectId"] in meant]


def ids(account: dict[str, Any]) -> set[str]:
    return {app["id"] for app in account["apps"]}


@many
@given(situation=situations, wish=wishes)
def test_check_mode_writes_nothing_and_a_run_then_does_what_it_said(
    simulator: Simulator, situation: dict[str, Any], wish: dict[str, Any]
) -> None:
    before = furnish(simulator, situation)
    predicted, foreseen = attempt(simulator, wish, check=True)
    assert writes(simulator) == []
    assert simulator.account()["apps"] == before["apps"]
    simulator.clear_log()
    real, failure = attempt(simulator, wish)
    assert type(foreseen) is type(failure), f"{foreseen} / {failure}"
    assert predicted.changed is real.changed is bool(writes(simulator))
    if not failure:
        assert predicted.values.pop("minimum_requests") <= len(sent(simulator))
    assert set(predicted.values) == set(real.values) - {"secrets"}
    for one, other in zip(predicted.values.get("apps", []), real.values.get("apps", [])):
        assert set(one) == set(other)


@many
@given(situation=situations, wish=wishes)
def test_what_is_created_or_deleted_is_exactly_what_was_meant(
    simulator: Simulator, situation: dict[str, Any], wish: dict[str, Any]
) -> None:
    before = furnish(simulator, situation)
    meant = matching(before, wish)
    result, failure = attempt(simulator, wish)
    after = simulator.account()
    made, gone = ids(after) - ids(before), ids(before) - ids(after)
    if wish["count"] is None and len(meant) > 1:
        assert isinstance(failure, errors.Conflict)
        twins = [project["id"] for project in before["projects"] if project["name"] == wish["project"]]
        assert all(found in str(failure) for found in (twins if len(twins) > 1 else meant))
        assert writes(simulator) == []
    if made:
        assert wish["return_secrets"]
        assert wish["state"] in ("present", "started")
        assert len(meant) + len(made) <= (wish["count"] or 1)
        assert result.values["created"] is result.changed is True
    if gone:
        assert (wish["state"], wish["count"]) == ("absent", None)
        assert gone == set(meant)
        assert len(gone) == 1
    if not failure and wish["state"] in ("present", "started"):
        assert len(meant) + len(made) >= (wish["count"] or 1)


@many
@given(situation=situations, wish=wishes)
def test_every_secret_of_a_created_app_is_handed_over_and_nowhere_else(
    simulator: Simulator, situation: dict[str, Any], wish: dict[str, Any]
) -> None:
    before = furnish(simulator, situation)
    result, _failure = attempt(simulator, wish)
    for app in simulator.account()["apps"]:
        if app["id"] in ids(before):
            continue
        assert sorted(handed_over(result)[app["id"]].values()) == sorted(app["secrets"].values())
        shown = str([result.before, result.after, result.warnings, result.values])
        assert not any(secret in shown for secret in app["secrets"].values())


@many
@given(situation=situations, wish=wishes)
def test_a_second_run_changes_nothing(simulator: Simulator, situation: dict[str, Any], wish: dict[str, Any]) -> None:
    furnish(simulator, situation)
    _result, failure = attempt(simulator, wish)
    if failure or wish["state"] == "restarted":
        return
    simulator.clear_log()
    again, failure = attempt(simulator, wish)
    assert failure is None
    assert not again.changed
    assert writes(simulator) == []
    assert again.before == again.after


@pytest.mark.parametrize("count", [-1, 0])
def test_a_count_that_would_shrink_is_refused(simulator: Simulator, machine: Machine, count: int) -> None:
    failure = machine.app(project="shop", template="phoenixd", count=count).failure
    assert isinstance(failure, errors.Invalid)
    assert simulator.log()["requests"] == []
