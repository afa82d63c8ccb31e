# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""After a 429 response, all processes pause, then send fewer requests for a while, and one of them warns."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils import _errors as errors
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._client.rate_limiter import (
    LONGEST_PAUSE,
    MOST_SLOWDOWN,
    RECOVERY,
    RateLimiter,
    Slot,
)
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import transport
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock
from ansible_collections.nodana.cloud.tests.support.turns import begun

INTERVAL = 1.0


class Line:
    """Sends one request after the other. ``send`` returns the time of a request. ``news`` counts the warnings."""

    def __init__(self, path: Path, clock: FakeClock) -> None:
        self.path = path
        self.clock = clock
        self.news = 0

    def slot(self) -> AbstractContextManager[Slot]:
        return begun(RateLimiter(str(self.path), INTERVAL, self.clock))  # each time another client

    def send(self, *, limited: bool = False, retry_after: float = 0.0) -> float:
        with self.slot() as slot:
            if limited:
                slot.limited(retry_after)
                self.news += slot.is_news
            else:
                slot.accepted()
            return self.clock.now

    def gap(self) -> float:
        """Seconds between two accepted requests."""
        first = self.send()
        return self.send() - first


@pytest.fixture
def line(tmp_path: Path, clock: FakeClock) -> Line:
    return Line(tmp_path / "gate", clock)


def test_everybody_pauses_longer_after_each_limit_answer(line: Line) -> None:
    times = [line.send(limited=True) for _time in range(9)]
    pauses = [later - earlier for earlier, later in zip(times, times[1:])]
    for number, pause in enumerate(pauses, 1):
        assert 2.0 ** min(number, 6) <= pause <= 1.25 * 2.0 ** min(number, 6)


@pytest.mark.parametrize(
    ("asked", "kept"), [(7.5, 7.5), (0.001, 2.0), (1e9, LONGEST_PAUSE), (float("inf"), LONGEST_PAUSE)]
)
def test_the_api_may_ask_for_a_longer_pause_within_reason(line: Line, asked: float, kept: float) -> None:
    limited = line.send(limited=True, retry_after=asked)
    assert kept <= line.send() - limited <= 1.25 * kept


def test_an_accepted_request_ends_the_pauses(line: Line) -> None:
    for _turn in range(6):
        line.send(limited=True)
    line.send()
    limited = line.send(limited=True)
    assert line.send() - limited <= 1.25 * 2**MOST_SLOWDOWN


@pytest.mark.parametrize(("answers", "pace"), [(1, 2.0), (2, 4.0), (3, 8.0), (4, 8.0), (9, 8.0)])
def test_each_limit_answer_halves_the_pace(line: Line, answers: int, pace: float) -> None:
    assert line.gap() == INTERVAL
    for _answer in range(answers):
        line.send(limited=True)
    assert [line.gap() for _time in range(3)] == pytest.approx([pace] * 3)


def test_the_pace_doubles_after_each_calm_while_until_it_is_full(line: Line, clock: FakeClock) -> None:
    for _answer in range(3):
        line.send(limited=True)
    line.send()
    paces = []
    for _while in range(4):
        clock.now += RECOVERY * INTERVAL + 1
        paces.append(line.gap())
    assert paces == pytest.approx([4.0, 2.0, 1.0, 1.0])


def test_a_long_break_makes_everything_forgotten(line: Line, clock: FakeClock) -> None:
    for _answer in range(9):
        line.send(limited=True)
    clock.now += 10 * RECOVERY * INTERVAL
    assert line.gap() == pytest.approx(INTERVAL)
    limited = line.send(limited=True)
    assert line.send() - limited <= 2.5


def test_a_stricter_endpoint_refuses_a_few_and_not_every_second_one(line: Line) -> None:
    """It takes a request every three seconds; a hundred of them come through."""
    arrived = -1000.0
    answers: list[str] = []
    while answers.count("accepted") < 100:
        with line.slot() as slot:
            strict = line.clock.now - arrived < 3.0
            arrived = line.clock.now
            (slot.limited if strict else slot.accepted)()
            answers.append("limited" if strict else "accepted")
    assert answers.count("limited") <= 10


def test_it_is_news_once_for_all_until_it_is_forgotten(line: Line, clock: FakeClock) -> None:
    for _answer in range(3):
        line.send(limited=True)
        line.send()
        line.send()
    assert line.news == 1
    clock.now += 3 * RECOVERY * INTERVAL
    line.send(limited=True)
    assert line.news == 2


def told(simulator: Simulator, clock: FakeClock, news: list[str], **options: float) -> Api:
    """A client, like that of one task, whose warnings go to ``news``."""
    return Api(transport(simulator.url, simulator.key, clock, news.append, **options))


@pytest.mark.parametrize("form", ["body", "http", "http-retry-after"])
@pytest.mark.parametrize("interval", [0.0, INTERVAL])
def test_one_warning_for_all_tasks_however_often_they_are_refused(
    simulator: Simulator, clock: FakeClock, form: str, interval: float
) -> None:
    simulator.settings(limit_form=form)
    simulator.fault("limit", times=3)
    news: list[str] = []
    for _task in range(4):
        told(simulator, clock, news, request_interval=interval).projects()
        simulator.fault("limit")
    assert len(news) == 1
    assert "The API refused GET /projects because of its rate limit" in news[0]
    assert "max_concurrent_jobs: 1" in news[0]
    assert "request_interval" in news[0]
    assert simulator.key not in news[0]


def test_a_refusal_for_good_is_a_failure_and_a_warning(simulator: Simulator, clock: FakeClock) -> None:
    simulator.fault("limit", times=5)
    news: list[str] = []
    with pytest.raises(errors.RateLimited, match="stopped after 5 attempts"):
        told(simulator, clock, news).projects()
    assert len(news) == 1


def test_without_a_limit_answer_nobody_is_warned(simulator: Simulator, clock: FakeClock) -> None:
    simulator.fault("error_before")
    news: list[str] = []
    told(simulator, clock, news).projects()
    assert news == []
