# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stdout callback for the demo that prints one line per task."""

from __future__ import annotations

import time
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: brief
type: stdout
short_description: one line a task
description:
  - Prints what became of each task, what it is called and how long it took.
"""


class CallbackModule(CallbackBase):
    """Prints one line for each result, with the error message of a failure."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "brief"

    def v2_playbook_on_task_start(self, *_task: Any, **_details: Any) -> None:
        """Record the start time of the task."""
        self._began = time.monotonic()

    def v2_runner_on_ok(self, result: Any) -> None:
        """Print the result of a task without a loop. The results of a loop come one by one."""
        task = result._task
        if task.action in ("ansible.builtin.include_tasks", "ansible.builtin.set_fact") or task.loop is not None:
            return
        self._line("changed" if result._result.get("changed") else "ok", _name(task))
        if task.action == "ansible.builtin.debug":
            self._display.display(f"             {result._result.get('msg')}")

    def v2_runner_item_on_ok(self, result: Any) -> None:
        """Print the result of one loop item."""
        if result._task.action == "ansible.builtin.debug":
            self._display.display(f"           {result._result.get('msg')}")
        elif result._task.action != "ansible.builtin.include_tasks":
            label = result._result.get("_ansible_item_label")  # missing if no_log hides it
            name = f"{_name(result._task)}: {label}" if label else _name(result._task)
            self._line("changed" if result._result.get("changed") else "ok", name)

    def v2_runner_on_failed(self, result: Any, **_details: Any) -> None:
        """Print a failed task and its message."""
        self._line("FAILED", f"{_name(result._task)}: {result._result.get('msg')}")

    def v2_runner_item_on_failed(self, result: Any) -> None:
        """Print a failed loop item and its message."""
        self.v2_runner_on_failed(result)

    def v2_playbook_on_stats(self, stats: Any) -> None:
        """Print the totals of each host."""
        for host in sorted(stats.processed):
            sums = stats.summarize(host)
            self._display.display(f"  ok={sums['ok']} changed={sums['changed']} failed={sums['failures']}")

    def _line(self, word: str, name: str) -> None:
        self._display.display(f"  {word:8} {name} ({time.monotonic() - self._began:.1f} s)")


def _name(task: Any) -> str:
    """Return the name of a task without the name of its role."""
    return str(task.name or task.action)
