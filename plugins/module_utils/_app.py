# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Apps: finding the one that is meant, and bringing it to the wanted state.

An app has no name. It is meant by its id, or by project and template, where exactly one must match. None is picked.
"""

from __future__ import annotations

import contextlib
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils import (
    _content,
    _lists,
    _project,
    _records,
    _seldom,
    _status,
)
from ansible_collections.nodana.cloud.plugins.module_utils._agreed import STATES_THAT_CREATE
from ansible_collections.nodana.cloud.plugins.module_utils._api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._app_report import AppReport
from ansible_collections.nodana.cloud.plugins.module_utils._awaited import Awaited
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Conflict, Invalid, NotFound
from ansible_collections.nodana.cloud.plugins.module_utils._task import Task
from ansible_collections.nodana.cloud.plugins.module_utils._want import Want

Record = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """The apps that match, and the project that was named, if it exists."""

    apps: list[Record]
    project: Record | None = None
    projects: list[Record] = field(default_factory=list)


def ensure(task: Task) -> None:
    """Bring the meant app, or at least ``count`` apps, to the wanted state, for the module nodana_app."""
    options = task.options
    if options["_settled"] is not None:
        _seldom.finish(task)
        return
    want = _checked(options)
    calls = task.api.traffic.calls
    report = AppReport(task.outcome, many=options["count"] is not None)
    with _one_at_a_time(task, want):
        found = find(task.catalog, options)
        if options["count"] is None:
            _refuse_several(found.apps, options)
        for app in found.apps:
            report.found(app)
        _mind_leftovers(task, found, want)
        made = [] if options["state"] == "absent" else _make_missing(task, report, found, want)
    _seldom.wait_for(task, report, [*(_brought(task, report, app) for app in found.apps), *made])
    task.tell_requests(calls)


def gather(task: Task) -> None:
    """List apps, for the module nodana_app_info."""
    options = task.options
    found = find(task.api, options)
    if options["project"] is not None and found.project is None:
        task.outcome.warnings.append(f"There is no project {options['project']}, so no app is listed.")
        task.outcome.result["projects"] = found.projects
    apps = found.apps
    if options["status"] is not None:
        apps = [app for app in apps if app["status"] == options["status"]]
    if options["gather_services"]:
        apps = [_with_services(app, _lists.services(task.api, app["id"])) for app in apps]
    _seldom.tell_leftovers(task, apps)
    task.outcome.result["apps"] = apps


def _with_services(app: Record, services: list[Record]) -> Record:
    return {**app, "running": _status.running(services), "services": services}


def find(api: Api, options: Record) -> Found:
    """Find the apps by the options ``id``, or ``project`` (name or id) and ``template``, each as far as it is given.

    Raises Conflict when several projects have the name.
    """
    if options["id"] is not None:
        app = _by_id(api, options["id"])
        return Found(_of_template([app] if app else [], options["template"]))
    if options["project"] is not None:
        content = _content.of(api, options["project"])
        return Found(_of_template(content.apps, options["template"]), content.project, content.projects)
    projects = _lists.projects(api)
    return Found(_of_template(_lists.apps_of_all(api, projects), options["template"]), None, projects)


def find_one(api: Api, options: Record) -> Record:
    """Find the one app that the options mean. Raises NotFound and Conflict."""
    found = find(api, options)
    _refuse_several(found.apps, options)
    if not found.apps:
        raise _missing(found, options)
    return found.apps[0]


def _checked(options: Record) -> Want | None:
    """Give what is wanted of a project, None where an app is named by its id. Raises Invalid."""
    _project.check_name(options["project"], "project")
    if options["count"] is not None and options["state"] not in STATES_THAT_CREATE:
        raise Invalid(f"count goes with state {' and '.join(STATES_THAT_CREATE)} only, not {options['state']}")
    if options["id"] is not None:
        return None
    count = 1 if options["count"] is None else options["count"]
    want = Want(options["template"], options["params"] or {}, count, options["state"])
    want.check()
    return want


def _one_at_a_time(task: Task, want: Want | None) -> AbstractContextManager[None]:
    """Nobody else creates with this key between our looking what there is and creating what is missing."""
    if task.check or want is None or not want.creates:
        return contextlib.nullcontext()
    return task.creations.one_at_a_time(f"creating {want.template} apps")


def _mind_leftovers(task: Task, found: Found, want: Want | None) -> None:
    """See to what earlier runs left behind, before an app is created or taken for fine."""
    options = task.options
    creating = [want.template] if want and want.creates and (found.project or options["project"] is None) else []
    project_id = found.project["id"] if found.project else None
    _seldom.mind_leftovers(task, found.apps, creating, project_id, lambda: find(task.catalog, options).apps)


def _make_missing(task: Task, report: AppReport, found: Found, want: Want | None) -> list[Awaited]:
    options = task.options
    missing = (want.count if want else 1) - len(found.apps)
    if missing <= 0:
        return []
    is_name = options["project"] and not _content.looks_like_an_id(options["project"])
    has_place = options["project"] is None or found.project or (options["create_project"] and is_name)
    if want is None or not want.creates or not has_place:
        raise _missing(found, options)
    _seldom.check_place(task, want.template)
    project_id = _place(task, found)
    made: list[Awaited] = []
    for _number in range(missing):
        made.append(_seldom.create(task, report, want, project_id, [*found.apps, *(one.app for one in made)]))
    return made


def _place(task: Task, found: Found) -> str | None:
    """Give the id of the project for new apps; None lets the API make one."""
    if found.project is not None:
        return found.project["id"]
    if task.options["project"] is None:
        return None
    if task.check:
        task.outcome.foreseen += 1
        return None
    project_id: str = _project.create(task, task.options["project"], found.projects)["id"]
    task.outcome.changed = True
    return project_id


def delete(task: Task, report: AppReport, app: Record) -> None:
    """Delete an app; one that is gone already is fine. Raises NotFound for one that still shows."""
    task.write(_delete, task, app)
    report.deleted(app)


def _delete(task: Task, app: Record) -> None:
    try:
        task.api.delete_app(app["id"])
    except NotFound as error:  # most likely a repeated delete whose first answer was lost
        left = _by_id(task.api, app["id"])
        if left and left["status"] != "deleting":
            error.message += f"; {app['id']} still exists, and is billed"
            error.advice = "Run the task again, or delete the app at nodana.io."
            raise
    task.creations.forget(app["id"])


def _brought(task: Task, report: AppReport, app: Record) -> Awaited | None:
    """Bring an app that exists to the wanted state, and give what is to be waited for then."""
    if task.options["state"] == "absent":
        delete(task, report, app)
        return None
    return _seldom.bring(task, report, app, task.options["state"])


def _by_id(api: Api, app_id: str) -> Record | None:
    try:
        found = _records.live([api.app(app_id)])
    except NotFound:
        _lists.prove_absence(api)
        return None
    return _records.app(found[0]) if found else None


def _of_template(apps: list[Record], template: str | None) -> list[Record]:
    return [app for app in apps if template is None or app["template"] == template]


def _refuse_several(apps: list[Record], options: Record) -> None:
    if len(apps) > 1:
        listed = ", ".join(f"{app['id']} (project {app['project_id']})" for app in apps)
        raise Conflict(
            f"{len(apps)} {options['template']} apps match: {listed}",
            advice="Name the one you mean by its id, or its project; nothing is picked for you.",
        )


def _missing(found: Found, options: Record) -> NotFound:
    if options["id"] is not None:
        return NotFound(f"There is no app {options['id']}", code=404)
    if options["project"] is None:
        return NotFound(f"There is no {options['template']} app")
    if found.project is None:
        make = "Make it with nodana_project, or with create_project: true in nodana_app."
        is_id = _content.looks_like_an_id(options["project"])
        return NotFound(f"There is no project {options['project']}", advice=_content.ONLY_NAMES if is_id else make)
    return NotFound(f"There is no {options['template']} app in the project {options['project']}")
