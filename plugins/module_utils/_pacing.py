# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request at a time, one interval apart, in every process of this user.

The API counts requests a key when they arrive and bans keys that push. When a request arrived is known to lie between
its sending and its answer, so a turn lasts from one to the other, and the next one begins an interval after its end:
two arrivals can never be closer than the interval, however long the network takes.

Turns are given in the order of asking, see ``_queue``.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ansible_collections.nodana.cloud.plugins.module_utils import _queue, _state
from ansible_collections.nodana.cloud.plugins.module_utils._clock import Clock
from ansible_collections.nodana.cloud.plugins.module_utils._turn import Turn

_LEFT = (_queue.LEFT_AT, _queue.LEFT_WIDTH)
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
    def turn(self, doing: str = "a request", lasts: float = 0.0) -> Iterator[Turn]:
        """Wait for this process's turn, then for the interval since the last one.

        ``doing`` is the request that the others are told of, ``lasts`` the seconds that its request may take.
        Raises QueueTimeout and StateUnavailable.
        """
        with _one_thread, _opened(self._path) as file:
            with _state.needed(self._path):
                ticket = _queue.enter(file, doing)
                turn = Turn(self._interval, self._clock, _queue.read(file, *_LEFT))
                _queue.begin(file, ticket, doing, turn.starts_in() + lasts)
            self._clock.sleep(turn.starts_in())
            turn.sending()
            with _state.needed(self._path):
                _queue.write(file, *_LEFT, turn.left())
            try:
                yield turn
            finally:
                turn.over()
                try:
                    _queue.write(file, *_LEFT, turn.left())
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
