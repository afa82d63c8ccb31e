# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Occupy slots of the rate limiter from other processes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ansible_collections.nodana.cloud.plugins.module_utils._client.rate_limiter import RateLimiter, Slot
from ansible_collections.nodana.cloud.tests.support.processes import DEADLINE, started


def drawn(path: str) -> int:
    """Return the number of tickets drawn from the request queue in this file."""
    text = Path(path).read_text()[:32]
    return int("".join(filter(str.isdigit, text)) or 0)


@contextmanager
def begun(limiter: RateLimiter, doing: str = "a request", lasts: float = 0.0) -> Iterator[Slot]:
    """Wait for a slot, begin it and yield it."""
    with limiter.slot(doing, lasts) as slot:
        slot.wait()
        slot.begin()
        yield slot


class Holder:
    """Another process that occupies a slot of the rate limiter until the ``with`` block ends."""

    def __init__(self, path: str, lasts: float = 0.0) -> None:
        self._taken, self._enough = os.pipe(), os.pipe()
        self.process = started(self._hold, path, lasts)

    def _hold(self, path: str, lasts: float) -> None:
        with begun(RateLimiter(path, 0.0), "GET /projects", lasts):
            os.write(self._taken[1], b"x")
            os.read(self._enough[0], 1)

    def __enter__(self) -> Holder:
        os.read(self._taken[0], 1)
        return self

    def __exit__(self, *_failure: object) -> None:
        os.write(self._enough[1], b"x")
        self.process.join(DEADLINE)
