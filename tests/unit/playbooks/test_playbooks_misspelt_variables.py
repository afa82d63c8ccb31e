# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A variable that a playbook does not honour, or a wrong timeout, ends it before the first request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.controller import one_line
from ansible_collections.nodana.cloud.tests.support.operation import Operation

DEPLOYMENT = {"nodana_project": "shop", "nodana_deployments": [{"preset": "phoenixd", "auto_liquidity": "2m"}]}


@pytest.mark.parametrize(
    ("playbook", "variables", "said"),
    [
        (
            "teardown",
            {"nodana_project": "shop", "nodana_secret_dir": "other"},
            "nodana_secret_dir is not a variable of the playbook teardown. Did you mean nodana_secrets_dir?",
        ),
        ("deploy", {**DEPLOYMENT, "nodana_wait_timeout": "soon"}, "nodana_wait_timeout must be a number of seconds"),
        ("deploy", {**DEPLOYMENT, "nodana_app_timeout": 0}, "nodana_app_timeout must be a number of seconds"),
        ("upgrade", {"nodana_project": "shop", "nodana_wait_timeout": "soon"}, "nodana_wait_timeout must be a number"),
        ("status", {"nodana_app_timeout": False}, "nodana_app_timeout must be a number of seconds"),
        ("teardown", {"nodana_project": "shop", "nodana_app_timeout": 0}, "nodana_app_timeout must be a number"),
    ],
)
def test_it_is_named_before_the_first_request(
    tmp_path: Path, running_simulator: Simulator, playbook: str, variables: dict[str, Any], said: str
) -> None:
    ran = Operation(tmp_path, running_simulator).play(playbook, **variables)
    assert ran.returncode == 2
    assert said in one_line(ran.stdout)
    assert running_simulator.log()["requests"] == []
