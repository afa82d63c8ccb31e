# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find projects by name or id, read their apps, and create, rename and delete projects."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from .._client import records
from .._client.api import Api, list_apps, list_projects, prove_absence
from .._context import ModuleContext
from .._errors import AmbiguousOutcome, Conflict, Forbidden, NodanaError, NotFound
from .._local.state_dir import StateUnavailable
from .._protocol import Record
from .app_spec import check_name


class Plan(NamedTuple):
    """A plan to change a project from ``before`` to ``after``. ``action`` is None if nothing has to change."""

    action: str | None
    before: Record
    after: Record


def ensure_project(context: ModuleContext) -> None:
    """Bring one project to the wanted state, for the module ``nodana_project``."""
    options = context.options
    check_name(options["name"], "name")
    creates = options["id"] is None and options["state"] == "present" and not context.check_mode
    with context.creations.one_at_a_time("creating a project") if creates else contextlib.nullcontext():
        there = [] if options["id"] is not None else list_projects(context.catalog)
        plan = plan_for(_find(context.catalog, options, there), options)
        if plan.action == "delete":
            _refuse_unless_empty(context.catalog, plan.before)
        after = plan.after if context.check_mode else _apply(context, plan, there)
    context.result.report(changed=plan.action is not None, before=plan.before, after=after)
    if after or plan.before:
        context.result.values["project"] = after or plan.before


def gather_projects(context: ModuleContext) -> None:
    """List projects, with their apps if requested, for the module ``nodana_project_info``."""
    options = context.options
    if options["id"] is not None:
        found = _by_id(context.api, options["id"])
        projects = [found] if found else []
    else:
        projects = list_projects(context.api)
    if options["name"] is not None:
        projects = [project for project in projects if project["name"] == options["name"]]
    if options["gather_apps"]:
        projects = [{**project, "apps": list_apps(context.api, project["id"])} for project in projects]
    context.result.values["projects"] = projects


def plan_for(current: Record | None, options: Record) -> Plan:
    """Return the plan from the current project, or None, to the options ``name``, ``id`` and ``state``.

    Raises NotFound if a project that is identified by its id does not exist and the state is not ``absent``.
    """
    name = options["name"]
    if options["state"] == "absent":
        return Plan("delete", current, {}) if current else Plan(None, {}, {})
    if current is None:
        if options["id"] is not None:
            raise NotFound(f"The project {options['id']} does not exist", code=404)
        return Plan("create", {}, records.project({"name": name, "deleted": False}))
    if name is not None and name != current["name"]:
        return Plan("rename", current, {**current, "name": name, "updated_at": None})
    return Plan(None, current, current)


def create_project(context: ModuleContext, name: str, there: list[Record]) -> Record:
    """Create a project and return it with the fields of the create response. ``there`` are the existing projects.

    If the response is lost, the project is searched by its name. That is only reliable if exactly one new project has
    this name and no project had it before.
    Raises AmbiguousOutcome if the project may have been created and cannot be identified, and Conflict if the API gave
    it another name.
    """

    def shows() -> bool:
        return bool(_new(there, list_projects(context.api)))

    try:
        created = records.project({"deleted": False, **context.api.create_project(name, shows)})
    except AmbiguousOutcome as error:
        return _find_created(context, name, there, error)
    context.creations.note_project(created["id"], name)
    if created["name"] not in (None, name):
        context.result.changed = True
        raise Conflict(
            f"The API named the new project {created['id']} {created['name']}, not {name}",
            advice=f"Use the name {created['name']} from now on, because a task with the other name does not find the "
            "project.",
        )
    return {**created, "name": name}


def delete_project(context: ModuleContext, project_id: str) -> None:
    """Delete an empty project; a project that no longer exists is not an error.

    Raises what ``confirm_deletion`` raises.
    """
    try:
        context.api.delete_project(project_id)
    except NotFound as error:
        from .deletion import confirm_deletion  # rarely needed

        confirm_deletion(error, f"the project {project_id}", lambda: _by_id(context.catalog, project_id))
    with contextlib.suppress(StateUnavailable):  # the project is deleted, and a leftover entry does no harm
        context.creations.note_gone(project_id)
        if context.creations.has_left():
            from . import app_recovery  # rarely needed

            app_recovery.forget_project(context, project_id)


def _find_created(context: ModuleContext, name: str, there: list[Record], error: AmbiguousOutcome) -> Record:
    """Return the project that a creation without a response made, or raise ``error`` with what was found."""
    from . import app_recovery  # rarely needed

    last: list[Record] = []

    def look() -> list[Record]:
        nonlocal last
        last = _new(there, list_projects(context.api))
        return last

    try:
        app_recovery.poll_list(context, look, lambda new: any(project["name"] == name for project in new))
    except NodanaError as second:
        error.message += f"; the projects could not be listed: {second.message}"
        raise error from None
    made = [project for project in last if project["name"] == name]
    if len(made) == 1 and not any(project["name"] == name for project in there):
        context.result.warnings.append(
            f"The response to the creation of the project {name} was lost; {made[0]['id']} is the new project."
        )
        return made[0]
    if last:
        context.result.changed = True
        listed = ", ".join(f"{project['id']} ({project['name']})" for project in made or last)
        error.message += f"; new projects since then: {listed}"
        if not made:  # the API may have given it another name: the next run must not create it again
            for project in last:
                context.creations.note_project(project["id"], name)
    else:
        error.message += f"; no new project {name} appeared"
        error.advice = "Most likely no project was created. Run the task again."
    raise error


def _new(there: list[Record], listed: list[Record]) -> list[Record]:
    """Return the listed projects that are not among ``there``."""
    known = {project["id"] for project in there}
    return [project for project in listed if project["id"] not in known]


def select_project(projects: list[Record], name_or_id: str) -> Record | None:
    """Return the project with this id, or else with this name, or None.

    Raises Conflict if several projects have the name.
    """
    by_id = [project for project in projects if project["id"] == name_or_id]
    matches = by_id or [project for project in projects if project["name"] == name_or_id]
    if len(matches) > 1:
        ids = ", ".join(sorted(project["id"] for project in matches))
        raise Conflict(
            f"{len(matches)} projects are named {name_or_id}: {ids}",
            advice="Identify the project by its id, or rename the others.",
        )
    return matches[0] if matches else None


def _find(api: Api, options: Record, there: list[Record]) -> Record | None:
    if options["id"] is not None:
        return _by_id(api, options["id"])
    return select_project([project for project in there if project["name"] == options["name"]], options["name"])


def _by_id(api: Api, project_id: str) -> Record | None:
    try:
        found = records.live([api.project(project_id)])
    except NotFound:
        prove_absence(api)
        return None
    return records.project(found[0]) if found else None


def _refuse_unless_empty(api: Api, project: Record) -> None:
    apps = list_apps(api, project["id"])
    if apps:
        listed = ", ".join(f"{app['id']} ({app['template']})" for app in apps)
        raise Conflict(
            f"The project {project['name']} ({project['id']}) still has {len(apps)} app(s): {listed}",
            advice="Only an empty project can be deleted. Delete its apps first, with nodana_app and state: absent.",
        )


def _apply(context: ModuleContext, plan: Plan, there: list[Record]) -> Record:
    """Apply the plan and return the current project, or an empty record if it was deleted."""
    if plan.action == "create":
        return create_project(context, plan.after["name"], there)
    if plan.action == "rename":
        context.api.rename_project(plan.before["id"], plan.after["name"])
        context.creations.forget_created("project", plan.before["id"])  # it has the requested name no longer
    elif plan.action == "delete":
        delete_project(context, plan.before["id"])
    return plan.after


NAME_ADVICE = "Check the id. To create a project, use a name that does not look like an id."


@dataclass(eq=False, repr=False)
class Content:
    """The content of a project: its record, or None if it does not exist, and its apps.

    ``projects`` are all projects, if they had to be listed.
    """

    project: Record | None
    apps: list[Record] = field(default_factory=list)
    projects: list[Record] = field(default_factory=list)


def read_content(api: Api, name_or_id: str) -> Content:
    """Return the content of the project with this id, or else with this name.

    An id normally takes one request, and a name takes two. If the project was found by its id in one request, its
    record holds only the id.
    Raises Conflict if several projects have the name.
    """
    apps = None
    if looks_like_id(name_or_id):
        with contextlib.suppress(NotFound, Forbidden):
            apps = list_apps(api, name_or_id)
        if apps:  # the API may also list the apps of a deleted project, but there are none
            return Content(records.project({"id": name_or_id, "deleted": False}), apps)
    projects = list_projects(api)
    project = select_project(projects, name_or_id)
    if project is None:
        return Content(None, [], projects)
    if apps is None or project["id"] != name_or_id:
        apps = list_apps(api, project["id"])
    return Content(project, apps, projects)


def looks_like_id(text: str) -> bool:
    """Return whether the text has the form of a project id."""
    return re.fullmatch(r"prj-\w+", text) is not None
