# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of a task that takes several. After a failure they tell what was done and what was not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from ansible_collections.nodana.cloud.plugins.module_utils._errors import NodanaError
from ansible_collections.nodana.cloud.plugins.module_utils._task import Outcome


@dataclass(frozen=True)
class Step:
    """One step: ``what`` it is for people, and how to ``do`` it.

    Doing it gives the id of what it made or changed, an empty text where that is not known (yet), and None when there
    was nothing to do.
    """

    what: str
    do: Callable[[], str | None]


class Steps:
    """Steps in their order. The result has what was ``done``, and after a failure what was ``not_done``."""

    def __init__(self, outcome: Outcome) -> None:
        self._done: list[str] = []
        self._left: list[Step] = []
        outcome.result["done"] = self._done
        self._not_done: list[str] = []
        outcome.result["not_done"] = self._not_done

    def plan(self, *steps: Step) -> None:
        """Add steps to the end."""
        self._left += steps

    def run(self, number: int | None = None) -> None:
        """Do the next so many steps, or all that are left. Raises what a step raises, with what was done before."""
        for step in self._left[:number]:
            try:
                made = step.do()
            except Exception as error:  # also of a defect it is told how far it came
                self._not_done += [left.what for left in self._left]
                if isinstance(error, NodanaError):
                    error.message += self._where_it_stands()
                raise
            self._left.pop(0)
            if made is not None:
                self._done.append(f"{step.what}: {made}" if made else step.what)

    def _where_it_stands(self) -> str:
        done = f"done before that: {', '.join(self._done)}" if self._done else "nothing was done before that"
        times = Counter(self._not_done)
        left = ", ".join(what if number == 1 else f"{what} ({number} times)" for what, number in times.items())
        return f"; {done}; not done: {left}"
