# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run campaigns: the real ansible-playbook runs against a simulator many times, each time with a different failure.

Campaigns are not unit tests. They take much time and CPU, and the figures that they print matter as much as their
success. Use ``--long`` to run them in full size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.tests.campaigns.station import Station
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator

KEYS = ("campaign-key-0123456789abcdef", "second-campaign-key-0123456789", "third-campaign-key-0123456789")
FIGURE = "figure"
FIGURES = "figures"
"""Names of test properties: an event to count, and a line to print unchanged."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the campaigns in full size")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: belongs to the full size; runs with --long only")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    left_out = [item for item in items if item.get_closest_marker("long")]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def running() -> Iterator[Simulator]:
    with Simulator(KEYS) as simulator:
        yield simulator


@pytest.fixture
def simulator(running: Simulator) -> Iterator[Simulator]:
    """Return a simulator that is as strict as the real service, but faster.

    Fail the test after a rate limit violation.
    """
    running.reset()
    running.settings(rate_interval=0.05, startup_delay=0.5, transition_delay=0.1)
    yield running
    log = running.log()
    assert log["violations"] == 0
    assert all(request["authorized"] for request in log["requests"])


@pytest.fixture
def station(tmp_path: Path, simulator: Simulator) -> Iterator[Station]:
    """Return a controller with its own state folder. End its processes after the test."""
    station = Station(tmp_path, simulator)
    yield station
    station.end()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the count of each figure and a line with their sums."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    properties = [
        pair
        for report in reports
        if getattr(report, "when", "") == "call" or (getattr(report, "when", "") == "setup" and report.skipped)
        for pair in getattr(report, "user_properties", ())
    ]
    figures = Counter(value for name, value in properties if name == FIGURE)
    for value, count in sorted(figures.items()):
        terminalreporter.write_line(f"{value}: {count}")
    sums: Counter[str] = Counter()
    for value, count in figures.items():
        sums[value.partition(",")[0]] += count
    failed = len(terminalreporter.stats.get("failed", [])) + len(terminalreporter.stats.get("error", []))
    told = ", ".join(f"{count} {name}" for name, count in sorted(sums.items()))
    for name, value in properties:
        if name == FIGURES:
            terminalreporter.write_line(f"FIGURES: {value}")
    terminalreporter.write_line(f"FIGURES: {told}; broken promises: {failed}")
