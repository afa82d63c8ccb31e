# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator with two projects and three apps in its account, and Ansible."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.unit.plugins.inventory.programs import Ansible


def _asked(simulator: Simulator, path: str, **body: Any) -> dict[str, Any]:
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(simulator.url + path, json=body, auth=("", simulator.key), timeout=30).json()
    data: dict[str, Any] = answer["data"]
    return data


@pytest.fixture
def simulator(running_simulator: Simulator) -> Simulator:
    shop = _asked(running_simulator, "/projects", name="shop")["id"]
    mints = _asked(running_simulator, "/projects", name="Mints & more")["id"]
    _asked(running_simulator, "/apps", project_id=shop, template="phoenixd")
    _asked(running_simulator, "/apps", project_id=shop, template="alby-hub-phoenixd")
    _asked(running_simulator, "/apps", project_id=mints, template="nutshell")
    running_simulator.clear_log()
    return running_simulator


@pytest.fixture
def ask(simulator: Simulator) -> Callable[..., dict[str, Any]]:
    """Return a function that sends a POST, such as ``ask("/projects", name="shop")``, and returns the data."""
    return partial(_asked, simulator)


@pytest.fixture
def ansible(simulator: Simulator, tmp_path: Path) -> Ansible:
    return Ansible(tmp_path, simulator.url, simulator.key)
