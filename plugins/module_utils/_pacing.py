# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request at a time, one interval apart, in every process of this user.

The API counts requests a key when they arrive and bans keys that push. When a request arrived is known to lie between
its sending and its answer, so a turn lasts from one to the other, and the next one begins an interval after its end:
two arrivals can never be closer than the interval, however long the network takes.

Turns are given in the order of asking. Everyone who asks draws a ticket, locks one byte of a shared file for it, and
waits for the locks of all earlier tickets. The kernel drops the locks of a process that dies, so nobody waits for it.
"""

from __future__ import annotations

import fcntl
import json
import math
import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ansible_collections.nodana.cloud.plugins.module_utils import _state
from ansible_collections.nodana.cloud.plugins.module_utils._clock import Clock

LONGEST_PAUSE = 300.0
"""Seconds; also what a time on file is cut to, since the clock starts anew with every boot."""

# The file: how many tickets were drawn, then what the last turn left, each of fixed width.
_COUNT_AT, _COUNT_WIDTH, _LEFT_AT, _LEFT_WIDTH = 0, 32, 32, 160
# The locks lie on bytes far behind the content: one for drawing a ticket, then one for each ticket.
_DRAW_AT, _TICKETS_AT = 1 << 20, 1 << 21
_MOST_TICKETS = 1 << 60  # a corrupt number must stay a place in a file

_one_thread = threading.Lock()  # record locks are a process's, they do not part its threads


def gate_path(api_url: str, api_key: str) -> str:
    """Give the path of the file that all users of this key at this host share."""
    return f"{_state.account_path(api_url, api_key)}.gate"


class Turn:
    """What one turn leaves for the next: when it ended, a pause that everybody keeps, limit answers in a row."""

    def __init__(self, interval: float, clock: Clock, left: dict[str, float]) -> None:
        self._interval = interval
        self._clock = clock
        now = clock.monotonic()
        self._last = min(left.get("last", -LONGEST_PAUSE), now + interval)
        self._not_before = min(left.get("not_before", now), now + LONGEST_PAUSE)
        self._strikes = int(left.get("strikes", 0))
        self._answered = False

    def starts_in(self) -> float:
        """Give the seconds until this turn may send."""
        due = max(self._last + self._interval, self._not_before)
        return max(0.0, due - self._clock.monotonic())

    def sending(self) -> None:
        """The request is under way; should this process die now, it counts as arriving up to an interval later."""
        self._last = self._clock.monotonic() + self._interval

    def over(self) -> None:
        """An answered request arrived before this moment; one without an answer may still be on its way."""
        now = self._clock.monotonic()
        self._last = now if self._answered else max(now, self._last)

    def accepted(self) -> None:
        """The API took the request: pauses end, and a next limit answer counts as a first one."""
        self._answered = True
        self._strikes = 0
        self._not_before = 0.0

    def limited(self, retry_after: float = 0.0) -> float:
        """The API answered that its limit was passed: everybody pauses, longer each time. Give the pause in seconds."""
        self._answered = True
        self._strikes += 1
        backoff = self._interval * 2 ** min(self._strikes, 6) * random.uniform(1.0, 1.25)
        pause = min(max(retry_after, backoff), LONGEST_PAUSE)
        self._not_before = self._clock.monotonic() + pause
        return pause

    def left(self) -> dict[str, float]:
        """Give what the next turn needs to know."""
        return {"last": round(self._last, 6), "not_before": round(self._not_before, 6), "strikes": self._strikes}


class Gate:
    """The gate in front of the API: ``with gate.turn() as turn: ...`` sends one request.

    ``interval`` is in seconds, ``clock`` has ``monotonic()`` and ``sleep(seconds)`` like the time module.
    """

    def __init__(self, path: str, interval: float, clock: Clock = time) -> None:
        self._path = path
        self._interval = interval
        self._clock = clock

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """Wait for this process's turn, then for the interval since the last one. Raises StateUnavailable."""
        with _one_thread, _opened(self._path) as file:
            with _state.needed(self._path):
                _queue(file)
                turn = Turn(self._interval, self._clock, _read(file, _LEFT_AT, _LEFT_WIDTH))
            self._clock.sleep(turn.starts_in())
            turn.sending()
            with _state.needed(self._path):
                _write(file, _LEFT_AT, _LEFT_WIDTH, turn.left())
            try:
                yield turn
            finally:
                turn.over()
                with suppress(OSError):  # an answer must not get lost; what stands there makes the next one wait longer
                    _write(file, _LEFT_AT, _LEFT_WIDTH, turn.left())


@contextmanager
def _opened(path: str) -> Iterator[int]:
    with _state.needed(path):
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        yield file
    finally:
        with suppress(OSError):
            os.close(file)  # drops every lock of this process on it, and so ends the turn


def _queue(file: int) -> None:
    """Draw a ticket and wait until everybody with an earlier one is done or dead."""
    fcntl.lockf(file, fcntl.LOCK_EX, 1, _DRAW_AT)
    ticket = int(_read(file, _COUNT_AT, _COUNT_WIDTH).get("drawn", 0)) % _MOST_TICKETS + 1
    _write(file, _COUNT_AT, _COUNT_WIDTH, {"drawn": ticket})
    fcntl.lockf(file, fcntl.LOCK_EX, 1, _TICKETS_AT + ticket)
    fcntl.lockf(file, fcntl.LOCK_UN, 1, _DRAW_AT)
    fcntl.lockf(file, fcntl.LOCK_SH, ticket, _TICKETS_AT)


def _read(file: int, at: int, width: int) -> dict[str, float]:
    try:
        values = dict(json.loads(os.pread(file, width, at)))
        return {name: value for name, value in values.items() if math.isfinite(value)}
    except (ValueError, TypeError, OverflowError):
        return {}  # new, or cut off by a crash of the machine


def _write(file: int, at: int, width: int, values: dict[str, float]) -> None:
    os.pwrite(file, json.dumps(values).encode().ljust(width), at)
