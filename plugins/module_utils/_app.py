# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Apps: finding the one that is meant, and bringing it to the wanted state.

An app has no name. It is meant by its id, or by project and template, where exactly one must match. None is picked.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils import (
    _create,
    _finish,
    _leftovers,
    _lists,
    _project,
    _ready,
    _records,
    _running,
    _templates,
)
from ansible_collections.nodana.cloud.plugins.module_utils._api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._app_report import AppReport
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Conflict, Invalid, NotFound
from ansible_collections.nodana.cloud.plugins.module_utils._task import Task

Record = dict[str, Any]

STATES_THAT_CREATE = ("present", "started")


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
        _finish.finish(task)
        return
    _check(options)
    report = AppReport(task.outcome, many=options["count"] is not None)
    with _one_at_a_time(task):
        found = find(task.api, options)
        if options["count"] is None:
            _refuse_several(found.apps, options)
        for app in found.apps:
            report.found(app)
        _mind_leftovers(task, found)
        made = [] if options["state"] == "absent" else _make_missing(task, report, found)
    for app in found.apps:
        _BRING[options["state"]](task, report, app)
    _finish.wait_for(task, report, made)


def gather(task: Task) -> None:
    """List apps, for the module nodana_app_info."""
    options = task.options
    found = find(task.api, options)
    if options["project"] is not None and found.project is None:
        task.outcome.warnings.append(f"There is no project {options['project']}, so no app is listed.")
    apps = found.apps
    if options["status"] is not None:
        apps = [app for app in apps if app["status"] == options["status"]]
    if options["gather_services"]:
        apps = [{**app, "services": _lists.services(task.api, app["id"])} for app in apps]
    _leftovers.hand_over(task)
    _leftovers.tell_unresolved(task)
    _leftovers.refuse_lost(task, apps)
    task.outcome.result["apps"] = apps


def find(api: Api, options: Record) -> Found:
    """Find the apps by the options ``id``, or ``project`` (name or id) and ``template``, each as far as it is given.

    Raises Conflict when several projects have the name.
    """
    if options["id"] is not None:
        app = _by_id(api, options["id"])
        return Found(_of_template([app] if app else [], options["template"]))
    projects = _lists.projects(api)
    if options["project"] is not None:
        project = _project.select(projects, options["project"])
        apps = _lists.apps(api, project["id"]) if project else []
        return Found(_of_template(apps, options["template"]), project, projects)
    return Found(_of_template(_lists.apps_of_all(api, projects), options["template"]), None, projects)


def find_one(api: Api, options: Record) -> Record:
    """Find the one app that the options mean. Raises NotFound and Conflict."""
    found = find(api, options)
    _refuse_several(found.apps, options)
    if not found.apps:
        raise _missing(found, options)
    return found.apps[0]


def _check(options: Record) -> None:
    """Find all faults of the input that need no request. Raises Invalid."""
    _project.check_name(options["project"], "project")
    if options["count"] is not None:
        if options["count"] < 1:
            raise Invalid("count must be 1 or more", advice="No count deletes anything; use state: absent with an id.")
        if options["state"] not in STATES_THAT_CREATE:
            raise Invalid(f"count goes with state {' and '.join(STATES_THAT_CREATE)} only, not {options['state']}")
    if options["template"] is not None:
        _project.check_name(options["template"], "template")
        _templates.check_params(options["template"], options["params"] or {})


def _one_at_a_time(task: Task) -> AbstractContextManager[None]:
    """Nobody else creates with this key between our looking what there is and creating what is missing."""
    if task.check or not _may_create(task.options):
        return contextlib.nullcontext()
    return task.creations.one_at_a_time(f"creating {task.options['template']} apps")


def _mind_leftovers(task: Task, found: Found) -> None:
    """See to what earlier runs left behind, before an app is created or taken for fine."""
    options = task.options
    apps = found.apps
    _leftovers.hand_over(task)
    if _may_create(options) and not task.check and (found.project or options["project"] is None):
        project_id = found.project["id"] if found.project else None
        apps = _leftovers.examine(task, apps, project_id, lambda: find(task.api, options).apps)
    _leftovers.refuse_lost(task, apps)


def _make_missing(task: Task, report: AppReport, found: Found) -> list[Record]:
    options = task.options
    missing = (options["count"] or 1) - len(found.apps)
    if missing <= 0:
        return []
    has_place = options["project"] is None or found.project or options["create_project"]
    if not _may_create(options) or not has_place:
        raise _missing(found, options)
    return _create.create(task, report, found.project, found.projects, found.apps, missing)


def _may_create(options: Record) -> bool:
    return options["id"] is None and options["state"] in STATES_THAT_CREATE


def _delete(task: Task, report: AppReport, app: Record) -> None:
    if not task.check:
        with contextlib.suppress(NotFound):  # a repeated delete whose first answer was lost
            task.api.delete_app(app["id"])
        task.creations.forget(app["id"])
    report.deleted(app)


_BRING: dict[str, Callable[[Task, AppReport, Record], None]] = {
    "present": _ready.settle,
    "started": _running.start,
    "stopped": _running.stop,
    "restarted": _running.restart,
    "absent": _delete,
}


def _by_id(api: Api, app_id: str) -> Record | None:
    try:
        found = _records.live([api.app(app_id)])
    except NotFound:
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
        return NotFound(
            f"There is no project {options['project']}",
            advice="Make it with nodana_project, or with create_project: true in nodana_app.",
        )
    return NotFound(f"There is no {options['template']} app in the project {options['project']}")
