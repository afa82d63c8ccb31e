# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Making apps: their secrets are shown once, so a place for them is needed before anything is sent."""

from __future__ import annotations

from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils import (
    _lists,
    _project,
    _ready,
    _records,
    _secrets,
    _templates,
)
from ansible_collections.nodana.cloud.plugins.module_utils._app_report import AppReport
from ansible_collections.nodana.cloud.plugins.module_utils._errors import AmbiguousOutcome, Invalid, NodanaError
from ansible_collections.nodana.cloud.plugins.module_utils._task import Task

Record = dict[str, Any]


def create(task: Task, report: AppReport, project: Record | None, there: list[Record], number: int) -> None:
    """Make ``number`` apps of the wanted template, all in one project, and wait for them if wanted.

    ``project`` is None where none was named, or the named one shall be made; ``there`` are the matching apps there are.
    Raises Invalid when the secrets have no place, AmbiguousOutcome when an app may have been made.
    """
    options = task.options
    if not options["return_secrets"]:
        raise Invalid(
            f"No {options['template']} app was created: it shows its secrets only once, and there is no place for them",
            advice="Set return_secrets: true and keep the result's secrets safe (that task wants no_log: true).",
        )
    remark = _templates.note(options["template"])
    if remark:
        task.outcome.warnings.append(remark)
    if task.check:
        for _ in range(number):
            report.created(_predicted(options, project))
        return
    project_id = _place(task, project)
    made: list[Record] = []
    for _ in range(number):
        app, secrets = _create_one(task, project_id, [*there, *made])
        report.created(app, secrets)
        made.append(app)
    if options["wait"]:
        for app in _ready.until_ready(task, made, first=_ready.USUAL_START * task.look_every):
            report.read_again(app)


def _place(task: Task, project: Record | None) -> str | None:
    """Give the id of the project for new apps; None lets the API make one."""
    if project is not None:
        return project["id"]
    if task.options["project"] is None:
        return None
    made = _project.create(task.api, task.options["project"])
    task.outcome.changed = True
    return made["id"]


def _create_one(task: Task, project_id: str | None, there: list[Record]) -> tuple[Record, Record]:
    options = task.options
    try:
        answer = task.api.create_app(options["template"], options["params"] or {}, project_id)
    except AmbiguousOutcome as error:
        _explain(task, error, project_id, there)
        raise
    public, secrets = _secrets.split(answer)
    return _records.app({"template": options["template"], "projectId": project_id, **public}), secrets


def _explain(task: Task, error: AmbiguousOutcome, project_id: str | None, there: list[Record]) -> None:
    """Look what is there after a create without an answer, and say it."""
    template = task.options["template"]
    known = {app["id"] for app in there}
    try:
        projects = [{"id": project_id}] if project_id else _lists.projects(task.api)
        apps = _lists.apps_of_all(task.api, projects)
    except NodanaError as second:
        error.message += f"; looking did not help: {second.message}"
        return
    new = sorted(app["id"] for app in apps if app["template"] == template and app["id"] not in known)
    if new:
        task.outcome.changed = True
        error.message += f"; new since then: {', '.join(new)}, whose secrets never arrived"
        error.advice = "If nobody else made it, delete it (nodana_app with this id and state: absent): it is billed."
    else:
        error.message += f"; no new {template} app shows so far"
        error.advice = "It may still appear: look with nodana_app_info before you run this again."


def _predicted(options: Record, project: Record | None) -> Record:
    return _records.app(
        {
            "template": options["template"],
            "projectId": project["id"] if project else None,
            "status": "available" if options["wait"] else None,
        }
    )
