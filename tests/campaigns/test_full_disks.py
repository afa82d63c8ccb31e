# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Test playbooks on full disks: no app is created without space for its secrets, and no received secret is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.tests.campaigns import disks, full_disks
from ansible_collections.nodana.cloud.tests.campaigns.conftest import FIGURE, FIGURES
from ansible_collections.nodana.cloud.tests.campaigns.station import message_of, same
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator


@pytest.fixture
def folder(tmp_path: Path, record_property: Any) -> Path:
    """Return a folder for a controller. Skip the test on a machine that does not allow a disk for the state folder."""
    tried = tmp_path / "tried"
    tried.mkdir()
    reason = disks.reason_against(tried)
    if reason:
        record_property(FIGURES, f"playbooks on full disks did not run, none can be mounted: {reason}")
        pytest.skip(reason)
    folder = tmp_path / "controller"
    folder.mkdir()
    return folder


each_kind = pytest.mark.parametrize("kind", ["app", "node"])


@each_kind
def test_nothing_is_created_on_a_full_disk(simulator: Simulator, folder: Path, kind: str, record_property: Any) -> None:
    told = full_disks.results(simulator, folder, "full_before_the_creation", kind)
    assert told["full"]["failed"]
    assert "Nothing was created" in told["full"]["msg"]
    assert "No space left on device" in told["full"]["msg"]
    assert told["creations"] == 0
    assert told["good again"]["created"], message_of(told["good again"])
    assert told["in the file"]
    record_property(FIGURE, "disks, full before a creation")


@each_kind
@pytest.mark.parametrize("target", ["everything", pytest.param("controller", marks=pytest.mark.long)])
def test_a_run_that_is_killed_on_a_disk_that_filled_up_loses_nothing(
    simulator: Simulator, folder: Path, kind: str, target: str, record_property: Any
) -> None:
    told = full_disks.results(simulator, folder, "killed", kind, target)
    assert told["full in the end"]
    assert told["in the receipt"] or told["files"], told["phase"]
    assert not told["again"].get("failed"), message_of(told["again"])
    assert not told["again"]["created"]
    assert told["again"]["app"]["id"] == told["app"]["id"]
    assert told["in the file"]
    place = "receipt" if told["in the receipt"] else "file"
    record_property(FIGURE, f"disks, full during a creation, {target} killed, secrets in the {place}")


@each_kind
def test_secrets_that_are_returned_leave_no_mark_on_a_disk_that_filled_up(
    simulator: Simulator, folder: Path, kind: str, record_property: Any
) -> None:
    told = full_disks.results(simulator, folder, "returned", kind)
    assert told["first"]["created"], message_of(told["first"])
    assert same(told["first"]["secrets"], told["app"])
    assert told["receipts"] == 0
    assert told["full in the end"]
    assert not told["again"].get("failed"), message_of(told["again"])
    assert not told["again"]["changed"]
    record_property(FIGURE, "disks, full during a creation, secrets returned")
