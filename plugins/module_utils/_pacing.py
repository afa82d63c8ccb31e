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

import errno
import fcntl
import json
import math
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ansible_collections.nodana.cloud.plugins.module_utils import _state
from ansible_collections.nodana.cloud.plugins.module_utils._clock import Clock
from ansible_collections.nodana.cloud.plugins.module_utils._turn import Turn

# The file: how many tickets were drawn, then what the last turn left, each of fixed width.
_COUNT_AT, _COUNT_WIDTH, _LEFT_AT, _LEFT_WIDTH = 0, 32, 32, 224
# The locks lie on bytes far behind the content: one for drawing a ticket, then one for each ticket.
_DRAW_AT, _TICKETS_AT = 1 << 20, 1 << 21
_MOST_TICKETS = 1 << 60  # a corrupt number must stay a place in a file
_UNREADABLE = {"boot": 0.0}  # of no machine, so a turn may have ended just now

_one_thread = threading.Lock()  # record locks are a process's, they do not part its threads


def gate_path(api_url: str, api_key: str) -> str:
    """Give the path of the file that all users of this key at this host share."""
    return f"{_state.account_path(api_url, api_key)}.gate"


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
                try:
                    _write(file, _LEFT_AT, _LEFT_WIDTH, turn.left())
                except OSError:  # an answer must not get lost, so this one waits in place of the next one
                    self._clock.sleep(turn.starts_in())


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
    """Give what was written there: nothing if the file is new, and nothing of use if it was cut off by a crash."""
    content = os.pread(file, width, at)
    try:
        values = dict(json.loads(content)) if content.strip() else {}
        return {name: value for name, value in values.items() if math.isfinite(value)}
    except (ValueError, TypeError, OverflowError):
        return _UNREADABLE


def _write(file: int, at: int, width: int, values: dict[str, float]) -> None:
    if os.pwrite(file, json.dumps(values).encode().ljust(width), at) < width:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
