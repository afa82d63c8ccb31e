# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a creation: waiting, but only after the secrets are where they shall stay.

With secrets_dir the controller stores them, and calls the module again with what is left to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._client import records
from .._context import Task
from .._protocol import READY, STOPPED, Awaited
from . import app_readiness, app_run_state
from .app_report import AppReport

Record = dict[str, Any]


def wait_for_apps(task: Task, report: AppReport, awaited: Iterable[Awaited | None]) -> None:
    """Wait for apps, or hand over that they are to be waited for."""
    apps = [one for one in awaited if one is not None]
    if not task.options["wait"]:
        return
    if task.check:
        task.outcome.foreseen += _fewest_looks(apps)
        return
    if task.options["secrets_dir"] and task.outcome.handover["receipts"]:
        task.outcome.handover["await"] = [one.to_json() for one in apps]
        return
    for app in _all(task, apps):
        report.read_again(app)


def settle(task: Task) -> None:
    """Forget the receipts that are settled and wait for apps: ``_settled: {receipts: [path], await: [Awaited]}``."""
    settled = task.options["_settled"]
    task.creations.settle(settled.get("receipts") or [])
    awaited = [Awaited(**{**one, "app": records.app(one["app"])}) for one in settled.get("await") or []]
    if awaited:
        task.outcome.result["apps"] = _all(task, awaited)


def _fewest_looks(awaited: list[Awaited]) -> int:
    """Return how many requests ``_all`` sends if each first look sees what is awaited."""
    together = {one.until == STOPPED for one in awaited}  # one look at all that are down, one at all others
    return len([one for one in awaited if one.until != READY]) + len(together)


def _all(task: Task, awaited: list[Awaited]) -> list[Record]:
    """Wait for all apps, and give them as they are then."""
    running = {
        one.app["id"]: app_run_state.wait_until(task, one.app, one.until) for one in awaited if one.until != READY
    }
    up = [one for one in awaited if one.until != STOPPED]
    down = [one.app for one in awaited if one.until == STOPPED]
    apps = [*(app_readiness.until_ready(task, up) if up else []), *app_readiness.seen(task, down)]
    return [{**app, "running": running.get(app["id"])} for app in apps]
