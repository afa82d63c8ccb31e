# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests over a modelled path, on a clock that advances only in the model: when do they arrive at the API?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client import rate_limiter
from ansible_collections.nodana.cloud.plugins.module_utils._client.rate_limiter import RateLimiter
from ansible_collections.nodana.cloud.plugins.module_utils._client.round_trip import (
    LEAST_SAMPLES,
    LIFETIME,
    MOST_SAMPLES,
    SHARE,
    SHORTEST,
    RoundTrips,
)
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock
from ansible_collections.nodana.cloud.tests.support.turns import begun
from hypothesis import example, given
from hypothesis import strategies as st

INTERVAL = 1.0
ROUNDING = 0.0015
"""Seconds. The times in the file are rounded, and so is the arithmetic of the model."""


@dataclass
class Exchange:
    """One request. All delays are in seconds, on top of the shortest path. ``fate`` is what happens to it."""

    forth: float = 0.0
    back: float = 0.0
    work: float = 0.0
    handshake: float = 0.0
    idle: float = 0.0
    body: float = 0.0
    fate: str = "accepted"


class Route:
    """A path with a shortest way to the API and back. ``arrivals`` are the times at which requests reach the API."""

    def __init__(self, file: Path, forth: float, back: float) -> None:
        file.unlink(missing_ok=True)
        self.forth, self.back = forth, back
        self.clock = FakeClock()
        self.arrivals: list[float] = []
        self.sent: list[float] = []
        self._file = file

    @property
    def round_trip(self) -> float:
        return self.forth + self.back

    def send(self, exchange: Exchange) -> None:
        """Send a request as another process would, over a new connection."""
        self.clock.now += exchange.idle
        limiter = RateLimiter(str(self._file), INTERVAL, self.clock)
        with limiter.slot() as slot:
            handshake = self.round_trip + exchange.handshake
            if exchange.fate == "no connection":
                self.clock.now += handshake
                return
            self.clock.now += 2 * handshake
            slot.wait(None if exchange.fate == "proxy" else handshake)
            slot.begin()
            self.sent.append(self.clock.now)
            self.arrivals.append(self.clock.now + self.forth + exchange.forth)
            if exchange.fate == "killed":  # its request arrives within the interval
                slot.is_begun = False
                return
            if exchange.fate == "timed out":
                self.clock.now += 0.01
                return
            self.clock.now = self.arrivals[-1] + exchange.work + self.back + exchange.back
            slot.responded()
            self.clock.now += exchange.body
            if exchange.fate == "limited":
                slot.limited()
            else:
                slot.accepted()

    def send_all(self, exchanges: Iterable[Exchange]) -> Route:
        for exchange in exchanges:
            self.send(exchange)
        return self

    @property
    def gaps(self) -> list[float]:
        return [later - earlier for earlier, later in zip(self.arrivals, self.arrivals[1:])]

    @property
    def periods(self) -> list[float]:
        return [later - earlier for earlier, later in zip(self.sent, self.sent[1:])]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "gate"


FATES = ("accepted",) * 8 + ("limited", "timed out", "killed", "no connection", "proxy")
shares = st.floats(0, 1)
exchanges = st.builds(
    Exchange,
    forth=shares,
    back=shares,
    work=st.sampled_from([0.0, 0.002, 0.5]),
    handshake=shares,
    idle=st.sampled_from([0.0, 0.0, 0.3, 2.0, 70.0]),
    body=st.sampled_from([0.0, 0.4]),
    fate=st.sampled_from(FATES),
)


@given(round_trip=st.floats(0, 0.6), division=shares, jitter=st.floats(0, 0.3), steps=st.lists(exchanges, max_size=30))
@example(round_trip=0.3, division=0.0, jitter=0.0, steps=[Exchange()] * 12)
@example(round_trip=0.3, division=1.0, jitter=0.25, steps=[Exchange(handshake=1.0, forth=1.0, back=1.0)] * 7)
def test_no_two_arrivals_are_closer_than_the_interval_whatever_happens_on_the_path(
    tmp_path_factory: pytest.TempPathFactory,
    round_trip: float,
    division: float,
    jitter: float,
    steps: list[Exchange],
) -> None:
    """The assumption: at least one of the measurements is shorter than 1.25 times the shortest round trip.

    Delays on the way are a share of ``jitter`` round trips. A request that no response follows arrives within the
    interval.
    """
    path = Route(tmp_path_factory.getbasetemp() / "path", round_trip * division, round_trip * (1 - division))
    most = min(jitter, 0.25) * round_trip
    for step in steps:
        path.send(
            Exchange(
                step.forth * most / 2,
                step.back * most / 2,
                step.work,
                step.handshake * most,
                step.idle,
                step.body,
                step.fate,
            )
        )
    assert all(gap >= INTERVAL - ROUNDING for gap in path.gaps)


def test_the_limit_is_used_except_for_a_fifth_of_the_round_trip(file: Path) -> None:
    path = Route(file, 0.1, 0.05).send_all([Exchange()] * 20)
    assert path.periods[: LEAST_SAMPLES - 1] == pytest.approx([INTERVAL + 0.15] * (LEAST_SAMPLES - 1), abs=ROUNDING)
    assert path.periods[LEAST_SAMPLES - 1 :] == pytest.approx([INTERVAL + 0.03] * (20 - LEAST_SAMPLES), abs=ROUNDING)


@pytest.mark.parametrize(
    ("before", "last"),
    [
        ([Exchange()] * (LEAST_SAMPLES - 2), Exchange()),
        ([Exchange()] * 9, Exchange(fate="proxy")),
        ([Exchange()] * 9 + [Exchange(fate="proxy")], Exchange()),
        ([Exchange()] * 9, Exchange(idle=LIFETIME)),
    ],
    ids=["too few", "not measured", "the one before was not measured", "too old"],
)
def test_nothing_is_earned_without_enough_fresh_measurements(
    file: Path, before: list[Exchange], last: Exchange
) -> None:
    path = Route(file, 0.1, 0.1).send_all([*before, last])
    path.send(Exchange(fate=last.fate) if not last.idle else Exchange())
    assert path.periods[-1] == pytest.approx(INTERVAL + path.round_trip, abs=ROUNDING)


@pytest.mark.parametrize("fate", ["timed out", "killed"])
def test_nothing_is_earned_after_a_request_without_a_response(file: Path, fate: str) -> None:
    path = Route(file, 0.1, 0.1).send_all([*[Exchange()] * 9, Exchange(fate=fate), Exchange()])
    assert path.periods[-1] == pytest.approx(2 * INTERVAL, abs=ROUNDING)


def test_nothing_is_earned_after_a_rate_limit_response(file: Path) -> None:
    path = Route(file, 0.1, 0.1).send_all([*[Exchange()] * 9, Exchange(fate="limited"), *[Exchange()] * 9])
    assert min(path.periods[10:]) == pytest.approx(2 * INTERVAL + path.round_trip, abs=ROUNDING)


def test_another_boot_means_that_nothing_is_known(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = Route(file, 0.1, 0.1).send_all([Exchange()] * 9)
    monkeypatch.setattr(rate_limiter, "boot", lambda: 7)
    path.clock.now -= 0.5  # the clock of another machine
    before = path.clock.now
    path.send(Exchange())
    assert path.sent[-1] - before >= INTERVAL


@pytest.mark.parametrize("times", [0.1, 10.0])
def test_a_path_that_changes_suddenly_costs_at_most_one_request_too_early(file: Path, times: float) -> None:
    path = Route(file, 0.075, 0.075).send_all([Exchange()] * 9)
    assert min(path.gaps) >= INTERVAL - ROUNDING
    path.forth, path.back = path.forth * times, path.back * times
    path.send_all([Exchange()] * 20)
    early = [gap for gap in path.gaps if gap < INTERVAL - ROUNDING]
    assert len(early) <= 1
    assert min(path.gaps) >= INTERVAL - SHARE * 0.15


def test_a_path_that_becomes_longer_is_used_as_soon_as_the_short_measurements_are_gone(file: Path) -> None:
    path = Route(file, 0.01, 0.01).send_all([Exchange()] * 9)
    path.forth = path.back = 0.1
    path.send_all([Exchange()] * (MOST_SAMPLES + 2))
    assert path.periods[-1] == pytest.approx(INTERVAL + 0.2 * path.round_trip, abs=ROUNDING)


def test_a_path_that_jitters_earns_as_if_it_were_always_short(file: Path) -> None:
    late = [Exchange(handshake=0.05 * number, back=0.05 * number) for number in (1, 2, 0, 2, 1)]
    path = Route(file, 0.05, 0.05).send_all([*late, Exchange(handshake=0.1, back=0.1)])
    path.send(Exchange(handshake=0.1))
    assert path.periods[-1] == pytest.approx(INTERVAL + 0.2 - SHARE * 0.1, abs=ROUNDING)


def test_a_path_as_short_as_loopback_earns_nothing(file: Path) -> None:
    path = Route(file, 0.4 * SHORTEST, 0.4 * SHORTEST).send_all([Exchange()] * 12)
    assert min(path.periods) >= INTERVAL + path.round_trip - ROUNDING / 10


def test_a_slow_api_earns_nothing_more_than_a_fast_one(file: Path) -> None:
    path = Route(file, 0.05, 0.05).send_all([Exchange(work=0.5)] * 12)
    assert path.periods[-1] == pytest.approx(INTERVAL + 0.5 + 0.2 * path.round_trip, abs=ROUNDING)


def test_time_for_reading_a_long_response_is_not_waited_again(file: Path) -> None:
    path = Route(file, 0.05, 0.05).send_all([Exchange(body=0.6)] * 3)
    assert path.periods == pytest.approx([INTERVAL + path.round_trip] * 2, abs=ROUNDING)


values = st.dictionaries(
    st.sampled_from(["rtt@1.5", "rtt@x", "rtt@", "rtt@1e9", "rtt@-5", "last"]), st.floats(allow_nan=False)
)


@given(values=values, connection=st.none() | st.floats(0, 10))
def test_invalid_values_in_the_file_earn_nothing(values: dict[str, float], connection: float | None) -> None:
    assert RoundTrips.read(values, now=10.0).head_start(connection) == 0


@given(trips=st.lists(st.floats(0, 100), max_size=20), connection=st.floats(0, 100))
def test_a_head_start_is_at_most_four_fifths_of_every_measurement_that_counts(
    trips: list[float], connection: float
) -> None:
    found = RoundTrips({})
    for number, seconds in enumerate(trips):
        found = found.add(float(number), seconds)
    found = RoundTrips.read(found.values(), float(len(trips)))
    head_start = found.head_start(connection)
    assert 0 <= head_start <= SHARE * min([connection, *trips[-MOST_SAMPLES:]]) + 1e-6
    assert head_start == 0 or len(trips) >= LEAST_SAMPLES


def test_the_values_of_the_most_samples_fit_into_the_file(file: Path) -> None:
    clock = FakeClock(1e9 + 0.123456)
    for _request in range(2 * MOST_SAMPLES):
        with begun(RateLimiter(str(file), INTERVAL, clock)) as slot:
            slot._round_trip = 0.123456789
            clock.now += 123.456789e-3
            slot.accepted()
    assert file.read_bytes()[32:512].count(b"rtt@") == MOST_SAMPLES
    assert file.read_bytes()[32:512].rstrip().endswith(b"}")
