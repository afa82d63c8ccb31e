# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Estimate how much earlier than one interval after a response the next request may be sent.

The API counts a request when it arrives. A response that is received at ``r`` left the API at ``r - back``, where
``back`` is the time of its way. So its request arrived at ``r - back`` or earlier. The next request is sent at ``s``
and arrives at ``s + forth``. The two arrivals are at least ``s - r + back + forth`` apart. With
``s = r + interval - head_start``, they are never closer than the interval if ``head_start <= back + forth``.

Only the sum of the two ways matters, so it makes no difference how the round trip is divided between them. Waiting on
the way (jitter) and the work of the API only add to the sum. The head start is 80 % of the smallest round trip among
the last exchanges and the connection of the next request, as BBR estimates its round trip: the smallest of several
measurements contains the least waiting.

The assumption that remains: between a response and the next request, the path, to whichever address of the API, does
not become shorter than 80 % of all these measurements. If it does, one request arrives too early, by less than the head
start. If the API accepts it, its own exchange is a measurement of the shorter path, so the next request is in time
again. If the API refuses it, the measurements are dropped, and all runs slow down as after every such response.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

SHARE = 0.8
LEAST_SAMPLES = 5
MOST_SAMPLES = 8
LIFETIME = 60.0
"""Seconds after which a measurement no longer counts."""
SHORTEST = 0.005
"""Seconds. A shorter round trip, as on loopback, allows no head start."""
_PREFIX = "rtt@"  # and the time of the exchange


class RoundTrips(NamedTuple):
    """The round trips of the last exchanges in seconds, by the monotonic times of their responses."""

    samples: Mapping[float, float]

    @classmethod
    def read(cls, values: Mapping[str, float], now: float) -> RoundTrips:
        """Return the round trips among the values of the last slot, without those that are too old or invalid."""
        found = {_time(name): seconds for name, seconds in values.items() if name.startswith(_PREFIX)}
        return cls({at: seconds for at, seconds in found.items() if now - LIFETIME <= at <= now and seconds >= 0})

    def values(self) -> dict[str, float]:
        """Return the round trips as values for the next slot."""
        return {f"{_PREFIX}{math.floor(at * 1e3) / 1e3}": round(seconds, 6) for at, seconds in self.samples.items()}

    def add(self, now: float, seconds: float) -> RoundTrips:
        """Return these round trips and that of an exchange whose response has just arrived."""
        latest = sorted({**self.samples, now: seconds}.items())[-MOST_SAMPLES:]
        return RoundTrips(dict(latest))

    def head_start(self, connection: float | None) -> float:
        """Return the seconds by which a request may be sent early on a connection with this round trip.

        It is 0 for an unknown round trip, and with fewer than five measurements.
        """
        if connection is None or len(self.samples) < LEAST_SAMPLES:
            return 0.0
        smallest = min(connection, *self.samples.values())
        return SHARE * smallest if smallest >= SHORTEST else 0.0


NO_ROUND_TRIPS = RoundTrips({})


def _time(name: str) -> float:
    try:
        return float(name[len(_PREFIX) :])
    except ValueError:
        return math.nan
