# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The queue of processes in front of the API, first come, first served. It is kept in the rate limiter's file.

Each process draws a ticket, locks one byte of the file for it, and waits for the locks of all earlier tickets. The
kernel drops the locks of a process that dies, so no process waits for a dead one. A process that was stopped by a
signal keeps its locks. So a waiting process times out if the queue does not move for longer than the current slot may
take.
"""

from __future__ import annotations

import errno
import fcntl
import json
import math
import os
import threading
import time
from typing import Any

from .._local.holder import ADVICE, describe_holder, holder_record
from .._local.state_dir import StateUnavailable

PATIENCE = 60.0
"""Seconds without progress, in addition to the duration of the current slot, after which a process times out."""
LONGEST_SLOT = 4000.0
"""Seconds. The duration in a corrupt record of the current slot is cut to this. No pause and request lasts longer."""
POLL_INTERVAL = 1.0
"""Seconds between two checks of the progress. They do not delay the start of a slot."""

# The layout of the file, in fields of fixed width: the number of drawn tickets, the values of the last slot, the
# process in the current slot, and the waiting processes.
COUNT_AT, COUNT_WIDTH, LEFT_AT, LEFT_WIDTH = 0, 32, 32, 480
_SLOT_AT, _WAITING_AT, _WIDTH, _PLACES = 512, 768, 256, 128
# The locked bytes lie far behind the content: one for drawing a ticket, then one for each ticket.
_DRAW_AT, _TICKETS_AT = 1 << 20, 1 << 21
_MOST_TICKETS = 1 << 60  # a corrupt number must stay a valid file offset
_MOST_PROBED = 10_000
_DRAWING = 0.001  # seconds between two attempts to draw a ticket; drawing takes less
_UNREADABLE = {"boot": 0.0}  # the boot of no machine, so the last slot counts as ending now


class QueueTimeout(StateUnavailable):
    """The process at the head of the queue makes no progress, so nothing was sent."""

    advice = ADVICE


def enter(file: int, doing: str) -> int:
    """Wait until all earlier processes are done or dead, and return the ticket of this process.

    Raises QueueTimeout if the queue does not move, and OSError.
    """
    ticket = _draw(file)
    if not _locked(file, fcntl.LOCK_SH, ticket, _TICKETS_AT):
        _write_record(file, _place(ticket), ticket, f"waiting to send {doing}")
        _wait(file, ticket)
    return ticket


def begin(file: int, ticket: int, doing: str, lasts: float) -> None:
    """Write which process has the current slot, and its maximum duration in seconds. Raises OSError."""
    _write_record(file, _SLOT_AT, ticket, f"sending {doing}", lasts)


def read(file: int, at: int, width: int) -> dict[str, float]:
    """Return the numbers at an offset of the file.

    The result is empty if the file is new, and ``_UNREADABLE`` if a crash damaged the numbers.
    """
    content = os.pread(file, width, at)
    try:
        values = dict(json.loads(content)) if content.strip() else {}
        return {name: value for name, value in values.items() if math.isfinite(value)}
    except (ValueError, TypeError, OverflowError):
        return _UNREADABLE


def write(file: int, at: int, width: int, values: dict[str, Any]) -> None:
    """Write values at an offset of the file. Raises OSError, also if the disk takes only a part of them."""
    if os.pwrite(file, json.dumps(values).encode().ljust(width)[:width], at) < width:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _draw(file: int) -> int:
    """Draw the next ticket, lock its byte and return it. Raises QueueTimeout and OSError.

    The ticket is locked before the draw lock is released, so every later process finds it locked.
    """
    waited = 0.0
    while not _locked(file, fcntl.LOCK_EX, 1, _DRAW_AT):
        if waited > PATIENCE:
            raise _timeout(waited, {})
        time.sleep(_DRAWING)
        waited += _DRAWING
    ticket = int(read(file, COUNT_AT, COUNT_WIDTH).get("drawn", 0)) % _MOST_TICKETS + 1
    write(file, COUNT_AT, COUNT_WIDTH, {"drawn": ticket})
    fcntl.lockf(file, fcntl.LOCK_EX, 1, _TICKETS_AT + ticket)
    fcntl.lockf(file, fcntl.LOCK_UN, 1, _DRAW_AT)
    return ticket


def _wait(file: int, ticket: int) -> None:
    """Wait for the locks of all earlier tickets. Raises QueueTimeout if the queue does not move, and OSError.

    A thread blocks on the locks and wakes up at once, and this thread checks the progress of the queue meanwhile. It
    counts its checks instead of reading a clock: while this process was stopped, the others may have been stopped too.
    """
    done, failures = threading.Event(), []

    def wait() -> None:
        try:
            fcntl.lockf(file, fcntl.LOCK_SH, ticket, _TICKETS_AT)
        except OSError as error:
            failures.append(error)
        done.set()

    threading.Thread(target=wait, daemon=True).start()
    seen, waited = b"", 0.0
    while not done.wait(POLL_INTERVAL):
        waited += POLL_INTERVAL
        state = os.pread(file, _WAITING_AT - LEFT_AT, LEFT_AT)
        if state != seen:
            seen, waited = state, 0.0
        elif waited > PATIENCE:
            head, lasts = _head(file, ticket)
            if waited > PATIENCE + lasts:
                raise _timeout(waited, head)
    if failures:
        raise failures[0]


def _head(file: int, ticket: int) -> tuple[dict[str, Any], float]:
    """Return the record of the process at the head of the queue, and how many seconds its slot may take."""
    slot = _read_record(file, _SLOT_AT)
    current = int(slot.get("ticket", 0))
    for earlier in range(max(current, ticket - _MOST_PROBED), ticket):
        if not _locked(file, fcntl.LOCK_SH, 1, _TICKETS_AT + earlier):
            if earlier == current:
                return slot, min(max(0.0, slot["lasts"]), LONGEST_SLOT)
            waiting = _read_record(file, _place(earlier))
            return (waiting if waiting.get("ticket") == earlier else {}), 0.0
    return {}, 0.0


def _place(ticket: int) -> int:
    return _WAITING_AT + ticket % _PLACES * _WIDTH


def _write_record(file: int, at: int, ticket: int, doing: str, lasts: float = 0.0) -> None:
    write(file, at, _WIDTH, {"ticket": ticket, "lasts": round(lasts, 3), **holder_record(doing[:100])})


def _read_record(file: int, at: int) -> dict[str, Any]:
    try:
        record = dict(json.loads(os.pread(file, _WIDTH, at)))
        return record if math.isfinite(record["ticket"]) and math.isfinite(record["lasts"]) else {}
    except (ValueError, TypeError, KeyError, OverflowError):
        return {}


def _locked(file: int, kind: int, length: int, at: int) -> bool:
    """Lock bytes without waiting and return whether that succeeded.

    Raises OSError if the file system does not support locks.
    """
    try:
        fcntl.lockf(file, kind | fcntl.LOCK_NB, length, at)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _timeout(seconds: float, head: dict[str, Any]) -> QueueTimeout:
    return QueueTimeout(
        f"Timed out after {seconds:.0f} s without progress in the queue of requests with this API key. "
        f"The queue waits for {describe_holder(head)}"
    )
