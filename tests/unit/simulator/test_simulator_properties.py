# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Schemathesis finds nothing: valid and invalid requests of all kinds get the responses that are described."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.tests.simulator.descriptions import FOLDER, GENERATIONS
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.unit.simulator.asking import basic

# In seed and apps, a refusal has status 200 too.
_REAL_STATUS = "negative_data_rejection,unsupported_method"


@pytest.mark.parametrize("generation", GENERATIONS)
def test_schemathesis_finds_nothing(simulator: Simulator, tmp_path: Path, generation: str) -> None:
    simulator.settings(generation=[generation], transition_delay=0, project_limit=0, bad_key_form="http")
    key = f"Bearer {simulator.key}" if generation == "nodes" else basic("", simulator.key)
    command = [sys.executable, "-m", "schemathesis.cli", "run", str(FOLDER / f"{generation}.yaml")]
    command += ["--url", simulator.url, "--header", f"Authorization: {key}", "--no-color"]
    command += ["--generation-deterministic", "--max-examples=5"]
    command += [] if generation == "nodes" else ["--exclude-checks", _REAL_STATUS]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    account = simulator.account()
    assert account["nodes" if generation == "nodes" else "apps"], "nothing was created, so little was tested"
