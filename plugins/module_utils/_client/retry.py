# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decide whether and when a failed call is retried.

A retry must never repeat a write that may have taken effect: that could create and bill an app twice.
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping

from .._errors import AmbiguousOutcome, NodanaError, RateLimited, ServerFault, Unreachable, Unreadable

MOST_RATE_LIMIT_RESPONSES = 5
"""The number of rate limit responses after which a call fails, whatever time is left. The API bans keys that go on."""
MOST_UNREADABLE_RESPONSES = 3
LONGEST_BACKOFF = 16.0


class RetryPolicy:
    """The retry policy of one call. ``budget`` limits the time for all attempts and pauses together, in seconds."""

    def __init__(self, idempotent: bool, budget: float) -> None:
        self._idempotent = idempotent
        self._budget = budget
        self._spent = 0.0
        self._in_doubt = False
        self._seen: dict[type[NodanaError], int] = {}

    def pause_after(self, error: NodanaError, flight: float) -> float:
        """Return the seconds until the next attempt, or raise the error that ends the call.

        ``flight`` is the duration of the failed request in seconds, without the wait for its slot.
        """
        self._seen[type(error)] = count = self._seen.get(type(error), 0) + 1
        attempts = sum(self._seen.values())
        error.follows_doubt, error.is_retry = self._in_doubt, attempts > 1
        self._in_doubt = self._in_doubt or _may_have_happened(error)
        if not self._may_repeat(error, count):
            raise self._final(error, attempts)
        limited = isinstance(error, RateLimited)
        pause = error.pause if isinstance(error, RateLimited) else _backoff(attempts)
        self._spent += flight + pause
        if self._spent > self._budget:
            raise self._final(error, attempts)
        return 0.0 if limited else pause  # after a rate limit response, the rate limiter makes all processes wait

    def _may_repeat(self, error: NodanaError, count: int) -> bool:
        """Return whether a call may be retried after its ``count``-th error of this type.

        A request that is not idempotent is only retried after an error that proves that it had no effect.
        """
        if isinstance(error, RateLimited):
            return count < MOST_RATE_LIMIT_RESPONSES
        if isinstance(error, Unreachable):
            return not error.lasting and (self._idempotent or not error.sent)
        if isinstance(error, Unreadable):
            return self._idempotent and count < MOST_UNREADABLE_RESPONSES
        return isinstance(error, ServerFault) and self._idempotent

    def _final(self, error: NodanaError, attempts: int) -> NodanaError:
        """Return the error that ends the call, which is AmbiguousOutcome for a write that may have taken effect."""
        if (
            _may_have_happened(error) or (error.unclear and not isinstance(error, RateLimited))
        ) and not self._idempotent:
            return AmbiguousOutcome(
                f"{error.message}, so it is unknown whether the request took effect",
                code=error.code,
                request=error.request,
            )
        if attempts > 1:
            error.message += f" (stopped after {attempts} attempts)"
        return error


def _may_have_happened(error: NodanaError) -> bool:
    """Return whether a request may have taken effect that was sent and got no response, or that of a fault."""
    return isinstance(error, ServerFault) or (isinstance(error, Unreachable) and error.sent)


def _backoff(attempts: int) -> float:
    return min(2.0 ** (attempts - 1), LONGEST_BACKOFF) * random.uniform(1.0, 1.25)


def retry_after(headers: Mapping[str, str]) -> float:
    """Return the seconds that ``Retry-After`` requests as a number or a date, or 0 for any other value."""
    value = headers.get("Retry-After") or "0"
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    until = _moment(value)
    if until is None:
        return 0.0
    now = _moment(headers.get("Date") or "")  # prefer the API's clock, because this machine's may be wrong
    return max(0.0, until - (time.time() if now is None else now))


def _moment(date: str) -> float | None:
    """Return the time of an HTTP date in seconds since the epoch, or None if the text is not such a date."""
    from datetime import timezone
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(date)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()
