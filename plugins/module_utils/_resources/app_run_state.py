# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start, stop and restart apps."""

from __future__ import annotations

from .. import _polling
from .._client.status import is_changing, is_ready, is_up
from .._context import ModuleContext
from .._errors import Conflict, MissingRoute, NodanaError, WaitTimeout
from .._protocol import READY, STARTED, STOPPED, PendingApp, Record
from . import app_readiness, run_state
from .app_report import AppReport
from .run_state import RunState


def bring(context: ModuleContext, report: AppReport, app: Record, state: str) -> PendingApp | None:
    """Bring an app to a state other than absent. Return what to wait for, or None."""
    if state == "latest":
        from .app_update import update

        return update(context, report, app)
    action = {"present": app_readiness.await_start, "started": start, "stopped": stop, "restarted": restart}[state]
    return action(context, report, app)


def start(context: ModuleContext, report: AppReport, app: Record) -> PendingApp | None:
    """Start the app unless all of it runs or is about to. Return what to wait for, or None.

    Without a wait, an app that is starting is left alone: it may have no services yet that tell more.
    """
    if is_changing(app) and is_up(app) and (context.check_mode or not context.options["wait"]):
        return PendingApp(app)
    seen, app = _seen(context, report, app)
    if not seen.is_up:
        context.write(context.api.start_app, app["id"])
        report.changed(_started(context, app), was=seen.word, now="started")
    elif seen.has_reached(STARTED) and is_ready(app):
        return None
    return _up_again(seen, app)


def stop(context: ModuleContext, report: AppReport, app: Record) -> PendingApp | None:
    """Stop the app if a part of it runs, is about to run, or may run. Return what to wait for, or None."""
    seen, app = _seen(context, report, app)
    if seen.may_be_up:
        context.write(context.api.stop_app, app["id"])
        report.changed(_stopped(context, app), was=seen.word, now="stopped")
    elif seen.has_reached(STOPPED):
        return None
    return PendingApp(app, STOPPED)


def restart(context: ModuleContext, report: AppReport, app: Record) -> PendingApp | None:
    """Restart the app. Return what to wait for.

    An API without services has a request for that. Otherwise stop the app, wait until it is stopped, and start it.
    """
    seen, app = _seen(context, report, app)
    if seen.services is None:
        try:
            context.write(context.api.restart_app, app["id"])
            report.changed(_started(context, app), was=seen.word, now="started")
            return _up_again(seen, app)
        except MissingRoute:
            pass  # the refusal proves that the app was not restarted
    context.write(context.api.stop_app, app["id"])
    report.changed(_started(context, app), was=seen.word, now="started")
    if context.check_mode:
        context.result.foreseen += 2  # the poll that finds it stopped, and the start
        return _up_again(seen, app)
    try:
        wait_until(context, app, STOPPED)
        context.api.start_app(app["id"])
    except NodanaError as error:
        error.message += f"; {app['id']} was requested to stop, but not yet to start again"
        error.advice = "Run the task again, or start the app with state: started."
        raise
    return _up_again(seen, app)


def wait_until(context: ModuleContext, app: Record, state: str) -> bool | None:
    """Wait until the app is started or stopped, and return whether it runs. Raises WaitTimeout."""
    seen = RunState(app)

    def read() -> RunState:
        nonlocal seen
        seen = run_state.read_again(context, app)
        return seen

    try:
        _polling.poll(
            read,
            lambda now: now.has_reached(state),
            event=f"{app['id']} ({app['template']}) to be {state}",
            timeout=context.options["wait_timeout"],
            every=context.poll_interval,
            waiting=lambda seconds: context.progress(
                f"waiting for {app['id']} ({app['template']}) to be {state}, {seconds:.0f} s: {seen.statuses}"
            ),
            clock=context.clock,
        )
    except WaitTimeout as timeout:
        timeout.message += f"; last status: {seen.statuses}"
        raise
    return seen.running


def _up_again(seen: RunState, app: Record) -> PendingApp:
    """Return the wait for an app that was started: for its services if there are any, and for the app itself."""
    return PendingApp(app, READY if seen.services is None else STARTED)


def _seen(context: ModuleContext, report: AppReport, app: Record) -> tuple[RunState, Record]:
    """Return the run state, and the app with its ``running`` set. Raises Conflict if it has no services yet."""
    seen = _known_state(context, app)
    app = {**app, "running": seen.running}
    report.read_again(app)
    return seen, app


def _known_state(context: ModuleContext, app: Record) -> RunState:
    """Read the run state. If the app has no services, wait until it is ready, because a new app lists them only then.

    Raises Conflict if the app has no services on an API that has services.
    """
    seen = run_state.of(context, app)
    has_secrets = bool(context.result.secrets)  # secrets are stored before any wait
    if seen.services == [] and context.options["wait"] and not context.check_mode and not has_secrets:
        app_readiness.until_ready(context, [PendingApp(app)])
        seen = run_state.of(context, app)
    if seen.services == []:
        raise Conflict(
            f"{app['id']} ({app['template']}) has no services, so it is unknown whether it runs",
            advice="A new app has services as soon as it is ready. Run the task again then.",
        )
    return seen


def _started(context: ModuleContext, app: Record) -> Record:
    """Return the record of an app after its start request, or in check mode the record after the wait."""
    waits = context.check_mode and context.options["wait"]
    return {**app, "status": "available", "running": True} if waits else {**app, "running": None}


def _stopped(context: ModuleContext, app: Record) -> Record:
    return {**app, "running": False if context.check_mode and context.options["wait"] else None}
