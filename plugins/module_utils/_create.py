# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Making apps: their secrets are shown once, so a place for them is needed before anything is sent."""

from __future__ import annotations

import contextlib
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils import (
    _handover,
    _leftovers,
    _lists,
    _project,
    _records,
    _templates,
)
from ansible_collections.nodana.cloud.plugins.module_utils._app_report import AppReport
from ansible_collections.nodana.cloud.plugins.module_utils._errors import (
    AmbiguousOutcome,
    Invalid,
    NodanaError,
    ServerFault,
    Unreachable,
)
from ansible_collections.nodana.cloud.plugins.module_utils._receipts import Receipt
from ansible_collections.nodana.cloud.plugins.module_utils._state import StateUnavailable
from ansible_collections.nodana.cloud.plugins.module_utils._task import Task

Record = dict[str, Any]


def create(
    task: Task, report: AppReport, project: Record | None, projects: list[Record], there: list[Record], number: int
) -> list[Record]:
    """Make ``number`` apps of the wanted template, all in one project, and give them as far as their creation tells.

    ``project`` is None where none was named, or where the named one shall be made beside the other ``projects``.
    ``there`` are the matching apps that exist. Raises Invalid when the secrets have no place, AmbiguousOutcome when an
    app may have been made.
    """
    options = task.options
    if not (options["return_secrets"] or options["secrets_dir"]):
        raise Invalid(
            f"No {options['template']} app was created: it shows its secrets only once, and there is no place for them",
            advice="Set secrets_dir. Or set return_secrets: true and no_log: true, and keep the result's secrets safe.",
        )
    remark = _templates.note(options["template"])
    if remark:
        task.outcome.warnings.append(remark)
    if task.check:
        for _number in range(number):
            report.created(_predicted(options, project))
        return []
    project_id = _place(task, project, projects)
    made: list[Record] = []
    while len(made) < number:
        made.append(_create_one(task, report, project_id, [*there, *made]))
    return made


def _place(task: Task, project: Record | None, projects: list[Record]) -> str | None:
    """Give the id of the project for new apps; None lets the API make one."""
    if project is not None:
        return project["id"]
    if task.options["project"] is None:
        return None
    made = _project.create(task, task.options["project"], projects)
    task.outcome.changed = True
    return made["id"]


def _create_one(task: Task, report: AppReport, project_id: str | None, there: list[Record]) -> Record:
    options = task.options
    receipt = task.creations.begin(options["template"], project_id, [app["id"] for app in there], options["_owner"])
    app, secrets = _sent(task, receipt)
    entry = _handover.entry(receipt, app, secrets, this_run=True, on_disk=receipt.is_on_disk())
    task.outcome.hand_over(entry)
    report.created(app, secrets if options["return_secrets"] else None)
    task.creations.recognise(app["id"], receipt)
    return app


def _sent(task: Task, receipt: Receipt) -> tuple[Record, Record]:
    """Send the creation, once, and give the app and its secrets."""
    try:
        answer = task.api.create_app(receipt.template, task.options["params"] or {}, receipt.project_id, receipt)
    except NodanaError as error:
        arrived = _handover.opened(receipt) if isinstance(error, AmbiguousOutcome) else None
        if arrived is None:
            _conclude(task, receipt, error)
            raise
        return arrived  # all of it had arrived when the connection broke
    return _handover.parts(receipt, answer)


def _conclude(task: Task, receipt: Receipt, error: NodanaError) -> None:
    """Forget a creation that was refused; find out what became of one whose outcome is unknown."""
    if isinstance(error, AmbiguousOutcome):

        def look() -> list[Record]:
            projects = [{"id": receipt.project_id}] if receipt.project_id else _lists.projects(task.api)
            apps = _lists.apps_of_all(task.api, projects)
            return [app for app in apps if app["template"] == receipt.template]

        try:
            _leftovers.explain(task, receipt, error, look)
        except NodanaError as second:
            error.message += f"; looking did not help: {second.message}"
    elif _was_refused(error):
        with contextlib.suppress(OSError):  # the next run finds that it made nothing
            receipt.remove()


def _was_refused(error: NodanaError) -> bool:
    if isinstance(error, StateUnavailable):
        return True  # it never came to sending
    if isinstance(error, Unreachable):
        return not error.sent
    return error.code is not None and not isinstance(error, ServerFault)


def _predicted(options: Record, project: Record | None) -> Record:
    return _records.app(
        {
            "template": options["template"],
            "projectId": project["id"] if project else None,
            "status": "available" if options["wait"] else None,
        }
    )
