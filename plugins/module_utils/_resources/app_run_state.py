# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start, stop and restart apps. Only the services of an app show whether it runs."""

from __future__ import annotations

from .. import _polling
from .._client.api import list_services
from .._client.status import is_ready, is_running, is_stopped, is_up, running_state
from .._context import ModuleContext
from .._errors import Conflict, NodanaError, WaitTimeout
from .._protocol import STARTED, STOPPED, PendingApp, Record
from . import app_readiness
from .app_report import AppReport


def bring(context: ModuleContext, report: AppReport, app: Record, state: str) -> PendingApp | None:
    """Bring an app to a state other than absent. Return what to wait for, or None."""
    action = {"present": app_readiness.await_start, "started": start, "stopped": stop, "restarted": restart}[state]
    return action(context, report, app)


def start(context: ModuleContext, report: AppReport, app: Record) -> PendingApp | None:
    """Start the app unless all its services run or are about to. Return what to wait for, or None."""
    services, app = _seen(context, report, app)
    if not all(is_up(service) for service in services):
        context.write(context.api.start_app, app["id"])
        report.changed(_started(context, app), was=_word(services), now="started")
    elif all(is_running(service) for service in services) and is_ready(app):
        return None
    return PendingApp(app, STARTED)


def stop(context: ModuleContext, report: AppReport, app: Record) -> PendingApp | None:
    """Stop the app if a service runs or is about to. Return what to wait for, or None."""
    services, app = _seen(context, report, app)
    if any(is_up(service) for service in services):
        context.write(context.api.stop_app, app["id"])
        report.changed(_stopped(context, app), was=_word(services), now="stopped")
    elif all(is_stopped(service) for service in services):
        return None
    return PendingApp(app, STOPPED)


def restart(context: ModuleContext, report: AppReport, app: Record) -> PendingApp | None:
    """Stop the app, wait until it is stopped, and start it again. Return what to wait for."""
    services, app = _seen(context, report, app)
    context.write(context.api.stop_app, app["id"])
    report.changed(_started(context, app), was=_word(services), now="started")
    if context.check_mode:
        context.result.foreseen += 2  # the poll that finds it stopped, and the start
        return PendingApp(app, STARTED)
    try:
        wait_until(context, app, STOPPED)
        context.api.start_app(app["id"])
    except NodanaError as error:
        error.message += f"; {app['id']} was requested to stop, but not yet to start again"
        error.advice = "Run the task again, or start the app with state: started."
        raise
    return PendingApp(app, STARTED)


def wait_until(context: ModuleContext, app: Record, state: str) -> bool | None:
    """Wait until all services of the app are started or stopped, and return whether the app runs.

    Raises WaitTimeout.
    """
    rule = {STARTED: is_running, STOPPED: is_stopped}[state]
    seen: list[Record] = []

    def read() -> list[Record]:
        seen[:] = list_services(context.api, app["id"])
        return seen

    try:
        _polling.poll(
            read,
            lambda services: all(rule(service) for service in services),
            event=f"{app['id']} ({app['template']}) to be {state}",
            timeout=context.options["wait_timeout"],
            every=context.poll_interval,
            clock=context.clock,
        )
    except WaitTimeout as timeout:
        statuses = ", ".join(f"{service['service']} {service['status']}" for service in seen)
        timeout.message += f"; last status: {statuses}"
        raise
    return running_state(seen)


def _seen(context: ModuleContext, report: AppReport, app: Record) -> tuple[list[Record], Record]:
    """Return the services, and the app with its ``running`` set from them. Raises Conflict if it has no services."""
    services = _known_services(context, app)
    app = {**app, "running": running_state(services)}
    report.read_again(app)
    return services, app


def _known_services(context: ModuleContext, app: Record) -> list[Record]:
    """List the services. If there are none, wait until the app is ready, because a new app lists them only then.

    Raises Conflict if the app has no services.
    """
    services = list_services(context.api, app["id"])
    has_secrets = bool(context.result.secrets)  # secrets are stored before any wait
    if not services and context.options["wait"] and not context.check_mode and not has_secrets:
        app_readiness.until_ready(context, [PendingApp(app)])
        services = list_services(context.api, app["id"])
    if not services:
        raise Conflict(
            f"{app['id']} ({app['template']}) has no services, so it is unknown whether it runs",
            advice="A new app has services as soon as it is ready. Run the task again then.",
        )
    return services


def _started(context: ModuleContext, app: Record) -> Record:
    """Return the record of an app after its start request, or in check mode the record after the wait."""
    waits = context.check_mode and context.options["wait"]
    return {**app, "status": "available", "running": True} if waits else {**app, "running": None}


def _stopped(context: ModuleContext, app: Record) -> Record:
    return {**app, "running": False if context.check_mode and context.options["wait"] else None}


def _word(services: list[Record]) -> str:
    if all(is_up(service) for service in services):
        return "started"
    return "partly started" if any(is_up(service) for service in services) else "stopped"
