# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults on the wire against the real client: what is sent again, counted by the simulator's log."""

from __future__ import annotations

import math
import time
from email.utils import formatdate

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils import _errors as errors
from ansible_collections.nodana.cloud.plugins.module_utils._client import rate_limiter
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._client.rate_limiter import LONGEST_PAUSE
from ansible_collections.nodana.cloud.plugins.module_utils._client.retry import MOST_RATE_LIMIT_RESPONSES
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import sent, transport
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock
from ansible_collections.nodana.cloud.tests.support.servers import answered, free_port, raw_server

MADE = ["drop_after", "error_after", "cut_json", "empty_body", "no_data"]
UNCLEAR = ["redirect_after", "named_error_after"]
LOST = [*MADE, "drop_before", "error_before", "html_502", "not_json_200"]


@pytest.mark.parametrize("fault", [*LOST, "limit"])
def test_reading_survives_a_fault(simulator: Simulator, api: Api, fault: str) -> None:
    made = api.create_project("shop")
    simulator.clear_log()
    simulator.fault(fault, method="GET", times=2)
    assert [project["id"] for project in api.projects()] == [made["id"]]
    assert sent(simulator) == ["GET /projects"] * 3


@pytest.mark.parametrize("fault", [*LOST, *UNCLEAR])
def test_a_create_is_sent_once_and_its_outcome_called_unknown(simulator: Simulator, api: Api, fault: str) -> None:
    simulator.fault(fault, method="POST")
    with pytest.raises(
        errors.AmbiguousOutcome, match=r"^POST http://.*/apps: .*unknown whether the request took effect"
    ) as caught:
        api.create_app("phoenixd", {}, None)
    assert sent(simulator) == ["POST /apps"]
    assert len(simulator.account()["apps"]) == (fault in [*MADE, *UNCLEAR])
    assert "Check what exists" in str(caught.value)


@pytest.mark.parametrize("fault", [*LOST, *UNCLEAR])
def test_a_project_is_created_once_at_most(simulator: Simulator, api: Api, fault: str) -> None:
    simulator.fault(fault, method="POST")
    with pytest.raises(errors.AmbiguousOutcome):
        api.create_project("shop")
    assert sent(simulator) == ["POST /projects"]


@pytest.mark.parametrize("fault", ["drop_after", "error_after", *UNCLEAR])
def test_an_update_in_doubt_is_sent_once(simulator: Simulator, api: Api, fault: str) -> None:
    app = api.create_app("phoenixd", {}, None)
    service = api.services(app["id"])[0]
    simulator.fault(fault, method="POST")
    with pytest.raises(errors.AmbiguousOutcome):
        api.update_service(app["id"], service["id"])
    assert len([line for line in sent(simulator) if line.endswith("/update")]) == 1


@pytest.mark.parametrize("form", ["body", "http", "http-retry-after"])
def test_a_create_that_met_the_limit_is_sent_again_once_it_is_known_that_it_did_not_happen(
    simulator: Simulator, api: Api, form: str
) -> None:
    simulator.settings(limit_form=form)
    simulator.fault("limit", method="POST", times=2)
    assert api.create_app("phoenixd", {}, None, recheck=lambda: bool(api.projects()))["seed"]
    assert sent(simulator) == ["POST /apps", "GET /projects", "POST /apps", "GET /projects", "POST /apps"]
    assert len(simulator.account()["apps"]) == 1


@pytest.mark.parametrize("form", ["body", "http", "http-retry-after"])
def test_a_create_that_met_the_limit_and_happened_is_not_sent_again(simulator: Simulator, api: Api, form: str) -> None:
    simulator.settings(limit_form=form)
    simulator.fault("limit_after", method="POST")
    with pytest.raises(errors.AmbiguousOutcome, match="but the request seems to have taken effect"):
        api.create_app("phoenixd", {}, None, recheck=lambda: bool(api.projects()))
    assert sent(simulator, "POST") == ["POST /apps"]


def test_a_create_that_met_the_limit_and_that_nobody_can_recheck_is_not_sent_again(
    simulator: Simulator, api: Api
) -> None:
    simulator.fault("limit", method="POST")
    with pytest.raises(errors.RateLimited):
        api.create_app("phoenixd", {}, None)
    assert sent(simulator) == ["POST /apps"]


def test_a_create_after_an_idle_connection_goes_over_a_new_one(simulator: Simulator, api: Api) -> None:
    api.projects()
    simulator.fault("drop_before", method="GET")
    api.projects()
    assert api.create_project("shop")["id"]
    assert sent(simulator, "POST") == ["POST /projects"]


@pytest.mark.parametrize("verb", ["start", "stop", "delete"])
@pytest.mark.parametrize("fault", ["drop_before", "error_after", "cut_json", "limit"])
def test_what_is_harmless_twice_is_sent_again(simulator: Simulator, api: Api, verb: str, fault: str) -> None:
    app = api.create_app("phoenixd", {}, None)
    simulator.fault(fault, method="POST")
    call = {"start": api.start_app, "stop": api.stop_app, "delete": api.delete_app}[verb]
    try:
        call(app["id"])
    except errors.NotFound:
        assert verb == "delete"  # the first one did it, and the resource knows that
    assert sent(simulator, "POST", f"/apps/{app['id']}/{verb}") == [f"POST /apps/{app['id']}/{verb}"] * 2


@pytest.mark.parametrize("form", ["body", "http"])
def test_a_wrong_key_is_not_tried_again(simulator: Simulator, clock: FakeClock, form: str) -> None:
    simulator.settings(bad_key_form=form)
    wrong = "wrong-key-0123456789"
    for call in (
        lambda: Api(transport(simulator.url, wrong, clock)).projects(),
        lambda: Api(transport(simulator.url, wrong, clock)).create_project("x"),
    ):
        with pytest.raises(errors.Unauthorized, match="NODANA_API_KEY"):
            call()
    assert len(sent(simulator)) == 2
    assert clock.slept == 0


def test_a_refusal_and_an_unknown_id_are_not_tried_again(simulator: Simulator, api: Api) -> None:
    for number in range(4):
        api.create_project(f"{number}")
    simulator.clear_log()
    with pytest.raises(errors.Forbidden, match="maximum of 4"):
        api.create_project("fifth")
    with pytest.raises(errors.NotFound):
        api.app("app-none")
    assert len(sent(simulator)) == 2


def test_a_banned_key_asks_no_more(simulator: Simulator, api: Api) -> None:
    simulator.settings(rate_interval=1000, ban_after=1)
    with pytest.raises(errors.Forbidden, match="banned"):
        [api.projects() for _time in range(3)]
    assert [request["outcome"] for request in simulator.log()["requests"]] == [
        "ok",
        "TooManyRequestsError",
        "ForbiddenError",
    ]


def test_a_limit_that_never_ends_stops_after_a_few_ever_longer_pauses(
    simulator: Simulator, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limiter, "CONNECT_AHEAD", math.inf)  # each pause is one nap
    simulator.fault("limit", times=100)
    with pytest.raises(errors.RateLimited, match=f"stopped after {MOST_RATE_LIMIT_RESPONSES} attempts"):
        Api(transport(simulator.url, simulator.key, clock, request_interval=1.0)).projects()
    assert len(sent(simulator)) == MOST_RATE_LIMIT_RESPONSES
    pauses = [nap for nap in clock.naps if nap]
    assert pauses == sorted(pauses)
    assert pauses[-1] > 8 * pauses[0] * 0.7


def test_retry_after_is_waited_out(simulator: Simulator, api: Api, clock: FakeClock) -> None:
    simulator.settings(limit_form="http-retry-after", retry_after=37.5)
    simulator.fault("limit")
    api.projects()
    assert clock.slept == pytest.approx(37.5)


NOW = "Tue, 24 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("asked", "date", "least", "most"),
    [
        ("Tue, 24 Nov 2026 12:00:40 GMT", NOW, 40, 40),
        ("Tuesday, 24-Nov-26 12:00:40 GMT", NOW, 40, 40),
        ("Tue Nov 24 12:00:40 2026", NOW, 40, 40),
        ("Tue, 24 Nov 2026 13:00:40 +0100", NOW, 40, 40),
        ("Fri, 31 Dec 9999 23:59:59 GMT", NOW, LONGEST_PAUSE, LONGEST_PAUSE),
        ("Tue, 24 Nov 2026 11:00:00 GMT", NOW, 2, 2.5),
        ("Tue, 99 Nov 2026 12:00:40 GMT", NOW, 2, 2.5),
        ("soon", NOW, 2, 2.5),
        ("nan", NOW, 2, 2.5),
        ("-40", NOW, 2, 2.5),
        ("inf", NOW, LONGEST_PAUSE, LONGEST_PAUSE),
    ],
)
def test_retry_after_may_be_a_date(clock: FakeClock, asked: str, date: str, least: float, most: float) -> None:
    assert least <= pause_after(asked, date, clock) <= most


@pytest.mark.parametrize("date", ["", "today"])
def test_a_date_without_that_of_the_response_counts_from_now(clock: FakeClock, date: str) -> None:
    asked = formatdate(time.time() + 200, usegmt=True)
    assert 150 <= pause_after(asked, date, clock) <= 200


def pause_after(asked: str, date: str, clock: FakeClock) -> float:
    """Return the seconds that the client waits after a 429 response with these headers."""
    headers = [f"Retry-After: {asked}", *([f"Date: {date}"] if date else [])]
    replies = iter([answered("", "429 Too Many Requests", *headers), answered('{"data": []}')])
    with raw_server(lambda connection: connection.sendall(next(replies))) as server:
        api = Api(transport(server.url, clock=clock, request_interval=1.0, retry_timeout=1000.0))
        assert api.projects() == []
    return clock.slept


def test_all_tries_share_one_budget(simulator: Simulator, clock: FakeClock) -> None:
    simulator.fault("error_before", times=1000)
    with pytest.raises(errors.ServerFault, match="stopped after"):
        Api(transport(simulator.url, simulator.key, clock, retry_timeout=50)).projects()
    assert 20 < clock.slept <= 50
    assert len(sent(simulator)) > 3


def test_nothing_is_tried_again_without_a_budget(simulator: Simulator, clock: FakeClock) -> None:
    simulator.fault("drop_before")
    with pytest.raises(errors.Unreachable):
        Api(transport(simulator.url, simulator.key, clock, retry_timeout=0)).projects()
    assert len(sent(simulator)) == 1


def test_a_refused_connection_is_tried_again_and_told_as_such(clock: FakeClock) -> None:
    api = Api(transport(f"http://127.0.0.1:{free_port()}/v1", clock=clock, retry_timeout=20))
    for call in (api.projects, lambda: api.create_app("phoenixd", {}, None)):
        clock.naps.clear()
        with pytest.raises(errors.Unreachable, match=r"Connection refused.*stopped after"):
            call()
        assert 5 < clock.slept <= 20


def test_a_create_goes_through_once_the_connection_is_no_longer_refused(simulator: Simulator) -> None:
    port = free_port()

    class Opening(FakeClock):
        def sleep(self, seconds: float, /) -> None:
            super().sleep(seconds)
            if seconds:  # the pause after the refusal: from now on a server listens
                client._connection.__dict__["api_url"] = simulator.url

    client = transport(f"http://127.0.0.1:{port}/v1", simulator.key, Opening())
    assert Api(client).create_project("shop")["id"]
    assert sent(simulator) == ["POST /projects"]
