# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting: when it looks, and when it gives up."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._errors import WaitTimeout
from ansible_collections.nodana.cloud.plugins.module_utils._polling import SHORTEST_BREAK, poll
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock


def looks(clock: FakeClock, done_after: float = 1e9, **times: Any) -> list[float]:
    """Return the times of the polls, in seconds since the start."""
    began, seen = clock.now, []

    def look() -> float:
        seen.append(clock.now - began)
        return seen[-1]

    with suppress(WaitTimeout):
        poll(look, lambda at: at >= done_after, event="it", clock=clock, **{"timeout": 10.0, **times})
    return seen


def test_it_gives_what_was_seen_when_it_was_done(clock: FakeClock) -> None:
    assert poll(lambda: "seen", lambda seen: seen == "seen", event="it", timeout=0, clock=clock) == "seen"


def test_it_looks_at_once_and_then_after_each_break(clock: FakeClock) -> None:
    assert looks(clock, done_after=3) == [0, 1, 2, 3]


def test_the_last_look_is_at_the_end(clock: FakeClock) -> None:
    assert looks(clock, every=4.0) == [0, 4, 8, 10]


def test_what_did_not_happen_in_time_is_told(clock: FakeClock) -> None:
    with pytest.raises(WaitTimeout, match=r"Timed out after 2\.5 s while waiting for rain"):
        poll(lambda: None, bool, event="rain", timeout=2.5, clock=clock)


@pytest.mark.parametrize(("first", "begins"), [(8.0, 8), (80.0, 10)])
def test_the_first_look_may_come_later_but_not_after_the_end(clock: FakeClock, first: float, begins: int) -> None:
    assert looks(clock, first=first)[0] == begins


@pytest.mark.parametrize("timeout", [0.0, -5.0, float("nan")])
def test_no_time_to_wait_means_one_look(clock: FakeClock, timeout: float) -> None:
    assert looks(clock, timeout=timeout, first=8.0) == [0]


def test_looks_do_not_follow_each_other_without_a_break(clock: FakeClock) -> None:
    assert len(looks(clock, every=0.0, timeout=1.0)) <= 1.0 / SHORTEST_BREAK + 3
