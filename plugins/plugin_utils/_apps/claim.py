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

from .backoff import Backoff
from .client import NO_REQUEST, TOO_MANY_REQUESTS, App, Response

Credentials = Mapping[str, Any]
CHECK_IT = "Check that its users, wallets and money are still there"
RESET = f"IT WAS RESET: it accepted our credentials before, and now its first visitor can claim it. {CHECK_IT}"
MAYBE_RESET = (
    "IT WAS RESET, or was never claimed: credentials for it are stored, and yet its first visitor can claim it. "
    f"{CHECK_IT}"
)


class AlreadyClaimed(NodanaError):
    """Someone else has claimed the app: its credentials are not known here."""

    advice = (
        "ITS OWNER CAN TAKE ITS MONEY. If you are the owner, set secrets to its credentials. If not, send no money to "
        "it, delete it and create another one."
    )


class MovedAway(NodanaError):
    """The owner moved the program of the app to another place: this one must never run again."""

    advice = "Use the program at its new place. Do not start or unlock this one. Delete the app when the new one works."


class CannotVerify(NodanaError):
    """The app refuses the requests that prove its owner, for a while or for good."""


class State(Enum):
    """The claim state of an app.

    Not known yet, not claimed, locked until the owner's password, unlocked, or moved to another place for good.
    """

    UNCLEAR = 0
    FREE = 1
    LOCKED = 2
    OPEN = 3
    MOVED = 4


@dataclass(frozen=True)
class Reply:
    """The result of sending credentials.

    ``refused`` is how they turned out not to be the owner's, or empty. ``unproved`` is why they prove nothing and never
    will, or empty. ``failure`` is the error that ends the claim, or None.
    """

    done: bool
    response: Response
    refused: str = ""
    unproved: str = ""
    failure: NodanaError | None = None


def refusal(response: Response) -> str:
    """Return why credentials are not the owner's, or an empty text if this response to a login does not prove that."""
    return "our credentials are refused" if response.status == 401 else ""


@dataclass(frozen=True)
class Way:
    """The claim protocol of a template.

    ``new`` generates credentials and sends nothing. The other functions send one or two requests to the app and
    return the result. ``throttled`` explains a 429 to a login.
    """

    new: Callable[[Mapping[str, Any]], dict[str, str]]
    read_state: Callable[[App], tuple[State, Response]]
    claim: Callable[[App, Credentials, str | None], Reply]
    prove: Callable[[App, Credentials], Reply]
    unlock: Callable[[App, Credentials], Reply]
    throttled: str = ""


@dataclass
class Claim:
    """The claim of one app.

    ``known`` are the existing credentials. ``keep`` stores new credentials and returns them. ``timeout`` is in seconds.
    ``warn`` shows a warning at once. ``token`` is the install token that some apps require for a claim. ``done`` lists
    the completed steps, or with ``dry`` the steps that a real run would take. ``must_know`` makes an unknown owner an
    error. ``reset`` is the note about an app that its first visitor can claim although we have claimed it, or empty.
    ``was_claimed`` is whether the app has accepted our claim or our credentials, in this run or before. ``is_ours`` is
    True after the app accepted our credentials in this run, and ``has_owner`` if its last state was that of an app that
    we or others have claimed.
    """

    app: App
    way: Way
    known: Credentials
    keep: Callable[[], Credentials]
    timeout: float
    warn: Callable[[str], None]
    token: str | None = None
    dry: bool = False
    must_know: bool = True
    clock: Clock = time
    reset: str = ""
    was_claimed: bool = False
    done: list[str] = field(default_factory=list)
    note: str = ""
    is_ours: bool = False
    has_owner: bool = False
    _refusals: dict[State, Response] = field(default_factory=dict)

    def ensure(self) -> None:
        """Claim or unlock the app, and wait until it accepts our credentials.

        Raises AlreadyClaimed if another owner has claimed the app, MovedAway if it must not run, Conflict if it is
        locked and no credentials are known or it refuses a request for good, Invalid if it does not accept what was
        sent, CannotVerify if it refuses what proves its owner, for now, or for good without an earlier claim by us,
        WaitTimeout if it does not accept the credentials in time, and whatever ``keep`` raises.
        """
        backoff = Backoff(self.timeout, self.clock)
        while True:
            state, seen = self.way.read_state(self.app)
            self.has_owner = state in (State.LOCKED, State.OPEN, State.MOVED)
            self._check(state, seen)
            reply = self._take_step(state)
            self.is_ours = reply is not None and reply.done and state is State.OPEN
            self.was_claimed = self.was_claimed or (reply is not None and reply.done)
            if reply is None or self.is_ours:
                return
            if reply.response.is_refusal:
                self._refusals[state] = reply.response
            if not backoff.wait(max(seen.retry_after, reply.response.retry_after)):
                raise self._timed_out(state, seen, reply.response, backoff)

    def _check(self, state: State, seen: Response) -> None:
        """Raise the error of a state in which no request may be sent: the last one was refused, or it was moved."""
        if state is State.MOVED:
            raise MovedAway(f"{self.app}: IT WAS MOVED AWAY, so it was not started, unlocked or claimed; {seen}")
        refusal = seen if seen.is_refusal_of_probe else self._refusals.get(state)
        if refusal:
            raise Conflict(f"{self.app} refuses a request for its claim, so it was not repeated: {refusal}")

    def _take_step(self, state: State) -> Reply | None:
        """Do what the state requires. Return the result, or None if nothing is left to do."""
        if state is State.UNCLEAR:
            return Reply(False, NO_REQUEST)
        if state is not State.FREE:
            return self._as_owner(state)
        self._note_reset()
        self._begin("claim")
        if self.dry:
            return None
        reply = self.way.claim(self.app, self.known, self.token)
        if reply.failure:
            raise reply.failure
        return reply

    def _note_reset(self) -> None:
        """Report, before the claim, that an app that we have claimed is open to its first visitor again."""
        if self.reset and not self.note:
            self.note = self.reset
            self.warn(f"{self.app}: {self.reset}.")

    def _timed_out(self, state: State, seen: Response, sent: Response, backoff: Backoff) -> NodanaError:
        responses = str(seen) + (f", then {sent}" if sent.call else "")
        wait = max(seen.retry_after, sent.retry_after)
        again = f"Run this task again in {wait:g} s or later." if wait else "Check the app and run this task again."
        if state is State.OPEN and sent.status == TOO_MANY_REQUESTS:
            why = f" {self.way.throttled}." if self.way.throttled else ""
            return CannotVerify(
                f"{self.app} cannot be verified now, because it refuses all logins for a while: {responses}.{why} "
                "Whether it accepts our credentials is unknown",
                advice=again,
            )
        over = f"Timed out after {self.timeout:g} s while claiming" if backoff.is_over else "Stopped claiming"
        return WaitTimeout(
            f"{over} {self.app}; the last response: {responses}",
            advice=f"{again} Credentials that were sent are stored.",
        )

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
                f"{str(self.app).upper()} WAS CLAIMED BY SOMEONE ELSE: {reply.refused}; {reply.response}"
            )
        if reply.unproved:
            self._accept_unproved(reply)
            return None
        return reply

    def _accept_unproved(self, reply: Reply) -> None:
        """Accept an app that we have claimed before, with a note. Raises CannotVerify for any other app."""
        words = f"{reply.unproved}: {reply.response}. Whether it is ours is unknown"
        if not self.was_claimed:
            raise CannotVerify(
                f"{self.app} cannot be verified: {words}, and no earlier run has proved it",
                advice="If you are not sure that it is yours, send no money to it. Otherwise allow the request, in its "
                "settings or in the proxy before it, and run this task again, or do not claim it.",
            )
        self.note = words

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
