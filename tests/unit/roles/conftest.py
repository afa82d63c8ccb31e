# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator with programs behind its apps, and the role node beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.shop import Shop


@pytest.fixture
def shop(running_simulator: Simulator, tmp_path: Path) -> Shop:
    """A shop without any app."""
    running_simulator.settings(serve_apps=True)
    return Shop(tmp_path, running_simulator, wait_timeout=10)
