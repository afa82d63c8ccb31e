# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator with programs behind its apps, and the role node beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.unit.roles.shop import Shop


@pytest.fixture(scope="module")
def _running() -> Iterator[Simulator]:
    with Simulator(rate_interval=0, startup_delay=0, transition_delay=0, serve_apps=True) as running:
        yield running


@pytest.fixture
def shop(_running: Simulator, tmp_path: Path) -> Shop:
    """A shop without any app."""
    _running.reset()
    return Shop(tmp_path, _running)
