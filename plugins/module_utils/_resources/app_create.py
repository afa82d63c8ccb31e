# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Create apps. The API shows their secrets only once, so a destination for the secrets is required before a request."""

from __future__ import annotations

import contextlib

from .._client import records
from .._client.api import list_apps_of_projects, list_projects
from .._client.create_response import read_receipt, split_response
from .._context import ModuleContext
from .._errors import AmbiguousOutcome, Invalid, NodanaError, RateLimited
from .._local.receipts import Receipt
from .._protocol import PendingApp, Record
from . import app_recovery, app_spec, handover
from .app_report import AppReport
from .app_spec import AppSpec


def check_secrets_destination(context: ModuleContext, template: str) -> None:
    """Check that there is a destination for the secrets of a new app, and warn about an undocumented template.

    Raises Invalid.
    """
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
    """Create one app by its spec and return it with the fields of the create response.

    If ``project_id`` is None, the API creates a project for the app. ``there`` are the existing apps of the template in
    that place. In check mode, nothing is sent and the predicted app is returned.
    Raises AmbiguousOutcome if the app may have been created.
    """
    if context.check_mode:
        predicted = _predicted(spec, project_id, ready=context.options["wait"])
        context.result.foreseen += 1
        report.created(predicted, spec.params)
        return PendingApp(predicted)
    receipt = context.creations.begin(spec.template, project_id, [app["id"] for app in there], context.owner)
    app, secrets = _sent(context, receipt, spec.params)
    receipt.end()
    handover.add(context.result, receipt, app, secrets, this_run=True, on_disk=receipt.is_on_disk())
    report.created(app, spec.params)
    with contextlib.suppress(OSError):  # until it is settled, the receipt holds the same
        context.creations.note_app(receipt)
    context.creations.recognise(app["id"])
    return PendingApp(app, made_at=context.clock.monotonic())


def _sent(context: ModuleContext, receipt: Receipt, params: Record) -> tuple[Record, Record]:
    """Send the creation and return the app and its secrets."""

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
        return arrived  # the response was complete when the connection broke
    return split_response(receipt, answer)


def _conclude(context: ModuleContext, receipt: Receipt, error: NodanaError, look: app_recovery.Look) -> None:
    """Remove the receipt of a refused creation, or find the result of one whose outcome is unknown.

    After a rate limit response, the receipt stays and the next run finds the result.
    """
    if isinstance(error, AmbiguousOutcome):
        try:
            app_recovery.explain(context, receipt, error, look)
        except NodanaError as second:
            error.message += f"; looking did not help: {second.message}"
    elif not isinstance(error, RateLimited):  # after it, the next run examines the receipt
        if error.code is not None:
            app_spec.explain_refusal(error, receipt.template, _place(receipt, context.options.get("project")))
        with contextlib.suppress(OSError):  # the next run finds that it created nothing
            receipt.remove()


def _place(receipt: Receipt, project: str | None) -> str:
    """Return the place of an app for messages, with the name of its project if that was given."""
    if receipt.project_id is None:
        return "a new project"
    named = project if project and project != receipt.project_id else None
    return f"the project {named} ({receipt.project_id})" if named else f"the project {receipt.project_id}"


def _predicted(spec: AppSpec, project_id: str | None, *, ready: bool) -> Record:
    return records.app({"template": spec.template, "projectId": project_id, "status": "available" if ready else None})
