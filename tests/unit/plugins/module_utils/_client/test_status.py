# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The meaning of each status."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client.status import (
    is_ready,
    is_running,
    is_stopped,
    is_up,
    running_state,
)


@pytest.mark.parametrize(
    ("word", "running", "stopped", "up"),
    [
        ("running", True, False, True),
        ("available", True, False, True),
        ("started", True, False, True),
        ("starting", False, False, True),
        ("updating", False, False, True),
        ("restarting", False, False, True),
        ("pending", False, False, True),
        ("stopping", False, False, False),
        ("stopped", False, True, False),
        ("exited", False, True, False),
        ("cordoned", False, True, False),
        (None, False, True, False),
        (7, False, True, False),
    ],
)
def test_a_service_runs_is_stopped_or_on_its_way(word: Any, running: bool, stopped: bool, up: bool) -> None:
    service = {"status": word}
    assert is_running(service) is running
    assert is_stopped(service) is stopped
    assert is_up(service) is up


@pytest.mark.parametrize(
    ("word", "ready"), [("available", True), ("running", True), ("starting", False), ("cordoned", False), (None, False)]
)
def test_an_app_is_ready_under_either_word(word: str | None, ready: bool) -> None:
    assert is_ready({"status": word}) is ready


@pytest.mark.parametrize(
    ("words", "running"),
    [
        (["running", "available"], True),
        (["stopped", "exited"], False),
        (["running", "stopped"], False),
        (["running", "starting"], None),
        (["stopping"], None),
        ([], None),
    ],
)
def test_an_app_runs_if_all_its_services_do(words: list[str], running: bool | None) -> None:
    assert running_state({"status": word} for word in words) is running
