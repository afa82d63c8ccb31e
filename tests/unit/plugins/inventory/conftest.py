# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator with two projects and three apps in its account, and Ansible."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.controller import Inventory
from ansible_collections.nodana.cloud.tests.unit.simulator.asking import Asking


@pytest.fixture
def ask(running_simulator: Simulator) -> Callable[..., Any]:
    """Return a function that sends a POST, such as ``ask("/projects", name="shop")``, and returns the data."""
    asking = Asking(running_simulator.port, running_simulator.key)
    return lambda path, **body: asking.data("POST", path, body)


@pytest.fixture
def simulator(running_simulator: Simulator, ask: Callable[..., Any]) -> Simulator:
    shop, mints = (ask("/projects", name=name)["id"] for name in ("shop", "Mints & more"))
    for project, template in ((shop, "phoenixd"), (shop, "alby-hub-phoenixd"), (mints, "nutshell")):
        ask("/apps", project_id=project, template=template)
    running_simulator.clear_log()
    return running_simulator


@pytest.fixture
def ansible(simulator: Simulator, tmp_path: Path) -> Inventory:
    return Inventory(tmp_path, simulator.url, simulator.key)
