# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finish creations: remove their receipts and wait for the apps, but only after the secrets are stored.

A wait may fail or be killed, and one-time secrets must not be lost with it. With ``secrets_dir``, the controller stores
the secrets and runs the module again to do the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .._client import records
from .._context import ModuleContext
from .._protocol import READY, STOPPED, PendingApp, Record, Settlement
from . import app_readiness, app_run_state
from .app_report import AppReport


def wait_for_apps(context: ModuleContext, report: AppReport, pending: Iterable[PendingApp | None]) -> None:
    """Wait for apps, or hand them over to the next run of the module if secrets must be stored first.

    In check mode, only count the requests of the wait.
    Raises what ``app_run_state.wait_until`` and ``app_readiness.until_ready`` raise.
    """
    apps = [one for one in pending if one is not None]
    if not context.options["wait"]:
        return
    if context.check_mode:
        context.result.foreseen += _minimum_requests(apps)
        return
    if context.options["secrets_dir"] and context.result.secrets:
        context.result.pending += apps
        return
    for app in _wait(context, apps):
        report.read_again(app)


def settle(context: ModuleContext, settlement: Settlement) -> None:
    """Remove the receipts whose secrets are stored and wait for apps.

    Raises StateUnavailable, and what ``wait_for_apps`` raises.
    """
    context.creations.settle(settlement.receipts)
    pending = [replace(one, app=records.app(one.app)) for one in settlement.pending]
    if pending:
        context.result.values["apps"] = _wait(context, pending)


def _minimum_requests(pending: list[PendingApp]) -> int:
    """Return the number of requests that ``_wait`` sends if each wait ends with its first poll."""
    together = {one.until == STOPPED for one in pending}  # one poll for all stopped apps, one for all others
    return len([one for one in pending if one.until != READY]) + len(together)


def _wait(context: ModuleContext, pending: list[PendingApp]) -> list[Record]:
    """Wait for all apps and return their current records."""
    running = {
        one.app["id"]: app_run_state.wait_until(context, one.app, one.until) for one in pending if one.until != READY
    }
    up = [one for one in pending if one.until != STOPPED]
    down = [one.app for one in pending if one.until == STOPPED]
    apps = [*(app_readiness.until_ready(context, up) if up else []), *app_readiness.seen(context, down)]
    return [{**app, "running": running.get(app["id"])} for app in apps]
