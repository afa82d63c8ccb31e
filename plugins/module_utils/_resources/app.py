# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Apps: finding the one that is meant, and bringing it to the wanted state.

An app has no name. It is meant by its id, or by project and template, where exactly one must match. None is picked.
"""

from __future__ import annotations

import contextlib
from contextlib import AbstractContextManager
from typing import Any

from .._client.api import list_services
from .._client.status import running_state
from .._context import Task
from .._errors import Invalid, NotFound
from .._protocol import STATES_THAT_CREATE, Awaited
from .app_lookup import Found, _find_by_id, find_apps, not_found, refuse_several
from .app_report import AppReport
from .app_spec import Want, check_name
from .lazy import (
    bring,
    check_secrets_destination,
    create_app,
    recover_unfinished,
    report_unfinished,
    settle,
    wait_for_apps,
)
from .project import create_project, looks_like_id

Record = dict[str, Any]


def ensure_app(task: Task) -> None:
    """Bring the meant app, or at least ``count`` apps, to the wanted state, for the module nodana_app."""
    options = task.options
    if options["_settled"] is not None:
        settle(task)
        return
    want = _checked(options)
    calls = task.api.traffic.calls
    report = AppReport(task.outcome, many=options["count"] is not None)
    with _one_at_a_time(task, want):
        found = find_apps(task.catalog, options)
        if options["count"] is None:
            refuse_several(found.apps, options)
        for app in found.apps:
            report.found(app)
        _mind_leftovers(task, found, want)
        made = [] if options["state"] == "absent" else _make_missing(task, report, found, want)
    wait_for_apps(task, report, [*(_brought(task, report, app) for app in found.apps), *made])
    task.tell_requests(calls)


def gather_apps(task: Task) -> None:
    """List apps, for the module nodana_app_info."""
    options = task.options
    found = find_apps(task.api, options)
    if options["project"] is not None and found.project is None:
        task.outcome.warnings.append(f"There is no project {options['project']}, so no app is listed.")
        task.outcome.result["projects"] = found.projects
    apps = found.apps
    if options["status"] is not None:
        apps = [app for app in apps if app["status"] == options["status"]]
    if options["gather_services"]:
        apps = [_with_services(app, list_services(task.api, app["id"])) for app in apps]
    report_unfinished(task, apps)
    task.outcome.result["apps"] = apps


def _with_services(app: Record, services: list[Record]) -> Record:
    return {**app, "running": running_state(services), "services": services}


def _checked(options: Record) -> Want | None:
    """Give what is wanted of a project, None where an app is named by its id. Raises Invalid."""
    check_name(options["project"], "project")
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
    recover_unfinished(task, found.apps, creating, project_id, lambda: find_apps(task.catalog, options).apps)


def _make_missing(task: Task, report: AppReport, found: Found, want: Want | None) -> list[Awaited]:
    options = task.options
    missing = (want.count if want else 1) - len(found.apps)
    if missing <= 0:
        return []
    is_name = options["project"] and not looks_like_id(options["project"])
    has_place = options["project"] is None or found.project or (options["create_project"] and is_name)
    if want is None or not want.creates or not has_place:
        raise not_found(found, options)
    check_secrets_destination(task, want.template)
    project_id = _place(task, found)
    made: list[Awaited] = []
    for _number in range(missing):
        made.append(create_app(task, report, want, project_id, [*found.apps, *(one.app for one in made)]))
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
    project_id: str = create_project(task, task.options["project"], found.projects)["id"]
    task.outcome.changed = True
    return project_id


def delete_app(task: Task, report: AppReport, app: Record) -> None:
    """Delete an app; one that is gone already is fine. Raises NotFound for one that still shows."""
    task.write(_delete, task, app)
    report.deleted(app)


def _delete(task: Task, app: Record) -> None:
    try:
        task.api.delete_app(app["id"])
    except NotFound as error:  # most likely a repeated delete whose first answer was lost
        left = _find_by_id(task.api, app["id"])
        if left and left["status"] != "deleting":
            error.message += f"; {app['id']} still exists, and is billed"
            error.advice = "Run the task again, or delete the app at nodana.io."
            raise
    task.creations.forget(app["id"])


def _brought(task: Task, report: AppReport, app: Record) -> Awaited | None:
    """Bring an app that exists to the wanted state, and give what is to be waited for then."""
    if task.options["state"] == "absent":
        delete_app(task, report, app)
        return None
    return bring(task, report, app, task.options["state"])
