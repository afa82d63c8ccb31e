# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One slot after another, on a clock that advances only when a process sleeps."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client import rate_limiter
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._client.rate_limiter import (
    LONGEST_PAUSE,
    RateLimiter,
    rate_limiter_path,
)
from ansible_collections.nodana.cloud.plugins.module_utils._local.state_dir import StateUnavailable
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import transport
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock
from ansible_collections.nodana.cloud.tests.support.turns import begun
from hypothesis import given
from hypothesis import strategies as st

INTERVAL = 1.0


@pytest.fixture
def limiter(tmp_path: Path, clock: FakeClock) -> RateLimiter:
    return RateLimiter(str(tmp_path / "gate"), INTERVAL, clock)


def request(
    limiter: RateLimiter, clock: FakeClock, takes: float = 0.0, answer: str = "accepted", **details: Any
) -> float:
    """Take a slot for a request of ``takes`` seconds. Return the time at which it was sent."""
    with begun(limiter) as slot:
        sent_at = clock.now
        clock.now += takes
        if answer:
            getattr(slot, answer)(**details)
    return sent_at


def test_the_first_turn_comes_at_once(limiter: RateLimiter, clock: FakeClock) -> None:
    request(limiter, clock)
    assert clock.slept == 0


def test_the_next_turn_comes_an_interval_after_the_answer(limiter: RateLimiter, clock: FakeClock) -> None:
    first = request(limiter, clock, takes=0.3)
    assert request(limiter, clock) == pytest.approx(first + 0.3 + INTERVAL)


def test_time_that_passed_anyway_is_not_waited_again(limiter: RateLimiter, clock: FakeClock) -> None:
    request(limiter, clock)
    clock.now += 10
    request(limiter, clock)
    assert clock.slept == 0


def test_a_request_without_an_answer_may_still_arrive_an_interval_later(limiter: RateLimiter, clock: FakeClock) -> None:
    first = request(limiter, clock, takes=0.1, answer="")
    assert request(limiter, clock, takes=5.0, answer="") == pytest.approx(first + 2 * INTERVAL)
    assert request(limiter, clock) == pytest.approx(first + 2 * INTERVAL + 5.0 + INTERVAL)


def test_an_interrupted_request_counts_like_one_without_an_answer(limiter: RateLimiter, clock: FakeClock) -> None:
    first = clock.now
    with pytest.raises(KeyboardInterrupt), begun(limiter):
        raise KeyboardInterrupt
    assert request(limiter, clock) == pytest.approx(first + 2 * INTERVAL)


def test_a_clock_that_starts_anew_does_not_make_people_wait_for_long(limiter: RateLimiter, clock: FakeClock) -> None:
    clock.now = 1e6
    request(limiter, clock, answer="limited", retry_after=1e9)
    clock.now = 5.0
    request(limiter, clock)
    assert clock.slept <= LONGEST_PAUSE


@pytest.mark.parametrize("other", [5.0, 1e9])
def test_a_turn_on_another_machine_may_have_ended_just_now(
    limiter: RateLimiter, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, other: float
) -> None:
    request(limiter, clock)
    monkeypatch.setattr(rate_limiter, "boot", lambda: 7)  # a home that machines share, each with a clock of its own
    clock.now = other
    assert request(limiter, clock) == other + INTERVAL
    request(limiter, clock, answer="limited", retry_after=30.0)
    monkeypatch.undo()
    clock.now = 1000.0
    assert request(limiter, clock) == pytest.approx(1030.0)


@pytest.mark.parametrize("other", [5.0, 1e9])
def test_a_request_without_an_answer_on_another_machine_may_still_arrive_an_interval_later(
    limiter: RateLimiter, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, other: float
) -> None:
    request(limiter, clock, takes=0.1, answer="")
    monkeypatch.setattr(rate_limiter, "boot", lambda: 7)
    clock.now = other
    assert request(limiter, clock) == pytest.approx(other + INTERVAL - 0.1 + INTERVAL)


@given(turns=st.lists(st.tuples(st.integers(0, 2), st.floats(0, 3), st.sampled_from(["accepted", ""])), max_size=12))
def test_machines_with_any_clocks_that_alternate_keep_the_interval(
    tmp_path_factory: pytest.TempPathFactory, turns: list[tuple[int, float, str]]
) -> None:
    """Each machine has its own clock. The last field of a slot says whether the request got a response."""
    path = tmp_path_factory.getbasetemp() / "shared.rate_limiter"
    path.unlink(missing_ok=True)
    clock, earliest = FakeClock(), 0.0
    for machine, takes, answer in turns:
        ahead = machine * 50_000.0
        clock.now += ahead
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(rate_limiter, "boot", lambda machine=machine: machine)
            sent_at = request(RateLimiter(str(path), INTERVAL, clock), clock, takes, answer) - ahead
        clock.now -= ahead
        assert sent_at >= earliest - 1e-5
        arrives_at = clock.now if answer else max(clock.now, sent_at + INTERVAL)
        earliest = arrives_at + INTERVAL


numbers = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.lists(st.none(), max_size=1)
)
contents = st.binary(max_size=300) | st.tuples(
    st.dictionaries(st.just("drawn"), numbers),
    st.dictionaries(st.sampled_from(["last", "not_before", "consecutive_429"]), numbers),
).map(lambda both: json.dumps(both[0]).encode().ljust(32) + json.dumps(both[1]).encode())


@given(content=contents)
def test_whatever_stands_in_the_file_turns_go_on(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "corrupt.rate_limiter"
    path.write_bytes(content)
    clock = FakeClock()
    limiter = RateLimiter(str(path), INTERVAL, clock)
    first, second = request(limiter, clock), request(limiter, clock)
    assert first <= 1000.0 + LONGEST_PAUSE + 2 * INTERVAL
    assert second >= first + INTERVAL


def test_an_answer_is_not_lost_when_the_state_cannot_be_written_any_more(
    simulator: Simulator, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = Api(transport(simulator.url, simulator.key, clock))
    write = os.pwrite

    def full(*arguments: Any) -> int:
        if simulator.log()["requests"]:
            raise OSError(28, "No space left on device")
        return write(*arguments)

    monkeypatch.setattr(os, "pwrite", full)
    assert api.create_app("phoenixd", {}, None)["seed"]
    with pytest.raises(StateUnavailable, match="No space left"):
        api.projects()
    assert len(simulator.log()["requests"]) == 1


def test_a_state_that_cannot_be_written_any_more_makes_the_next_one_wait_all_the_same(
    limiter: RateLimiter, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched, begun(limiter) as slot:
        clock.now += 5.0
        slot.accepted()
        patched.setattr(os, "pwrite", full)
        answered = clock.now
    assert request(limiter, clock) == answered + INTERVAL


@pytest.mark.parametrize("content", [b"x" * 300, b'{"drawn": 3}'.ljust(32) + b'{"last": 99'])
def test_after_what_cannot_be_read_an_interval_passes(
    tmp_path: Path, limiter: RateLimiter, clock: FakeClock, content: bytes
) -> None:
    (tmp_path / "gate").write_bytes(content)
    assert request(limiter, clock) == 1000.0 + INTERVAL


def test_one_gate_for_all_paths_of_one_host_and_another_for_another_key() -> None:
    assert rate_limiter_path("https://api.nodana.io/v1", "key") == rate_limiter_path("https://api.nodana.io/v2", "key")
    assert rate_limiter_path("https://api.nodana.io/v1", "key") != rate_limiter_path("https://api.nodana.io/v1", "yek")
    assert rate_limiter_path("https://api.nodana.io/v1", "key") != rate_limiter_path("https://api.example/v1", "key")
