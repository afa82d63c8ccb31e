# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option for slow tests, the collection's name for imports, and one running simulator for all tests that ask."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import hypothesis
import pytest

try:
    importlib.import_module("ansible_collections.nodana.cloud")
except ImportError:
    # A plain pytest in a checkout: its root stands in for the installed collection.
    for name in ("ansible_collections", "ansible_collections.nodana", "ansible_collections.nodana.cloud"):
        sys.modules.setdefault(name, ModuleType(name))
    sys.modules[name].__path__ = [str(Path(__file__).resolve().parents[2])]

from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator

SIMULATOR = pytest.StashKey[Simulator]()
KEYS = ("first-key-0123456789abcdef", "second-key-0123456789abcdef")


hypothesis.settings.register_profile(
    "house", database=None, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the tests that take more than a few seconds, too")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes more than a few seconds; runs with --slow only")
    # tools/stages.py selects by these. dev.py test --full runs all tests on each ansible-core.
    config.addinivalue_line("markers", "ends: dev.py test runs it on the oldest and on the newest ansible-core")
    config.addinivalue_line("markers", "newest: dev.py test runs it on the newest ansible-core")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--slow", default=False):
        return
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.skip(reason="slow: runs with --slow"))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the simulator here and not in a fixture: ansible-test forks for every test."""
    if any("running_simulator" in getattr(item, "fixturenames", ()) for item in session.items):
        started = Simulator(KEYS, rate_interval=0, startup_delay=0, transition_delay=0)
        session.config.stash[SIMULATOR] = started.__enter__()


def pytest_sessionfinish(session: pytest.Session) -> None:
    started = session.config.stash.get(SIMULATOR, None)
    if started is not None:
        started.stop()


@pytest.fixture
def running_simulator(request: pytest.FixtureRequest) -> Simulator:
    """A simulator in its first state: no limit, no delays, two keys."""
    running = request.config.stash[SIMULATOR]
    running.reset()
    return running
