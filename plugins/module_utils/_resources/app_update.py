# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Update apps to their newest version."""

from __future__ import annotations

from .._client.status import running_state
from .._context import ModuleContext
from .._protocol import READY, PendingApp, Record
from . import run_state, update_notes
from .app_report import AppReport
from .service import update_service


def update(context: ModuleContext, report: AppReport, app: Record) -> PendingApp | None:
    """Update the app, or each of its services where the API has services. Return what to wait for, or None.

    Only an update tells whether there is a newer version, so check mode cannot know it.
    """
    services = run_state.of(context, app).services
    version = app.get("version") if services is None else _own(app, services)
    context.result.values.update(previous_version=version, version=version, image=None)
    note = update_notes.warning(app["template"], f"{app['id']} ({app['template']})", version)
    context.result.warnings += [note] if note else []
    if context.check_mode:
        context.result.warnings.append(
            f"Check mode cannot predict whether an update changes {app['id']} ({app['template']}): the API does not "
            f"show whether a version newer than {version or 'the current one'} exists."
        )
        return None
    if services is None:
        return _update_app(context, report, app)
    _update_services(context, report, app, services)
    return None


def _update_app(context: ModuleContext, report: AppReport, app: Record) -> PendingApp:
    """Update an app as a whole and return the wait for it.

    If the API does not show the version before, it is not known whether the update changes anything. Then it counts as
    a change.
    """
    response = context.api.update_app(app["id"])
    before, after = app.get("version"), response.get("version")
    context.result.values.update(version=after, image=response.get("image"))
    if before is None or before != after:
        report.changed(app, was=before, now=after, what="version")
    return PendingApp(app, READY)


def _update_services(context: ModuleContext, report: AppReport, app: Record, services: list[Record]) -> None:
    """Update the services one after the other, so that a failure reports those before it."""
    before = _versions(services)
    for number, service in enumerate(services):
        services[number] = update_service(context, service)
        app = {**app, "running": running_state(services)}
        context.result.values["version"] = _own(app, services)
        if _versions(services) != before:
            report.changed(app, was=before, now=_versions(services), what="versions")


def _versions(services: list[Record]) -> Record:
    return {service["service"]: service["version"] for service in services}


def _own(app: Record, services: list[Record]) -> str | None:
    """Return the version of the only service, or of the service that is named as the template, or None."""
    own = [service for service in services if len(services) == 1 or service["service"] == app["template"]]
    return own[0]["version"] if own else None
