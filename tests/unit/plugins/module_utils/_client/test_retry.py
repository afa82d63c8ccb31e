# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests that are retried, the number of retries, and their total duration."""

from __future__ import annotations

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils import _errors as errors
from ansible_collections.nodana.cloud.plugins.module_utils._client.retry import (
    LONGEST_BACKOFF,
    MOST_RATE_LIMIT_RESPONSES,
    MOST_UNREADABLE_RESPONSES,
    RetryPolicy,
)


def unreachable(sent: bool, lasting: bool = False) -> errors.Unreachable:
    return errors.Unreachable("It was cut", sent=sent, lasting=lasting)


def limited(pause: float = 1.0) -> errors.RateLimited:
    error = errors.RateLimited("Slow down", code=429)
    error.pause = pause
    return error


NEVER = [
    errors.Unauthorized("x"),
    errors.Forbidden("x"),
    errors.NotFound("x"),
    errors.Invalid("x"),
    errors.Conflict("x"),
    errors.NodanaError("x"),
    unreachable(sent=False, lasting=True),
]
IN_DOUBT = [unreachable(sent=True), errors.ServerFault("x", code=500), errors.Unreadable("x")]
NOT_HAPPENED = [unreachable(sent=False), limited()]


@pytest.mark.parametrize("error", NEVER, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("idempotent", [True, False])
def test_an_answer_that_stays_the_same_is_not_asked_for_again(error: errors.NodanaError, idempotent: bool) -> None:
    with pytest.raises(type(error)) as caught:
        RetryPolicy(idempotent, 120).pause_after(error, 0.1)
    assert caught.value is error


@pytest.mark.parametrize("error", IN_DOUBT + NOT_HAPPENED, ids=lambda error: type(error).__name__)
def test_harmless_calls_are_tried_again(error: errors.NodanaError) -> None:
    assert RetryPolicy(True, 120).pause_after(error, 0.1) >= 0


@pytest.mark.parametrize("error", NOT_HAPPENED, ids=lambda error: type(error).__name__)
def test_a_create_is_tried_again_where_it_did_not_happen(error: errors.NodanaError) -> None:
    assert RetryPolicy(False, 120).pause_after(error, 0.1) >= 0


@pytest.mark.parametrize("error", IN_DOUBT, ids=lambda error: type(error).__name__)
def test_a_create_in_doubt_is_never_tried_again(error: errors.NodanaError) -> None:
    with pytest.raises(errors.AmbiguousOutcome, match="unknown whether the request took effect") as caught:
        RetryPolicy(False, 120).pause_after(error, 0.1)
    assert caught.value.code == error.code


def unclear(error: errors.NodanaError) -> errors.NodanaError:
    error.unclear = True
    return error


@pytest.mark.parametrize("kind", [errors.Invalid, errors.Forbidden, errors.NotFound, errors.NodanaError])
def test_an_answer_that_proves_nothing_leaves_a_create_in_doubt(kind: type[errors.NodanaError]) -> None:
    with pytest.raises(errors.AmbiguousOutcome):
        RetryPolicy(False, 120).pause_after(unclear(kind("x", code=408)), 0.1)
    with pytest.raises(kind):
        RetryPolicy(True, 120).pause_after(unclear(kind("x", code=408)), 0.1)


@pytest.mark.parametrize("before", NOT_HAPPENED, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("error", IN_DOUBT, ids=lambda error: type(error).__name__)
def test_doubt_after_a_try_that_did_not_happen_is_still_doubt(
    before: errors.NodanaError, error: errors.NodanaError
) -> None:
    tries = RetryPolicy(False, 120)
    tries.pause_after(before, 0.1)
    with pytest.raises(errors.AmbiguousOutcome):
        tries.pause_after(error, 0.1)


def test_pauses_grow_to_an_end_and_all_tries_share_one_budget() -> None:
    tries, pauses = RetryPolicy(True, 120), []

    def go_on() -> None:
        while True:
            pauses.append(tries.pause_after(errors.ServerFault("x"), 5.0))

    with pytest.raises(errors.ServerFault, match="stopped after"):
        go_on()
    for number, pause in enumerate(pauses):
        assert min(2.0**number, LONGEST_BACKOFF) <= pause <= 1.25 * LONGEST_BACKOFF
    assert 80 < sum(pauses) + 5.0 * len(pauses) <= 120


def test_no_budget_means_one_try() -> None:
    with pytest.raises(errors.ServerFault):
        RetryPolicy(True, 0).pause_after(errors.ServerFault("x"), 0.0)


@pytest.mark.parametrize("idempotent", [True, False])
def test_a_limit_that_never_ends_stops_the_call_whatever_time_is_left(idempotent: bool) -> None:
    tries = RetryPolicy(idempotent, 1e9)
    for _turn in range(MOST_RATE_LIMIT_RESPONSES - 1):
        tries.pause_after(limited(), 0.1)
    with pytest.raises(errors.RateLimited, match=f"stopped after {MOST_RATE_LIMIT_RESPONSES} attempts"):
        tries.pause_after(limited(), 0.1)


def test_a_limit_that_asks_for_more_than_the_budget_stops_at_once() -> None:
    with pytest.raises(errors.RateLimited):
        RetryPolicy(True, 120).pause_after(limited(pause=121), 0.1)


def test_unreadable_answers_are_asked_for_a_few_times_only() -> None:
    tries = RetryPolicy(True, 1e9)
    for _turn in range(MOST_UNREADABLE_RESPONSES - 1):
        tries.pause_after(errors.Unreadable("x"), 0.1)
    with pytest.raises(errors.Unreadable):
        tries.pause_after(errors.Unreadable("x"), 0.1)
