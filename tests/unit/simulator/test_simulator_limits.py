# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rate limit at arrival, bans, and the forms in which both are said."""

from __future__ import annotations

import pytest
from ansible_collections.nodana.cloud.tests.simulator.errors import Forbidden, TooManyRequests
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.simulator.limits import arrive, refuse_abuse
from ansible_collections.nodana.cloud.tests.simulator.world import World
from ansible_collections.nodana.cloud.tests.unit.simulator.asking import Asking, basic
from ansible_collections.nodana.cloud.tests.unit.simulator.contract import check_answer


def arrivals(world: World, times: list[float], key: str = "first-key-0123456789") -> list[str]:
    """Return the outcomes of requests of a key at these times."""
    outcomes = []
    for time in times:
        account = world.accounts[key]
        try:
            refuse_abuse(account, arrive(account, time, world.settings), world.settings)
            outcomes.append("ok")
        except (TooManyRequests, Forbidden) as error:
            outcomes.append(error.name)
    return outcomes


def test_one_request_a_second_is_fine_and_not_one_bit_sooner(world: World) -> None:
    assert arrivals(world, [0.0, 1.0, 2.0, 2.999]) == ["ok", "ok", "ok", "TooManyRequestsError"]


def test_a_refused_request_counts_as_arrived(world: World) -> None:
    assert arrivals(world, [0.0, 0.5, 1.2, 2.2]) == ["ok", "TooManyRequestsError", "TooManyRequestsError", "ok"]


def test_keys_do_not_disturb_each_other(world: World) -> None:
    assert arrivals(world, [0.0]) == ["ok"]
    assert arrivals(world, [0.1], "second-key-0123456789") == ["ok"]


def test_the_tenth_violation_bans_for_good(world: World) -> None:
    outcomes = arrivals(world, [number * 0.1 for number in range(11)] + [100.0])
    assert outcomes == ["ok"] + ["TooManyRequestsError"] * 10 + ["ForbiddenError"]


def test_limit_and_ban_can_be_switched_off(world: World) -> None:
    world.settings = world.settings.changed({"ban_after": 0})
    assert arrivals(world, [0.0] * 30)[1:] == ["TooManyRequestsError"] * 29
    world.settings = world.settings.changed({"rate_interval": 0})
    assert arrivals(world, [0.0] * 3) == ["ok"] * 3


@pytest.mark.parametrize(
    ("form", "status", "retry_after"), [("body", 200, None), ("http", 429, None), ("http-retry-after", 429, "2.5")]
)
def test_a_limit_is_said_in_three_forms(
    simulator: Simulator, api: Asking, form: str, status: int, retry_after: str | None
) -> None:
    api.data("GET", "/projects")
    simulator.settings(rate_interval=60, limit_form=form, retry_after=2.5)
    reply = api.send("GET", "/projects")
    check_answer("GET", "/projects", reply.status, reply.json())
    assert (reply.status, reply.headers.get("retry-after")) == (status, retry_after)
    assert (reply.json()["error"], reply.json()["statusCode"]) == ("TooManyRequestsError", 429)
    log = simulator.log()
    assert [request["violation"] for request in log["requests"]] == [False, True]
    assert log["violations"] == simulator.account()["violations"] == 1


def test_a_refused_request_changes_nothing(simulator: Simulator, api: Asking) -> None:
    api.data("GET", "/projects")
    simulator.settings(rate_interval=60)
    assert api.ask("POST", "/projects", {"name": "x"})["statusCode"] == 429
    assert simulator.account()["projects"] == []


def test_a_banned_key_is_told_so(simulator: Simulator, api: Asking) -> None:
    simulator.settings(rate_interval=60, ban_after=1)
    answers = [api.ask("GET", "/projects") for _time in range(3)]
    assert [answer.get("statusCode") for answer in answers] == [None, 429, 403]
    assert "banned" in answers[2]["message"]
    assert simulator.account()["banned"] is True


@pytest.mark.parametrize(("form", "status"), [("body", 200), ("http", 401)])
def test_a_wrong_key_is_refused_in_two_forms(simulator: Simulator, form: str, status: int) -> None:
    simulator.settings(bad_key_form=form)
    reply = Asking(simulator.port, "wrong-key-0123456789").send("GET", "/projects")
    check_answer("GET", "/projects", reply.status, reply.json())
    assert (reply.status, reply.json()["error"]) == (status, "UnauthorizedError")


def test_only_basic_with_an_empty_user_opens(simulator: Simulator) -> None:
    nobody = Asking(simulator.port, None)
    wrong = ["", "Basic", "Basic !!!", "Basic /w==", f"Bearer {simulator.key}", f"Basic :{simulator.key}"]
    for authorization in [*wrong, basic("user", simulator.key), basic("", simulator.key + " ")]:
        answer = nobody.send("GET", "/projects", Authorization=authorization).json()
        assert answer["error"] == "UnauthorizedError", authorization
    assert "data" in nobody.send("GET", "/projects", Authorization=basic("", simulator.key)).json()


def test_unknown_keys_know_no_limit_and_are_logged_as_such(simulator: Simulator) -> None:
    simulator.settings(rate_interval=60)
    for _time in range(2):
        Asking(simulator.port, "wrong-key-0123456789").ask("GET", "/projects")
    log = simulator.log()
    seen = [(request["key"], request["authorized"], request["gap"]) for request in log["requests"]]
    assert seen == [("unknown", False, None)] * 2
    assert log["violations"] == 0
