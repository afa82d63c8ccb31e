# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator, and Ansible beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.controller import Controller
from ansible_collections.nodana.cloud.tests.unit.plugins.action.staged import Staged


@pytest.fixture
def simulator(running_simulator: Simulator) -> Simulator:
    return running_simulator


@pytest.fixture
def controller(simulator: Simulator, tmp_path: Path) -> Controller:
    return Controller(tmp_path, simulator.url, simulator.key)


@pytest.fixture
def staged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Staged:
    return Staged(tmp_path, monkeypatch)
