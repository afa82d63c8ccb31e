# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Provide the fixtures of all tests in tests/unit/plugins that use the simulator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.clients import transport
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock
from ansible_collections.nodana.cloud.tests.support.machine import RETURNED, Machine
from ansible_collections.nodana.cloud.tests.unit.simulator.contract import check_request

_VARIABLES = (
    *("NODANA_API_KEY", "NODANA_NODES_API_KEY", "NODANA_API_URL", "NODANA_API_BASE_URL", "NODANA_API_ORIGIN"),
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"),
)


@pytest.fixture(autouse=True)
def state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Set a separate state folder for each test. Remove the environment variables for Nodana and for proxies."""
    for name in (*_VARIABLES, *(name.lower() for name in _VARIABLES), "REQUESTS_CA_BUNDLE", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "state"
    monkeypatch.setenv("NODANA_STATE_DIR", str(folder))
    return folder


@pytest.fixture
def simulator(running_simulator: Simulator) -> Iterator[Simulator]:
    """Return the simulator. After the test, check all requests against the description of the API."""
    yield running_simulator
    for request in running_simulator.log()["requests"]:
        check_request(request)


@pytest.fixture
def clock() -> FakeClock:
    """Return the clock of ``api``."""
    return FakeClock()


@pytest.fixture
def api(simulator: Simulator, clock: FakeClock) -> Api:
    """Return an API client with the first key of the simulator, on a clock that never really sleeps."""
    return Api(transport(simulator.url, simulator.key, clock=clock))


@pytest.fixture
def machine(simulator: Simulator, clock: FakeClock) -> Machine:
    """Return a machine on which apps are created with returned secrets."""
    return Machine(simulator, clock, RETURNED)
