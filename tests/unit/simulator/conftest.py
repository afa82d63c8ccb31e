# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A running simulator, and one without a wire and with a clock of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

try:
    import_module("ansible_collections.nodana.cloud")
except ImportError:
    # A plain pytest in a checkout: its root stands in for the installed collection.
    for name in ("ansible_collections", "ansible_collections.nodana", "ansible_collections.nodana.cloud"):
        sys.modules.setdefault(name, ModuleType(name))
    sys.modules[name].__path__ = [str(Path(__file__).resolve().parents[3])]

from ansible_collections.nodana.cloud.tests.simulator.calls import Calls
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.simulator.node_calls import NodeCalls
from ansible_collections.nodana.cloud.tests.simulator.settings import Settings
from ansible_collections.nodana.cloud.tests.simulator.world import World
from ansible_collections.nodana.cloud.tests.unit.simulator.asking import Asking


@pytest.fixture(scope="module")
def _running() -> Iterator[Simulator]:
    with Simulator(keys=("first-key-0123456789", "second-key-0123456789"), rate_interval=0, startup_delay=0) as running:
        yield running


@pytest.fixture
def simulator(_running: Simulator) -> Simulator:
    """A running simulator in its first state, without a limit and with apps that are ready at once."""
    _running.reset()
    return _running


@pytest.fixture
def serving(simulator: Simulator) -> Simulator:
    """The same, with programs behind the URLs of apps."""
    simulator.settings(serve_apps=True, transition_delay=0)
    return simulator


@pytest.fixture
def host(simulator: Simulator) -> Simulator:
    """Return the simulator as a host of the generation nodes."""
    simulator.settings(generation=["nodes"], transition_delay=0)
    return simulator


@pytest.fixture
def node_api(host: Simulator) -> Asking:
    """Return a client of the generation nodes with the first key."""
    return Asking(host.port, host.key, bearer=True)


@pytest.fixture
def api(simulator: Simulator) -> Asking:
    """Asks the running simulator with its first key."""
    return Asking(simulator.port, simulator.key)


class Clock:
    """A clock whose time passes only when a test advances it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The clock of ``world``."""
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    """A simulated service with two accounts and the settings it has by default."""
    return World(["first-key-0123456789", "second-key-0123456789"], Settings(), clock)


@pytest.fixture
def node_calls(world: World) -> NodeCalls:
    """Return the calls of nodes of the first account."""
    return NodeCalls(world, world.accounts["first-key-0123456789"])


@pytest.fixture
def calls(world: World) -> Calls:
    """The calls of the first account."""
    return Calls(world, world.accounts["first-key-0123456789"])
