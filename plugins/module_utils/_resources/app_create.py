# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Create apps. The API shows their secrets only once, so a destination for the secrets is required before a request."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from .._client import records
from .._client.api import list_apps_of_projects, list_projects
from .._client.create_response import lacks_seed, read_receipt, split_response
from .._client.transport import Recheck
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
    require_secrets_destination(context, f"{template} app")
    remark = app_spec.note(template)
    if remark:
        context.result.warnings.append(remark)


def require_secrets_destination(context: ModuleContext, what: str) -> None:
    """Check that there is a destination for the secrets of a new app or node. Raises Invalid."""
    if not (context.options["return_secrets"] or context.options["secrets_dir"]):
        raise Invalid(
            f"No {what} was created: its secrets are shown only once, and no destination for them is set",
            advice="Set secrets_dir. Or set return_secrets: true and no_log: true, and store the returned secrets.",
        )


def create_app(
    context: ModuleContext, report: AppReport, spec: AppSpec, project_id: str | None, there: list[Record]
) -> PendingApp:
    """Create one app by its spec and return it with the fields of the create response.

    If ``project_id`` is None, the API creates a project for the app. ``there`` are the existing apps in that place,
    of all templates. In check mode, nothing is sent and the predicted app is returned.
    Raises AmbiguousOutcome if the app may have been created.
    """
    if context.check_mode:
        predicted = _predicted(spec, project_id, ready=context.options["wait"])
        context.result.foreseen += 1
        report.created(predicted, spec.params)
        return PendingApp(predicted)
    receipt = context.creations.begin(spec.template, project_id, [app["id"] for app in there], context.owner)

    def list_apps() -> list[Record]:
        projects = [{"id": receipt.project_id}] if receipt.project_id else list_projects(context.api)
        return list_apps_of_projects(context.api, projects)

    def send(recheck: Recheck) -> Record:
        return context.api.create_app(spec.template, spec.params, project_id, receipt, recheck)

    def explain(error: NodanaError) -> None:
        app_spec.explain_refusal(error, spec.template, _place(receipt, context.options.get("project")))

    app = perform(context, receipt, report, spec.params, Request(send, list_apps, explain))
    return PendingApp(app, made_at=context.clock.monotonic())


@dataclass(frozen=True)
class Request:
    """The request of a creation. ``send`` sends it, and ``list_again`` lists what it may have made.

    ``explain`` adds to the error of a refused creation what was not created.
    """

    send: Callable[[Recheck], Record]
    list_again: app_recovery.ListApps
    explain: Callable[[NodanaError], None]


def perform(context: ModuleContext, receipt: Receipt, report: AppReport, params: Record, request: Request) -> Record:
    """Send the request of a creation, hand its secrets over, and return and report what it created with ``params``.

    Raises AmbiguousOutcome if something may have been created, and Unreadable if its seed phrase did not arrive.
    """
    app, secrets = _send(context, receipt, request)
    receipt.end()
    handover.add(context.result, receipt, app, secrets, this_run=True, on_disk=receipt.is_on_disk())
    report.created(app, params)
    with contextlib.suppress(OSError):  # until it is settled, the receipt holds the same
        context.creations.note_app(receipt)
    context.creations.add_known_app(app["id"])
    if lacks_seed(receipt, secrets):
        raise handover.no_seed(context, app)
    return app


def _send(context: ModuleContext, receipt: Receipt, request: Request) -> tuple[Record, Record]:
    """Send the request and return what it created, and the secrets."""
    try:
        data = request.send(lambda: app_recovery.shows(receipt, request.list_again))
    except NodanaError as error:
        arrived = read_receipt(receipt) if isinstance(error, AmbiguousOutcome) else None
        if arrived is None:
            _conclude(context, receipt, error, request)
            raise
        return arrived  # the response was complete when the connection broke
    return split_response(receipt, data)


def _conclude(context: ModuleContext, receipt: Receipt, error: NodanaError, request: Request) -> None:
    """Remove the receipt of a refused creation, or find the result of one whose outcome is unknown.

    After a rate limit response, the receipt stays and the next run finds the result.
    """
    if isinstance(error, AmbiguousOutcome):
        try:
            app_recovery.explain(context, receipt, error, request.list_again)
        except NodanaError as second:
            what = "apps" if receipt.node_name is None else "nodes"
            error.message += f"; the {what} could not be listed: {second.message}"
    elif not isinstance(error, RateLimited):  # after it, the next run examines the receipt
        if error.code is not None:
            request.explain(error)
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
