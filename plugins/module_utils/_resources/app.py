# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find apps and bring them to the wanted state.

An app has no name. It is identified by its id, or by project and template, where exactly one app must match. If several
match, none is picked.

Most runs change nothing, and Ansible compiles a module again for every task. So modules that are only needed for a
change or a recovery are imported in the functions that use them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from .._client.api import list_services
from .._client.status import is_ready, running_by_status, running_state
from .._context import ModuleContext
from .._errors import Invalid, MissingRoute, NotFound
from .._protocol import STATES_THAT_CREATE, PendingApp, Record
from .app_lookup import Found, find_apps, find_by_id, not_found, refuse_several
from .app_report import AppReport
from .app_spec import AppSpec, check_name
from .project import create_project, looks_like_id

if TYPE_CHECKING:
    from .._local.receipts import Receipt

NO_SERVICES = "This API has no services, so gather_services adds none, and only an app's status tells whether it runs."


def ensure_app(context: ModuleContext) -> None:
    """Bring the identified app, or at least ``count`` apps, to the wanted state, for the module ``nodana_app``."""
    options = context.options
    spec = _checked(options)
    calls = context.api.traffic.calls
    report = AppReport(context.result, many=options["count"] is not None)
    with _one_at_a_time(context, spec):
        found = find_apps(context.catalog, options)
        if options["count"] is None:
            refuse_several(found.apps, options)
        for app in found.apps:
            report.found(app)
        _recover(context, found, spec)
        made = [] if options["state"] == "absent" else _make_missing(context, report, found, spec)
    wait_for_pending(context, report, [*(_bring_existing(context, report, app) for app in found.apps), *made])
    context.report_requests(calls)


def gather_apps(context: ModuleContext) -> None:
    """List apps, for the module ``nodana_app_info``."""
    options = context.options
    found = find_apps(context.api, options)
    if options["project"] is not None and found.project is None:
        context.result.warnings.append(f"The project {options['project']} does not exist, so no apps are listed.")
        context.result.values["projects"] = found.projects
    apps = found.apps
    if options["status"] is not None:
        apps = [app for app in apps if app["status"] == options["status"]]
    if options["gather_services"]:
        apps = [_with_services(context, app) for app in apps]
    if context.creations.has_left():
        from .app_recovery import report_unfinished

        report_unfinished(context, apps)
    context.result.values["apps"] = apps


def _with_services(context: ModuleContext, app: Record) -> Record:
    """Return the app with its services, or with none and one warning if the API has no services."""
    try:
        services = list_services(context.api, app["id"])
    except MissingRoute:
        if NO_SERVICES not in context.result.warnings:
            context.result.warnings.append(NO_SERVICES)
        return {**app, "running": running_by_status(app), "services": []}
    return {**app, "running": running_state(services), "services": services}


def _checked(options: Record) -> AppSpec | None:
    """Return the app spec of valid options, or None if an app is identified by its id. Raises Invalid."""
    check_name(options["project"], "project")
    if options["count"] is not None and options["state"] not in STATES_THAT_CREATE:
        raise Invalid(f"count requires state {' or '.join(STATES_THAT_CREATE)}, not {options['state']}")
    if options["id"] is not None:
        return None
    count = 1 if options["count"] is None else options["count"]
    spec = AppSpec(options["template"], options["params"] or {}, count, options["state"])
    spec.validate()
    return spec


def _one_at_a_time(context: ModuleContext, spec: AppSpec | None) -> AbstractContextManager[None]:
    """Return the creation lock, or a context manager that does nothing if this run creates nothing.

    Under the lock, no other process with this key creates an app between our lookup and our creation.
    """
    if context.check_mode or spec is None or not spec.creates:
        return contextlib.nullcontext()
    return context.creations.one_at_a_time(f"creating {spec.template} apps")


def _recover(context: ModuleContext, found: Found, spec: AppSpec | None) -> None:
    """Recover unfinished creations of earlier runs, before an app is created or reported as ok."""
    options = context.options
    creating = [spec.template] if spec and spec.creates and (found.project or options["project"] is None) else []
    project_id = found.project["id"] if found.project else None

    def uses(app: Record) -> bool:
        return options["template"] in (None, app["template"])

    def list_again() -> list[Record]:
        return find_apps(context.catalog, options).all_apps

    recover_unfinished(context, found.all_apps, creating, project_id, list_again, uses)


def _make_missing(context: ModuleContext, report: AppReport, found: Found, spec: AppSpec | None) -> list[PendingApp]:
    options = context.options
    missing = (spec.count if spec else 1) - len(found.apps)
    if missing <= 0:
        return []
    is_name = options["project"] and not looks_like_id(options["project"])
    has_place = options["project"] is None or found.project or (options["create_project"] and is_name)
    if spec is None or not spec.creates or not has_place:
        raise not_found(found, options)
    from .app_create import check_secrets_destination, create_app

    check_secrets_destination(context, spec.template)
    project_id = _place(context, found)
    made: list[PendingApp] = []
    for _number in range(missing):
        made.append(create_app(context, report, spec, project_id, [*found.all_apps, *(one.app for one in made)]))
        if not context.check_mode:
            context.progress(f"created {len(made)} of {missing} apps")
    return made


def _place(context: ModuleContext, found: Found) -> str | None:
    """Return the id of the project for new apps, which is created if it is missing.

    The id is None if the API creates a project for the app, and in check mode for a missing project.
    """
    if found.project is not None:
        return found.project["id"]
    if context.options["project"] is None:
        return None
    if context.check_mode:
        context.result.foreseen += 1
        return None
    project_id: str = create_project(context, context.options["project"], found.projects)["id"]
    context.result.changed = True
    return project_id


def delete_app(context: ModuleContext, report: AppReport, app: Record) -> None:
    """Delete an app; an app that no longer exists is not an error.

    Raises what ``confirm_deletion`` raises.
    """
    context.write(_delete, context, app)
    report.deleted(app)


def _delete(context: ModuleContext, app: Record) -> None:
    try:
        context.api.delete_app(app["id"])
    except NotFound as error:
        from .deletion import confirm_deletion  # rarely needed

        confirm_deletion(error, f"the app {app['id']}", lambda: find_by_id(context.catalog, app["id"]))
    context.creations.forget(app["id"])


def _bring_existing(context: ModuleContext, report: AppReport, app: Record) -> PendingApp | None:
    """Bring an existing app to the wanted state. Return what to wait for, or None."""
    if context.options["state"] == "absent":
        delete_app(context, report, app)
        return None
    return bring_app(context, report, app, context.options["state"])


def bring_app(context: ModuleContext, report: AppReport, app: Record, state: str) -> PendingApp | None:
    """Bring an existing app to a state other than absent. Return what to wait for, or None."""
    if state == "present" and (context.check_mode or not context.options["wait"] or is_ready(app)):
        return None
    from .app_run_state import bring

    return bring(context, report, app, state)


def wait_for_pending(context: ModuleContext, report: AppReport, pending: Iterable[PendingApp | None]) -> None:
    """Wait for the pending apps, if any. Raises what ``settle.wait_for_apps`` raises."""
    apps = [one for one in pending if one is not None]
    if apps:
        from .settle import wait_for_apps

        wait_for_apps(context, report, apps)


def recover_unfinished(
    context: ModuleContext,
    apps: list[Record],
    creating: Collection[str] = (),
    project_id: str | None = None,
    list_again: Callable[[], list[Record]] = list,
    uses: Callable[[Record], bool] = lambda _app: True,
) -> None:
    """Recover unfinished creations of earlier runs, before an app is created or used.

    A killed run may have left a receipt with secrets that are not stored, or an app that no run knows of and that is
    billed. ``creating`` are the templates of apps that this run may create, in the project with ``project_id`` or, if
    that is None, in any project. ``list_again`` lists the apps, and ``uses`` says which of them this run uses, see
    ``app_recovery.recover``.
    Raises Conflict for an app among ``apps`` whose secrets are lost.
    """

    def concerns(receipt: Receipt) -> bool:
        return receipt.template in creating and (project_id is None or receipt.project_id == project_id)

    if context.creations.has_left():
        from .app_recovery import recover

        recover(context, concerns, apps, list_again, uses)
