# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Projects: found by id or one name, made, renamed, deleted when empty; check mode writes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils import _errors as errors
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._resources.project import (
    select_project,
)
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import sent, writes
from ansible_collections.nodana.cloud.tests.support.machine import Machine
from hypothesis import given
from hypothesis import strategies as st

projects = st.lists(
    st.fixed_dictionaries({"id": st.sampled_from(["a", "b", "c", "d"]), "name": st.sampled_from(["a", "b", "x"])}),
    max_size=4,
    unique_by=lambda project: project["id"],
)


@given(projects=projects, wanted=st.sampled_from(["a", "b", "x"]))
def test_one_of_several_is_never_picked(projects: list[dict[str, Any]], wanted: str) -> None:
    ids = [project for project in projects if project["id"] == wanted]
    names = [project for project in projects if project["name"] == wanted]
    if not ids and len(names) > 1:
        with pytest.raises(errors.Conflict) as caught:
            select_project(projects, wanted)
        assert all(project["id"] in str(caught.value) for project in names)
    else:
        assert select_project(projects, wanted) == next(iter(ids or names), None)


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize(
    "options", [{"name": "shop"}, {"name": "new"}, {"id": "known"}, {"id": "known", "name": "new"}]
)
def test_check_mode_predicts_what_a_run_does_and_writes_nothing(
    simulator: Simulator, api: Api, machine: Machine, state: str, options: dict[str, str]
) -> None:
    known = api.create_project("shop")["id"]
    wanted = {key: known if value == "known" else value for key, value in options.items()}
    simulator.clear_log()
    predicted = machine.project(check=True, state=state, **wanted).ok()
    assert writes(simulator) == []
    real = machine.project(state=state, **wanted).ok()
    assert predicted.changed is real.changed is bool(writes(simulator))
    for result in (predicted.values, real.values):
        for record in result.values():
            record.update(dict.fromkeys(("id", "updated_at")))
    assert predicted.values == real.values
    assert set(predicted.after) == set(real.after)


def test_a_second_run_changes_nothing(simulator: Simulator, machine: Machine) -> None:
    first = machine.project(name="shop").ok()
    second = machine.project(name="shop").ok()
    assert (first.changed, second.changed) == (True, False)
    assert first.values["project"]["id"] == second.values["project"]["id"]
    assert second.before == second.after
    assert len(simulator.account()["projects"]) == 1


def test_id_and_name_rename(simulator: Simulator, api: Api, machine: Machine) -> None:
    known = api.create_project("old")["id"]
    result = machine.project(id=known, name="new").ok()
    assert (result.before["name"], result.after["name"]) == ("old", "new")
    assert [project["name"] for project in simulator.account()["projects"]] == ["new"]
    assert not machine.project(id=known, name="new").ok().changed


def test_an_unknown_id_is_not_created(simulator: Simulator, machine: Machine) -> None:
    assert isinstance(machine.project(id="prj-none", name="x").failure, errors.NotFound)
    assert writes(simulator) == []


@pytest.mark.parametrize("state", ["present", "absent"])
def test_two_of_one_name_are_listed_and_left_alone(
    simulator: Simulator, api: Api, machine: Machine, state: str
) -> None:
    twins = [api.create_project("twin")["id"] for _time in range(2)]
    simulator.clear_log()
    for run in (machine.project(name="twin", state=state), machine.app(project="twin", template="vss", state=state)):
        assert isinstance(run.error, errors.Conflict)
        assert all(twin in run.message for twin in twins)
    assert writes(simulator) == []


@pytest.mark.parametrize("check", [True, False])
def test_a_project_with_apps_is_not_deleted(simulator: Simulator, api: Api, machine: Machine, check: bool) -> None:
    project = api.create_project("shop")["id"]
    app = api.create_app("phoenixd", {}, project)["id"]
    simulator.clear_log()
    failure = machine.project(name="shop", state="absent", check=check).failure
    assert f"1 app(s): {app} (phoenixd)" in str(failure)
    assert writes(simulator) == []


def test_a_delete_whose_answer_is_lost_is_done_all_the_same(simulator: Simulator, api: Api, machine: Machine) -> None:
    api.create_project("shop")
    simulator.fault("drop_after", method="POST")
    assert machine.project(name="shop", state="absent").ok().changed
    assert simulator.account()["projects"] == []


@pytest.mark.parametrize(
    "options",
    [*({"name": name} for name in ("", "  ", "a\nb", "a\x00")), *({"id": id} for id in ("", "..", "prj-1/apps"))],
)
def test_a_name_that_nobody_sees_and_an_id_of_no_project_are_refused_before_any_request(
    simulator: Simulator, machine: Machine, options: dict[str, str]
) -> None:
    assert isinstance(machine.project(**options).failure, errors.Invalid)
    assert sent(simulator) == []


@pytest.mark.parametrize("gather_apps", [True, False])
def test_projects_are_listed_with_their_apps_if_wanted(api: Api, machine: Machine, gather_apps: bool) -> None:
    shop, other = api.create_project("shop")["id"], api.create_project("other")["id"]
    app = api.create_app("phoenixd", {}, shop)["id"]
    listed = machine.run("nodana_project_info", gather_apps=gather_apps).ok().values["projects"]
    assert [project["id"] for project in listed] == [shop, other]
    assert [[item["id"] for item in project.get("apps", [])] for project in listed] == [[app] * gather_apps, []]
    assert [
        project["id"]
        for project in machine.run("nodana_project_info", gather_apps=gather_apps, name="shop").ok().values["projects"]
    ] == [shop]
    assert [
        project["id"]
        for project in machine.run("nodana_project_info", gather_apps=gather_apps, id=other).ok().values["projects"]
    ] == [other]
    assert machine.run("nodana_project_info", gather_apps=gather_apps, id="prj-none").ok().values["projects"] == []
