# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rate limit of a key, measured where requests arrive, and the ban of a key that keeps breaking it."""

from __future__ import annotations

from dataclasses import dataclass

from .accounts import Account
from .errors import Forbidden, TooManyRequests
from .settings import Settings


@dataclass(frozen=True)
class Arrival:
    """One request of a key: seconds since the one before, and whether that was too soon."""

    gap: float | None
    violation: bool


def arrive(account: Account, now: float, settings: Settings) -> Arrival:
    """Note a request of this account at this time. A refused request counts like any other."""
    gap = None if account.last_arrival is None else now - account.last_arrival
    violation = gap is not None and gap < settings.rate_interval
    account.last_arrival = now
    return Arrival(gap, violation)


def refuse_abuse(account: Account, arrival: Arrival, settings: Settings) -> None:
    """Raise what the service answers to a banned key or to a request that came too soon."""
    if account.banned:
        raise Forbidden("API key is banned")
    if arrival.violation:
        account.violations += 1
        account.banned = 0 < settings.ban_after <= account.violations
        raise TooManyRequests("Rate limit exceeded")
