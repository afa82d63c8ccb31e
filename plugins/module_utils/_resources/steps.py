# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Do a plan step by step, and report what was done and what was not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple, NoReturn

from .._context import Result
from .._errors import (
    AmbiguousOutcome,
    Conflict,
    Forbidden,
    Invalid,
    NodanaError,
    NotFound,
    ServerFault,
    WaitTimeout,
)

_OF_ONE_STEP = (AmbiguousOutcome, Conflict, Forbidden, Invalid, NotFound, ServerFault, WaitTimeout)
"""Errors that concern one object. After any other, such as a refused key, the next step would fail as well."""


class Step(NamedTuple):
    """One step of a plan.

    ``what`` describes the step for messages, and ``do`` does it. ``do`` returns the id of the object that it created or
    changed, an empty text if that id is not known, or None if there was nothing to do.
    """

    what: str
    do: Callable[[], str | None]


class Steps:
    """A sequence of steps. It fills ``done`` in the result and, after a failure, ``not_done``."""

    def __init__(self, result: Result) -> None:
        self._done: list[str] = []
        self._left: list[Step] = []
        result.values["done"] = self._done
        self._not_done: list[str] = []
        result.values["not_done"] = self._not_done

    def plan(self, *steps: Step) -> None:
        """Add steps to the end."""
        self._left += steps

    def run(self, number: int | None = None, *, independent: bool = False) -> None:
        """Do the next ``number`` steps, or all that are left.

        If the steps are ``independent``, an error that concerns only one step does not stop the others.
        Raises what a step raises. The message of a NodanaError then also lists further errors, and the steps that were
        done and not done.
        """
        failures: list[NodanaError] = []
        for step in self._left[:number]:
            try:
                self._finish(step.do())
            except NodanaError as error:
                failures.append(error)
                if error.created:
                    self._finish(error.created)
                    break
                if not (independent and isinstance(error, _OF_ONE_STEP)):
                    break
                self._not_done.append(self._left.pop(0).what)
            except Exception:  # a defect must also report the steps that were done
                self._not_done += [left.what for left in self._left]
                raise
        if failures:
            self._fail(*failures)

    def _finish(self, made: str | None) -> None:
        what = self._left.pop(0).what
        if made is not None:
            self._done.append(f"{what}: {made}" if made else what)

    def _fail(self, first: NodanaError, *others: NodanaError) -> NoReturn:
        self._not_done += [left.what for left in self._left]
        first.message += "".join(f"; {error.request}: {error.message}" for error in others) + self._progress()
        raise first

    def _progress(self) -> str:
        done = (
            f"done before the failure: {', '.join(self._done)}" if self._done else "nothing was done before the failure"
        )
        if not self._not_done:
            return f"; {done}"
        times = Counter(self._not_done)
        left = ", ".join(what if number == 1 else f"{what} ({number} times)" for what, number in times.items())
        return f"; {done}; not done: {left}"
