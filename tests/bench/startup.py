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

TITLE = "CPU time of a task"
ABOUT = """\
Ansible starts a Python process for each task. A task that changes nothing is compared with a task of
``ansible.builtin.uri`` that sends one request. The figure includes the controller's share: it is the difference
between playbooks with nine tasks and with one task, divided by eight, each the least of
several runs without a rate limit.
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
        rounds = [{kind: runs(controller, task) for kind, task in kinds.items()} for _round in range(ROUNDS)]
    busy = {kind: per_task([found[kind] for found in rounds]) for kind in kinds}
    rows = [
        (kind, str(requests[kind]), f"{1000 * seconds:.0f} ms", f"{100 * (seconds / busy[URI] - 1):+.0f} %")
        for kind, seconds in busy.items()
    ]
    return Report([("Task", "Requests", "CPU", f"Compared with {URI}"), *rows], goals(busy))


def runs(controller: Controller, task: Record) -> tuple[float, float]:
    """Return the CPU time of a playbook with one task, and of one with ``TASKS`` more, in seconds."""
    alone, together = (
        controller.play(controller.written(f"tasks-{times}", *[task] * times), {}).run.busy for times in (1, 1 + TASKS)
    )
    return alone, together


def per_task(rounds: Sequence[tuple[float, float]]) -> float:
    """Return the CPU time of one task in seconds, for the controller and the module together.

    The least of all rounds counts, because other work on the machine can only add to it.
    """
    alone, together = (min(times) for times in zip(*rounds))
    return (together - alone) / TASKS


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


def goals(busy: dict[str, float]) -> list[Goal]:
    """Return the goals: no task takes more than 20 % longer than a task of uri."""
    limit = 1000 * busy[URI] * ALLOWED
    return [
        Goal(f"{kind}: CPU of a task, {URI} + 20 %", 1000 * seconds, limit, " ms")
        for kind, seconds in busy.items()
        if kind != URI
    ]


def plots(rows: Sequence[Row]) -> dict[str, str]:
    """Return the plot of these table rows by name."""
    groups = [(task, [("CPU", number(busy))]) for task, _requests, busy, *_rest in rows]
    limit = next(number(row[2]) for row in rows if row[0] == URI) * ALLOWED
    groups.append((f"limit: {URI} + 20 %", [("CPU", limit)]))
    return {"startup": plot.bars("CPU time of a task that changes nothing", groups, " ms")}
