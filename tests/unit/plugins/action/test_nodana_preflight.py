# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""nodana_preflight: a project is required for apps only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.action.nodana_preflight import ActionModule
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.actions import Own

APP = {"preset": "phoenixd"}
NODE = {"preset": "phoenixd_node", "name": "shop"}
MISSING = "nodana_node_project is not set"


@pytest.mark.parametrize(
    ("project", "deployments", "problems"),
    [
        (None, [NODE], []),
        ("", [NODE], []),
        ("shop", [APP, NODE], []),
        (None, [APP], [MISSING]),
        ("", [NODE, APP], [MISSING]),
        (" ", [NODE], ["nodana_node_project must contain visible characters"]),
        (None, [], ["nodana_node_deployments is empty"]),
        (None, [NODE, NODE, APP], [MISSING, "The node name shop is in several deployments"]),
    ],
)
def test_a_project_is_required_for_apps_only(
    tmp_path: Path, simulator: Simulator, project: str | None, deployments: list[dict[str, Any]], problems: list[str]
) -> None:
    result = Own(ActionModule, tmp_path, simulator).run(None, project=project, deployments=deployments)
    assert [problem.startswith(start) for problem, start in zip(result["problems"], problems)] == [True] * len(problems)
    assert len(result["problems"]) == len(problems)
    assert bool(result.get("failed")) == bool(problems)
    assert simulator.log()["requests"] == []
