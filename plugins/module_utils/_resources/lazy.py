# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of a task that changes something, or finds something wrong. Each is imported when it is used.

A module is compiled anew for every task, so what a task does not need costs it time. Most tasks change nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from .._client.status import is_ready
from .._context import ModuleContext
from .._protocol import PendingApp
from .app_report import AppReport
from .app_spec import AppSpec

Record = dict[str, Any]


def bring(context: ModuleContext, report: AppReport, app: Record, state: str) -> PendingApp | None:
    """Bring an app that exists to a state other than absent, and give what is to be waited for then."""
    if state == "present" and (context.check_mode or not context.options["wait"] or is_ready(app)):
        return None
    from . import app_readiness, app_run_state

    if state == "present":
        return app_readiness.to_await(context, report, app)
    return {"started": app_run_state.start, "stopped": app_run_state.stop, "restarted": app_run_state.restart}[state](
        context, report, app
    )


def check_secrets_destination(context: ModuleContext, template: str) -> None:
    """Refuse to create an app whose secrets have no place to go. Raises Invalid."""
    from .app_create import check_secrets_destination

    check_secrets_destination(context, template)


def create_app(
    context: ModuleContext, report: AppReport, spec: AppSpec, project_id: str | None, there: list[Record]
) -> PendingApp:
    """Make one app: see ``_create.create``."""
    from .app_create import create_app

    return create_app(context, report, spec, project_id, there)


def wait_for_apps(context: ModuleContext, report: AppReport, awaited: Collection[PendingApp | None]) -> None:
    """Wait for apps, or hand over that they are to be waited for."""
    if any(awaited):
        from .settle import wait_for_apps

        wait_for_apps(context, report, awaited)


def settle(context: ModuleContext) -> None:
    """Do what is left once the secrets are stored: see ``_finish.finish``."""
    from .settle import settle

    settle(context)


def recover_unfinished(
    context: ModuleContext,
    apps: list[Record],
    creating: Collection[str] = (),
    project_id: str | None = None,
    look: Callable[[], list[Record]] = list,
) -> None:
    """See to what earlier runs left behind, before an app is created or taken for fine.

    ``creating`` are the templates of which apps may be created now, in the project or, if None, anywhere; see
    ``_leftovers.examine``. Raises Conflict for an app among ``apps`` whose secrets are lost.
    """
    if not context.creations.has_left():
        return
    from . import app_recovery

    app_recovery.hand_over(context)
    if creating and not context.check_mode:
        apps = app_recovery.examine(context, creating, apps, project_id, look)
    app_recovery.fail_on_lost_secrets(context, apps)


def report_unfinished(context: ModuleContext, apps: list[Record]) -> None:
    """Warn of what earlier runs left behind, for a task that only reads."""
    if not context.creations.has_left():
        return
    from . import app_recovery

    app_recovery.hand_over(context)
    app_recovery.tell_unresolved(context)
    app_recovery.fail_on_lost_secrets(context, apps)
