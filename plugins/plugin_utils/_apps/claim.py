# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Claim an app that otherwise belongs to its first visitor.

New credentials are stored before they are sent. A later run sends the stored ones again, so a lost response or a
killed run does not lock the owner out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._errors import Conflict, NodanaError, WaitTimeout
from ansible_collections.nodana.cloud.plugins.module_utils._polling import Clock

from .client import App, Response

Credentials = Mapping[str, Any]
PAUSE = 1.0  # seconds between two polls; some apps accept only one password per second


class AlreadyClaimed(NodanaError):
    """Someone else has claimed the app: its credentials are not known here."""

    advice = (
        "ITS OWNER CAN TAKE ITS MONEY. If you are the owner, set secrets to its credentials. If not, send no money to "
        "it, delete it and create another one."
    )


class State(Enum):
    """The claim state of an app: not known yet, not claimed, locked until the owner's password, or unlocked."""

    UNCLEAR = 0
    FREE = 1
    LOCKED = 2
    OPEN = 3


@dataclass(frozen=True)
class Reply:
    """The result of sending credentials. ``refused`` means that they are not the owner's."""

    done: bool
    response: Response
    refused: bool = False


@dataclass(frozen=True)
class Way:
    """The claim protocol of a template.

    ``new`` generates credentials and sends nothing. The other functions send one or two requests to the app and
    return the result.
    """

    new: Callable[[Mapping[str, Any]], dict[str, str]]
    read_state: Callable[[App], tuple[State, Response]]
    claim: Callable[[App, Credentials, str | None], Reply]
    prove: Callable[[App, Credentials], Reply]
    unlock: Callable[[App, Credentials], Reply]


@dataclass
class Claim:
    """The claim of one app.

    ``known`` are the existing credentials. ``keep`` stores new credentials and returns them. ``token`` is the install
    token that some apps require for a claim. ``timeout`` is in seconds. ``done`` lists the completed steps, or with
    ``dry`` the steps that a real run would take. ``must_know`` makes an unknown owner an error.
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
        """Claim or unlock the app, and wait until it accepts our credentials.

        Raises AlreadyClaimed if another owner has claimed the app, Conflict if it is locked and no credentials are
        known, WaitTimeout if it does not accept the credentials in time, and whatever ``keep`` raises.
        """
        ends = self.clock.monotonic() + self.timeout
        while True:
            responses = self.attempt()
            if responses is None:
                return
            if self.clock.monotonic() >= ends:
                raise WaitTimeout(
                    f"Timed out after {self.timeout:g} s while claiming {self.app}; the last response: {responses}",
                    advice="Check the app and run this task again. Credentials that were sent are stored.",
                )
            self.clock.sleep(PAUSE)

    def attempt(self) -> str | None:
        """Take the next step. Return None if nothing is left to do, or else a summary of the responses.

        Raises what ``ensure`` raises, except WaitTimeout.
        """
        state, seen = self.way.read_state(self.app)
        responses = str(seen)
        if state is State.FREE:
            self._begin("claim")
            if self.dry:
                return None
            responses += f", then {self.way.claim(self.app, self.known, self.token).response}"
        elif state is not State.UNCLEAR:
            reply = self._as_owner(state)
            if reply is None or (reply.done and state is State.OPEN):
                return None
            responses += f", then {reply.response}"
        return responses

    def _as_owner(self, state: State) -> Reply | None:
        """Log in as the owner, or unlock the app. Return None if nothing is left to do."""
        if not self.known:
            self._unknown(state)
            return None
        if state is State.LOCKED:
            self._begin("unlock")
            if self.dry:
                return None
        reply = (self.way.unlock if state is State.LOCKED else self.way.prove)(self.app, self.known)
        if reply.refused:
            raise AlreadyClaimed(
                f"{str(self.app).upper()} WAS CLAIMED BY SOMEONE ELSE: our credentials are refused; {reply.response}"
            )
        return reply

    def _unknown(self, state: State) -> None:
        if self.must_know:
            raise AlreadyClaimed(
                f"{str(self.app).upper()} WAS CLAIMED BY SOMEONE ELSE: it is set up, and no credentials are known here"
            )
        if state is State.LOCKED:
            raise Conflict(f"{self.app} is locked, and no credentials are known here", advice="Set secrets to them.")
        self.note = "it is claimed; without its credentials, its owner is unknown"

    def _begin(self, what: str) -> None:
        """Store credentials if none are known, and record the step before its request: the response may get lost."""
        self.known = self.known or self.keep()
        if what not in self.done:
            self.done.append(what)
