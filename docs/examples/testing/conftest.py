# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for tests of playbooks with the simulator of the installed collection."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
INSTALLED = "~/.ansible/collections/ansible_collections/nodana/cloud"
COLLECTION = Path(os.environ.get("NODANA_COLLECTION", INSTALLED)).expanduser()
sys.path.append(str(COLLECTION / "tests"))

from simulator.handle import Simulator  # noqa: E402  (found through the line above)


@pytest.fixture
def simulator():
    """Run a simulator with an empty account, without a rate limit and delays."""
    with Simulator(rate_interval=0, startup_delay=0) as running:
        yield running


@pytest.fixture
def play(simulator, tmp_path):
    """Return a function that runs a playbook of this folder with the simulator, and returns its output."""
    password = tmp_path / "vault-password"
    password.write_text("a vault password of this test\n", encoding="utf-8")
    api = {"NODANA_API_URL": simulator.url, "NODANA_API_KEY": simulator.key}
    environment = {**os.environ, **api, "NODANA_STATE_DIR": str(tmp_path / "state")}

    def run(playbook: str) -> str:
        options = ["-e", f"secrets_dir={tmp_path / 'secrets'}", "-e", "request_interval=0"]
        command = ["ansible-playbook", "--vault-password-file", str(password), *options, str(HERE / playbook)]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    return run
