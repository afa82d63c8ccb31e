# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task without changes imports no code for changes, because every task compiles its module again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.modules import run_module, run_process

APP: dict[str, Any] = {"project": "shop", "create_project": True, "template": "phoenixd", "return_secrets": True}
NODE: dict[str, Any] = {"name": "shop", "return_secrets": True}
SELDOM = {
    "app_create",
    "app_readiness",
    "app_recovery",
    "app_run_state",
    "node_probe",
    "node_run_state",
    "handover",
    "lag",
    "lease",
    "receipts",
    "settle",
}


@pytest.mark.parametrize(
    ("module", "options", "strange"),
    [
        ("nodana_project", {"name": "shop"}, {"app", "stack", "service"}),
        ("nodana_project_info", {}, {"app", "stack", "service"}),
        ("nodana_app", APP, {"stack", "service"}),
        ("nodana_app_info", {"project": "shop"}, {"stack", "service"}),
        ("nodana_stack", {"project": "shop", "apps": [{"template": "phoenixd"}]}, {"service"}),
        ("nodana_node", NODE, {"app", "project", "service", "stack", "node_create", "node_update", "node_wait"}),
        ("nodana_node_info", {"name": "shop"}, {"app", "project", "service", "stack", "node_create"}),
    ],
)
def test_a_task_without_a_change_imports_only_what_it_needs(
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    state_folder: Path,
    module: str,
    options: dict[str, Any],
    strange: set[str],
) -> None:
    connection: dict[str, Any] = {"api_url": simulator.url, "api_key": simulator.key, "request_interval": 0}
    simulator.settings(generation=["seed", "nodes"])
    for name, made in (("nodana_app", APP), ("nodana_node", NODE)):
        assert run_module(name, **connection, **made)["changed"]
        run_module(name, **connection, **made)  # from now on, a list has shown what is new
    for receipt in state_folder.glob("*.receipts/*"):
        receipt.unlink()  # its secrets are safe
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
    result, log = run_process(module, **connection, **options)
    assert result["changed"] is False
    imported = set(re.findall(r"nodana\.cloud\.plugins\.module_utils\.(?:\w+\.)?(\w+)$", log, re.MULTILINE))
    assert {"_module", "transport", "api"} <= imported
    assert not imported & (SELDOM | strange)
    assert not re.search(r" (chardet|charset_normalizer)\.", log)
