# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Enforce the rate limit of a key when a request arrives, and ban a key that violates it repeatedly."""

from __future__ import annotations

from dataclasses import dataclass

from .accounts import Account
from .errors import Forbidden, TooManyRequests
from .settings import Settings


@dataclass(frozen=True)
class Arrival:
    """The arrival of a request: seconds since the last request of its key, and whether that violates the rate limit."""

    gap: float | None
    violation: bool


def arrive(account: Account, now: float, settings: Settings) -> Arrival:
    """Record a request of this account at this time. A refused request counts like any other."""
    gap = None if account.last_arrival is None else now - account.last_arrival
    violation = gap is not None and gap < settings.rate_interval
    account.last_arrival = now
    return Arrival(gap, violation)


def refuse_abuse(account: Account, arrival: Arrival, settings: Settings) -> None:
    """Raise the error of the service for a banned key or for a request that came too soon."""
    if account.banned:
        raise Forbidden("API key is banned")
    if arrival.violation:
        account.violations += 1
        account.banned = 0 < settings.ban_after <= account.violations
        raise TooManyRequests("Rate limit exceeded")
