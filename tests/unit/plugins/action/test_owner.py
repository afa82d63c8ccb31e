# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin holds a lease in the state folder of its module from the creation until the receipt is gone."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._local import lease
from ansible_collections.nodana.cloud.tests.support.processes import started
from ansible_collections.nodana.cloud.tests.unit.plugins.action.staged import Staged, app, created


def is_seen(folder: Path, number: int) -> bool:
    """Return whether another process sees that the lease is held."""
    process = started(lambda: sys.exit(0 if lease.is_held(str(folder), number) else 7))
    process.join()
    assert process.exitcode in (0, 7)
    return bool(process.exitcode == 0)


def leases_seen(staged: Staged, folder: Path) -> list[bool]:
    """Run a task. Return whether its lease is held in this folder during each run of its module, and afterwards."""
    seen: list[bool] = []

    def look() -> None:
        seen.append(is_seen(folder, staged.calls[0]["_owner"]["lease"]))

    staged.during = look
    staged.results = [created(), {"changed": False, "app": app()}]
    assert not staged.run(secrets_dir="secrets").get("failed")
    look()
    return seen


def test_other_processes_see_the_owner_as_long_as_it_handles_the_receipt(staged: Staged) -> None:
    assert leases_seen(staged, staged.state) == [True, True, False]


def test_the_keyword_environment_of_the_task_counts(
    staged: Staged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = staged.prepare

    def prepared(*arguments: object, **options: object) -> object:
        plugin = prepare(*arguments, **options)  # type: ignore[arg-type]
        plugin._task.environment = [{"NODANA_STATE_DIR": "/nowhere"}, {"NODANA_STATE_DIR": f"{tmp_path}/of-the-task"}]
        return plugin

    monkeypatch.setattr(staged, "prepare", prepared)
    assert leases_seen(staged, tmp_path / "of-the-task") == [True, True, False]


def test_a_state_folder_out_of_reach_keeps_no_task_from_running(staged: Staged) -> None:
    staged.state.write_text("a file")
    staged.results = [created(), {"changed": False, "app": app()}]
    assert not staged.run(secrets_dir="secrets").get("failed")
    assert "_owner" not in staged.calls[0]
