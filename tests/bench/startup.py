# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the CPU time of a task that changes nothing, and compare it with a task of ansible.builtin.uri."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..simulator.handle import Simulator
from . import plot
from .controller import Controller
from .report import Goal, Report, Row, number

Record = dict[str, Any]
Pair = tuple[float, float]
"""The CPU times of a task of uri and of a task of this collection right after it, in seconds."""

TITLE = "CPU time of a task"
ABOUT = """\
Ansible starts a Python process for each task. A task that changes nothing is compared with a task of
``ansible.builtin.uri`` that sends one request. The figure includes the controller's share: it is the difference
between playbooks with nine tasks and with one task, divided by eight, without a rate limit. Each task is measured
right after one of ``uri``, because the speed of a machine changes. Of several such pairs, that
with the median difference is shown.
"""
TASKS, ROUNDS = 8, 7
ALLOWED = 1.2
URI = "ansible.builtin.uri"


def measure() -> Report:
    """Run playbooks with one task and with more tasks. The difference excludes the start of Ansible itself."""
    with tempfile.TemporaryDirectory() as name, Simulator(rate_interval=0, startup_delay=0) as simulator:
        simulator.fill(1, 1)
        controller = Controller(Path(name), simulator)
        kinds = tasks(simulator, controller.folder)
        requests = {
            kind: controller.play(controller.written("warm", task), {}).requests for kind, task in kinds.items()
        }
        pairs = {
            kind: middle([(per_task(controller, kinds[URI]), per_task(controller, task)) for _round in range(ROUNDS)])
            for kind, task in kinds.items()
            if kind != URI
        }
    rows = [
        (kind, str(requests[kind]), f"{1000 * busy:.0f} ms", f"{1000 * uri:.0f} ms", f"{100 * (busy / uri - 1):+.0f} %")
        for kind, (uri, busy) in pairs.items()
    ]
    return Report([("Task", "Requests", "CPU", "uri", "Difference"), *rows], goals(pairs))


def per_task(controller: Controller, task: Record) -> float:
    """Return the CPU time of a task in seconds, for the controller and the module together."""
    alone, together = (
        controller.play(controller.written(f"tasks-{times}", *[task] * times), {}).run.busy for times in (1, 1 + TASKS)
    )
    return (together - alone) / TASKS


def middle(pairs: Sequence[Pair]) -> Pair:
    """Return the pair with the median ratio."""
    return sorted(pairs, key=lambda pair: pair[1] / pair[0])[len(pairs) // 2]


def tasks(simulator: Simulator, folder: Path) -> dict[str, Record]:
    """Return tasks by name. Each reads the only app or project and changes nothing."""
    account = simulator.account()
    app, project = account["apps"][0], account["projects"][0]
    token = base64.b64encode(f":{simulator.key}".encode()).decode()
    request = {"url": f"{simulator.url}/apps/{app['id']}", "headers": {"Authorization": f"Basic {token}"}}
    phoenixd = {"template": app["template"]}
    kinds: dict[str, tuple[str, Record]] = {
        "nodana_project": ("nodana_project", {"name": project["name"]}),
        "nodana_app, by app id": ("nodana_app", {"id": app["id"]}),
        "nodana_app, by project": ("nodana_app", {"project": project["name"], **phoenixd}),
        "nodana_stack": ("nodana_stack", {"project": project["name"], "apps": [phoenixd]}),
    }
    ours = {
        kind: {
            f"nodana.cloud.{module}": {
                **options,
                "request_interval": 0,
                **({} if module == "nodana_project" else {"secrets_dir": str(folder / "secrets")}),
            }
        }
        for kind, (module, options) in kinds.items()
    }
    return {URI: {URI: {**request, "return_content": True}}, **ours}


def goals(pairs: dict[str, Pair]) -> list[Goal]:
    """Return the goals: no task takes more than 20 % longer than a task of uri."""
    return [
        Goal(f"{kind}: CPU of a task, compared with {URI}", 100 * busy / uri, 100 * ALLOWED, " %")
        for kind, (uri, busy) in pairs.items()
    ]


def plots(rows: Sequence[Row]) -> dict[str, str]:
    """Return the plot of these table rows by name."""
    groups = [(task, [("task", number(busy)), ("uri", number(uri))]) for task, _requests, busy, uri, _more in rows]
    return {"startup": plot.bars("CPU time of a task that changes nothing", groups, " ms")}
