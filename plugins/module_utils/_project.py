# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Projects: finding them by name or id, and making, renaming and deleting one."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils import _lists, _records
from ansible_collections.nodana.cloud.plugins.module_utils._api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._errors import (
    AmbiguousOutcome,
    Conflict,
    Invalid,
    NotFound,
)
from ansible_collections.nodana.cloud.plugins.module_utils._state import StateUnavailable
from ansible_collections.nodana.cloud.plugins.module_utils._task import Task

Record = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """The step from the project as it is to what it shall be. ``action`` is None where nothing is to be done."""

    action: str | None
    before: Record
    after: Record


def ensure(task: Task) -> None:
    """Bring one project to the wanted state, for the module nodana_project."""
    options = task.options
    check_name(options["name"], "name")
    creates = options["id"] is None and options["state"] == "present" and not task.check
    with task.creations.one_at_a_time("creating a project") if creates else contextlib.nullcontext():
        there = [] if options["id"] is not None else _lists.projects(task.catalog)
        plan = plan_for(_find(task.api, options, there), options)
        if plan.action == "delete":
            _refuse_unless_empty(task.catalog, plan.before)
        after = plan.after if task.check else _apply(task, plan, there)
    task.outcome.report(changed=plan.action is not None, before=plan.before, after=after)
    if after or plan.before:
        task.outcome.result["project"] = after or plan.before


def gather(task: Task) -> None:
    """List projects, with their apps if wanted, for the module nodana_project_info."""
    options = task.options
    if options["id"] is not None:
        found = _by_id(task.api, options["id"])
        projects = [found] if found else []
    else:
        projects = _lists.projects(task.api)
    if options["name"] is not None:
        projects = [project for project in projects if project["name"] == options["name"]]
    if options["gather_apps"]:
        projects = [{**project, "apps": _lists.apps(task.api, project["id"])} for project in projects]
    task.outcome.result["projects"] = projects


def plan_for(current: Record | None, options: Record) -> Plan:
    """Plan from the project as it is (None: there is none) to the options name, id and state. Raises NotFound."""
    name = options["name"]
    if options["state"] == "absent":
        return Plan("delete", current, {}) if current else Plan(None, {}, {})
    if current is None:
        if options["id"] is not None:
            raise NotFound(f"There is no project {options['id']}", code=404)
        return Plan("create", {}, _records.project({"name": name, "deleted": False}))
    if name is not None and name != current["name"]:
        return Plan("rename", current, {**current, "name": name, "updated_at": None})
    return Plan(None, current, current)


def create(task: Task, name: str, there: list[Record]) -> Record:
    """Make a project beside those that are ``there``, and give it as far as the API tells of a new one.

    When the answer is lost, a new project of this name is taken for the one that was made. Raises AmbiguousOutcome.
    """

    def shows() -> bool:
        return bool(_new(name, there, _lists.projects(task.api)))

    try:
        told = _records.project({"deleted": False, **task.api.create_project(name, shows)})
    except AmbiguousOutcome as error:
        return _made_after_all(task, name, there, error)
    task.creations.note_project(told["id"])
    return {**told, "name": told["name"] or name}


def delete(task: Task, project_id: str) -> None:
    """Delete an empty project; one that is gone already is fine. Raises NotFound for one that still shows."""
    try:
        task.api.delete_project(project_id)
    except NotFound as error:  # most likely a repeated delete whose first answer was lost
        if _by_id(task.api, project_id):
            error.message += f"; the project {project_id} still exists"
            error.advice = "Run the task again, or delete the project at nodana.io."
            raise
    with contextlib.suppress(StateUnavailable):  # the project is gone, and a mark of it harms nobody
        task.creations.note_gone(project_id)
        if task.creations.has_left():
            from ansible_collections.nodana.cloud.plugins.module_utils import _leftovers  # seldom needed

            _leftovers.forget_project(task, project_id)


def _made_after_all(task: Task, name: str, there: list[Record], error: AmbiguousOutcome) -> Record:
    from ansible_collections.nodana.cloud.plugins.module_utils import _leftovers  # seldom needed

    def shows(listed: list[Record]) -> bool:
        return bool(_new(name, there, listed))

    made = _new(name, there, _leftovers.patiently(task, lambda: _lists.projects(task.api), shows))
    if len(made) == 1 and not any(project["name"] == name for project in there):
        task.outcome.warnings.append(
            f"The answer to the creation of the project {name} was lost; {made[0]['id']} is it."
        )
        return made[0]
    if made:
        task.outcome.changed = True
        error.message += f"; new since then: {', '.join(project['id'] for project in made)}"
    else:
        error.message += f"; no new project {name} shows"
        error.advice = "Most likely nothing was created, and it is safe to run this again."
    raise error


def _new(name: str, there: list[Record], listed: list[Record]) -> list[Record]:
    """Give the projects of this name that were not there before."""
    known = {project["id"] for project in there}
    return [project for project in listed if project["name"] == name and project["id"] not in known]


def select(projects: list[Record], name_or_id: str) -> Record | None:
    """Give the one project of this id, else of this name; None if there is none. Raises Conflict for several."""
    by_id = [project for project in projects if project["id"] == name_or_id]
    matches = by_id or [project for project in projects if project["name"] == name_or_id]
    if len(matches) > 1:
        ids = ", ".join(sorted(project["id"] for project in matches))
        raise Conflict(
            f"{len(matches)} projects are named {name_or_id}: {ids}",
            advice="Name the one you mean by its id, or rename the others.",
        )
    return matches[0] if matches else None


def check_name(name: str | None, option: str) -> None:
    """Refuse a name that nobody could find again. Raises Invalid."""
    if name is not None and (not name.strip() or not name.isprintable()):
        raise Invalid(f"{option} must hold visible characters, and no control characters")


def _find(api: Api, options: Record, there: list[Record]) -> Record | None:
    if options["id"] is not None:
        return _by_id(api, options["id"])
    return select([project for project in there if project["name"] == options["name"]], options["name"])


def _by_id(api: Api, project_id: str) -> Record | None:
    try:
        found = _records.live([api.project(project_id)])
    except NotFound:
        _lists.prove_absence(api)
        return None
    return _records.project(found[0]) if found else None


def _refuse_unless_empty(api: Api, project: Record) -> None:
    apps = _lists.apps(api, project["id"])
    if apps:
        listed = ", ".join(f"{app['id']} ({app['template']})" for app in apps)
        raise Conflict(
            f"The project {project['name']} ({project['id']}) still has {len(apps)} app(s): {listed}",
            advice="Delete them first with nodana_app and state: absent; only an empty project can be deleted.",
        )


def _apply(task: Task, plan: Plan, there: list[Record]) -> Record:
    """Do what the plan says and give the project as it is now, empty when it is gone."""
    if plan.action == "create":
        return create(task, plan.after["name"], there)
    if plan.action == "rename":
        task.api.rename_project(plan.before["id"], plan.after["name"])
    elif plan.action == "delete":
        delete(task, plan.before["id"])
    return plan.after
