# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a creation: waiting, but only after the secrets are where they shall stay.

With secrets_dir the controller stores them, and calls the module again with what is left to do.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils import _ready, _records
from ansible_collections.nodana.cloud.plugins.module_utils._app_report import AppReport
from ansible_collections.nodana.cloud.plugins.module_utils._task import Task

Record = dict[str, Any]


def wait_for(task: Task, report: AppReport, made: list[Record]) -> None:
    """Wait for the apps that were made, or hand over that they are to be waited for."""
    if not task.options["wait"] or not made:
        return
    if task.options["secrets_dir"]:
        task.outcome.handover["await"] = [app["id"] for app in made]
        return
    for app in _ready.until_ready(task, made, first=_ready.USUAL_START * task.look_every):
        report.read_again(app)


def finish(task: Task) -> None:
    """Forget the receipts that are settled and wait for apps: ``_settled: {receipts: [path], await: [id]}``."""
    settled = task.options["_settled"]
    task.creations.settle(settled.get("receipts") or [])
    apps = [_records.app({"id": app_id}) for app_id in settled.get("await") or []]
    if len(apps) > 1:
        project_id = _records.app(task.api.app(apps[0]["id"]))["project_id"]
        apps = [{**app, "project_id": project_id} for app in apps]
    if apps:
        task.outcome.result["apps"] = _ready.until_ready(task, apps, first=_ready.USUAL_START * task.look_every)
        if task.options["count"] is None:
            task.outcome.result["app"] = task.outcome.result.pop("apps")[0]
