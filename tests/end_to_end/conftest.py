# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Test end to end: the role deploys real programs. Only the Nodana API, which starts them, is simulated.

``nox -s mint lnbits units -- tests/end_to_end`` installs the programs and runs these tests.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.simulator.programs.real import RealProgram

PROGRAMS = {"mint": "NODANA_TEST_MINT", "lnbits": "NODANA_TEST_LNBITS"}
NEWER_MINT = "NODANA_TEST_NEWER_MINT"


@pytest.fixture(scope="session", autouse=True)
def programs() -> None:
    """Fail if the programs are not installed."""
    lacking = [
        variable for variable in (*PROGRAMS.values(), NEWER_MINT) if not os.path.exists(os.environ.get(variable, ""))
    ]
    if lacking:
        pytest.fail(f"{' and '.join(lacking)} must name the programs: run nox -s mint lnbits units -- tests/end_to_end")


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    """Return a simulator that serves its apps with a real mint and a real LNbits."""
    programs: dict[str, Any] = {name: os.environ[variable] for name, variable in PROGRAMS.items()}
    with Simulator(rate_interval=0.05, startup_delay=0.3, transition_delay=0.2, serve_apps=True, **programs) as running:
        yield running
        assert running.log()["violations"] == 0


@pytest.fixture(scope="session", autouse=True)
def newer_mint() -> Iterator[RealProgram]:
    """Return a newer Nutshell mint. It starts while the role deploys the other programs."""
    yield from _running(RealProgram("nutshell", Path(os.environ[NEWER_MINT]), {"mint_name": "Newer mint"}))


@pytest.fixture(scope="session", autouse=True)
def lnbits() -> Iterator[RealProgram]:
    """Return an LNbits that no one has claimed yet and that requires an install token."""
    program = Path(os.environ[PROGRAMS["lnbits"]])
    yield from _running(RealProgram("lnbits", program, {"first_install_token": "the first token"}))


def _running(program: RealProgram) -> Iterator[RealProgram]:
    program.begin()
    try:
        yield program
    finally:
        program.remove()
