# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of a task that changes something, or finds something wrong. Each is imported when it is used.

A module is compiled anew for every task, so what a task does not need costs it time. Most tasks change nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils import _status
from ansible_collections.nodana.cloud.plugins.module_utils._app_report import AppReport
from ansible_collections.nodana.cloud.plugins.module_utils._awaited import Awaited
from ansible_collections.nodana.cloud.plugins.module_utils._task import Task
from ansible_collections.nodana.cloud.plugins.module_utils._want import Want

Record = dict[str, Any]


def bring(task: Task, report: AppReport, app: Record, state: str) -> Awaited | None:
    """Bring an app that exists to a state other than absent, and give what is to be waited for then."""
    if state == "present" and (task.check or not task.options["wait"] or _status.is_ready(app)):
        return None
    from ansible_collections.nodana.cloud.plugins.module_utils import _ready, _running

    if state == "present":
        return _ready.to_await(task, report, app)
    return {"started": _running.start, "stopped": _running.stop, "restarted": _running.restart}[state](
        task, report, app
    )


def check_place(task: Task, template: str) -> None:
    """Refuse to create an app whose secrets have no place to go. Raises Invalid."""
    from ansible_collections.nodana.cloud.plugins.module_utils import _create

    _create.check_place(task, template)


def create(task: Task, report: AppReport, want: Want, project_id: str | None, there: list[Record]) -> Awaited:
    """Make one app: see ``_create.create``."""
    from ansible_collections.nodana.cloud.plugins.module_utils import _create

    return _create.create(task, report, want, project_id, there)


def wait_for(task: Task, report: AppReport, awaited: Collection[Awaited | None]) -> None:
    """Wait for apps, or hand over that they are to be waited for."""
    if any(awaited):
        from ansible_collections.nodana.cloud.plugins.module_utils import _finish

        _finish.wait_for(task, report, awaited)


def finish(task: Task) -> None:
    """Do what is left once the secrets are stored: see ``_finish.finish``."""
    from ansible_collections.nodana.cloud.plugins.module_utils import _finish

    _finish.finish(task)


def mind_leftovers(
    task: Task,
    apps: list[Record],
    creating: Collection[str] = (),
    project_id: str | None = None,
    look: Callable[[], list[Record]] = list,
) -> None:
    """See to what earlier runs left behind, before an app is created or taken for fine.

    ``creating`` are the templates of which apps may be created now, in the project or, if None, anywhere; see
    ``_leftovers.examine``. Raises Conflict for an app among ``apps`` whose secrets are lost.
    """
    if not task.creations.has_left():
        return
    from ansible_collections.nodana.cloud.plugins.module_utils import _leftovers

    _leftovers.hand_over(task)
    if creating and not task.check:
        apps = _leftovers.examine(task, creating, apps, project_id, look)
    _leftovers.refuse_lost(task, apps)


def tell_leftovers(task: Task, apps: list[Record]) -> None:
    """Warn of what earlier runs left behind, for a task that only reads."""
    if not task.creations.has_left():
        return
    from ansible_collections.nodana.cloud.plugins.module_utils import _leftovers

    _leftovers.hand_over(task)
    _leftovers.tell_unresolved(task)
    _leftovers.refuse_lost(task, apps)
