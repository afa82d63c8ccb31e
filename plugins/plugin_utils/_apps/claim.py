# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Making an app ours that would belong to its first visitor. What is sent was stored before, and is sent as it was."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._errors import Conflict, NodanaError, WaitTimeout
from ansible_collections.nodana.cloud.plugins.module_utils._polling import Clock

from .client import Answer, App

Credentials = Mapping[str, Any]
PAUSE = 1.0  # seconds between two looks; some apps take one password a second


class SomebodyElses(NodanaError):
    """The app belongs to somebody whose credentials are not known here."""

    advice = (
        "WHOEVER OWNS IT CAN TAKE ITS MONEY. If that is you, give its credentials. If not, send nothing to it, "
        "delete it and create it anew."
    )


class State(Enum):
    """How an app is: it does not say yet, nobody owns it, it waits for its owner's password, it runs for its owner."""

    UNCLEAR = 0
    FREE = 1
    LOCKED = 2
    OPEN = 3


@dataclass(frozen=True)
class Reply:
    """What became of sending credentials. ``refused`` means that they are not the owner's."""

    done: bool
    answer: Answer
    refused: bool = False


@dataclass(frozen=True)
class Way:
    """How the apps of a template are claimed: each function asks the app once or twice and tells what came of it."""

    new: Callable[[Mapping[str, Any]], dict[str, str]]
    look: Callable[[App], tuple[State, Answer]]
    claim: Callable[[App, Credentials, str | None], Reply]
    prove: Callable[[App, Credentials], Reply]
    unlock: Callable[[App, Credentials], Reply]


@dataclass
class Claim:
    """One app on its way to being ours.

    ``known`` are the credentials that there are; ``sink`` gives new ones, which are safe then. ``token`` is what an app
    may want to see from whoever claims it. ``done`` says what was done, or with ``dry`` would be.
    """

    app: App
    way: Way
    known: Credentials
    keep: Callable[[], Credentials]
    timeout: float
    token: str | None = None
    dry: bool = False
    must_know: bool = True
    clock: Clock = time
    done: list[str] = field(default_factory=list)
    note: str = ""

    def ensure(self) -> None:
        """Go on until the app proves to be ours. Raises SomebodyElses, WaitTimeout and what ``sink`` raises."""
        ends = self.clock.monotonic() + self.timeout
        while True:
            state, seen = self.way.look(self.app)
            said = str(seen)
            if state is State.FREE:
                self._begin("claim")
                if self.dry:
                    return
                said += f", then {self.way.claim(self.app, self.known, self.token).answer}"
            elif state is not State.UNCLEAR:
                reply = self._as_owner(state)
                if reply is None or (reply.done and state is State.OPEN):
                    return
                said += f", then {reply.answer}"
            if self.clock.monotonic() >= ends:
                raise WaitTimeout(
                    f"{self.app} did not become ours within {self.timeout:g} s; at last {said}",
                    advice="Look at the app, and run this again: credentials that were sent are stored.",
                )
            self.clock.sleep(PAUSE)

    def _as_owner(self, state: State) -> Reply | None:
        """Prove that the app is ours, or unlock it. None where nothing is left to do."""
        if not self.known:
            self._unknown(state)
            return None
        if state is State.LOCKED:
            self._begin("unlock")
            if self.dry:
                return None
        reply = (self.way.unlock if state is State.LOCKED else self.way.prove)(self.app, self.known)
        if reply.refused:
            raise SomebodyElses(
                f"{str(self.app).upper()} WAS CLAIMED BY SOMEBODY ELSE: our credentials are refused; {reply.answer}"
            )
        return reply

    def _unknown(self, state: State) -> None:
        if self.must_know:
            raise SomebodyElses(
                f"{str(self.app).upper()} WAS CLAIMED BY SOMEBODY ELSE: it is set up, and no credentials are known here"
            )
        if state is State.LOCKED:
            raise Conflict(f"{self.app} is locked, and no credentials are known here", advice="Give them.")
        self.note = "it is claimed; without credentials it cannot be told by whom"

    def _begin(self, what: str) -> None:
        """Have credentials to send. What is sent counts as done, for the answer may get lost."""
        self.known = self.known or self.keep()
        if what not in self.done:
            self.done.append(what)
