# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Making apps: their secrets are shown once, so a place for them is needed before anything is sent."""

from __future__ import annotations

import contextlib
from typing import Any

from .._client import records
from .._client.api import list_apps_of_projects, list_projects
from .._client.create_response import read_receipt, split_response
from .._context import ModuleContext
from .._errors import AmbiguousOutcome, Invalid, NodanaError, RateLimited
from .._local.receipts import Receipt
from .._protocol import PendingApp
from . import app_recovery, app_spec, handover
from .app_report import AppReport
from .app_spec import AppSpec

Record = dict[str, Any]


def check_secrets_destination(context: ModuleContext, template: str) -> None:
    """Refuse to create an app whose secrets have no place to go. Raises Invalid."""
    if not (context.options["return_secrets"] or context.options["secrets_dir"]):
        raise Invalid(
            f"No {template} app was created: it shows its secrets only once, and there is no place for them",
            advice="Set secrets_dir. Or set return_secrets: true and no_log: true, and keep the result's secrets safe.",
        )
    remark = app_spec.note(template)
    if remark:
        context.result.warnings.append(remark)


def create_app(
    context: ModuleContext, report: AppReport, spec: AppSpec, project_id: str | None, there: list[Record]
) -> PendingApp:
    """Make one app as it is wanted, and give it as far as its creation tells.

    The API makes a project for it when ``project_id`` is None. ``there`` are the apps of the template in that place. In
    check mode nothing is sent, and the app is what it would be. Raises AmbiguousOutcome when it may have been made.
    """
    if context.check_mode:
        predicted = _predicted(spec, project_id, ready=context.options["wait"])
        context.result.foreseen += 1
        report.created(predicted, spec.params)
        return PendingApp(predicted)
    receipt = context.creations.begin(
        spec.template, project_id, [app["id"] for app in there], context.options["_owner"]
    )
    app, secrets = _sent(context, receipt, spec.params)
    receipt.end()
    entry = handover.entry(receipt, app, secrets, this_run=True, on_disk=receipt.is_on_disk())
    context.result.hand_over(entry)
    report.created(app, spec.params)
    with contextlib.suppress(OSError):  # until it is settled, the receipt tells the same
        context.creations.note_app(receipt)
    context.creations.recognise(app["id"])
    return PendingApp(app, made_at=context.clock.monotonic())


def _sent(context: ModuleContext, receipt: Receipt, params: Record) -> tuple[Record, Record]:
    """Send the creation, once, and give the app and its secrets."""

    def look() -> list[Record]:
        projects = [{"id": receipt.project_id}] if receipt.project_id else list_projects(context.api)
        apps = list_apps_of_projects(context.api, projects)
        return [app for app in apps if app["template"] == receipt.template]

    try:
        answer = context.api.create_app(
            receipt.template, params, receipt.project_id, receipt, lambda: app_recovery.shows(receipt, look)
        )
    except NodanaError as error:
        arrived = read_receipt(receipt) if isinstance(error, AmbiguousOutcome) else None
        if arrived is None:
            _conclude(context, receipt, error, look)
            raise
        return arrived  # all of it had arrived when the connection broke
    return split_response(receipt, answer)


def _conclude(context: ModuleContext, receipt: Receipt, error: NodanaError, look: app_recovery.Look) -> None:
    """Forget a creation that was refused; find out what became of one whose outcome is unknown."""
    if isinstance(error, AmbiguousOutcome):
        try:
            app_recovery.explain(context, receipt, error, look)
        except NodanaError as second:
            error.message += f"; looking did not help: {second.message}"
    elif not isinstance(error, RateLimited):  # after which the next run looks what became of it
        if error.code is not None:
            app_spec.explain_refusal(error, receipt.template, _place(receipt, context.options.get("project")))
        with contextlib.suppress(OSError):  # the next run finds that it made nothing
            receipt.remove()


def _place(receipt: Receipt, project: str | None) -> str:
    """Return the place of an app for people, by the name of its project as far as that was given."""
    if receipt.project_id is None:
        return "a new project"
    named = project if project and project != receipt.project_id else None
    return f"the project {named} ({receipt.project_id})" if named else f"the project {receipt.project_id}"


def _predicted(spec: AppSpec, project_id: str | None, *, ready: bool) -> Record:
    return records.app({"template": spec.template, "projectId": project_id, "status": "available" if ready else None})
