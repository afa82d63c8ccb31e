# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Test the rate limit over a path with a real round trip, with real TCP and TLS."""

from __future__ import annotations

from pathlib import Path
from statistics import mean
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._client.round_trip import LEAST_SAMPLES, SHARE
from ansible_collections.nodana.cloud.tests.campaigns.conftest import FIGURES
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import transport
from ansible_collections.nodana.cloud.tests.support.distance import distant, reason_against

INTERVAL, ROUND_TRIP = 0.6, 0.15
MARGIN = 0.06
"""Seconds that a busy machine may take in addition. Without connecting early, a creation takes 0.3 s more."""


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_distant_api_costs_a_fifth_of_the_round_trip(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record_property: Any, method: str
) -> None:
    reason = reason_against()
    if reason:
        record_property(FIGURES, f"the rate limit over a distance did not run: {reason}")
        pytest.skip(reason)
    monkeypatch.setenv("NODANA_STATE_DIR", str(tmp_path / "state"))
    simulator.settings(rate_interval=INTERVAL, ban_after=1)
    with distant(simulator.port, tmp_path, ROUND_TRIP) as far:
        api = Api(transport(far.url, simulator.key, ca_path=str(far.ca_path), request_interval=INTERVAL))
        project = api.create_project("shop")["id"]
        for _request in range(LEAST_SAMPLES + 3):
            if method == "GET":
                api.projects()
            else:
                api.create_app("phoenixd", {}, project)
    log = simulator.log()
    period = mean(request["gap"] for request in log["requests"][LEAST_SAMPLES:])
    assert log["violations"] == 0
    assert INTERVAL <= period <= INTERVAL + (1 - SHARE) * ROUND_TRIP + MARGIN
    record_property(
        FIGURES, f"distance, {method} over a round trip of {ROUND_TRIP:g} s: {period:.3f} s at {INTERVAL:g} s"
    )
