# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A 429 response of the API, seen from tasks: one result has a warning, the next ones have none."""

from __future__ import annotations

from typing import Any

from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.modules import run_process

WORDS = "The API refused GET /projects because of its rate limit"


def test_the_task_that_met_the_limit_first_warns_and_no_other(simulator: Simulator) -> None:
    simulator.fault("limit", times=2)

    def asked() -> dict[str, Any]:
        options = {"api_url": simulator.url, "api_key": simulator.key, "request_interval": 0.02}
        result, _said = run_process("nodana_project_info", **options)
        assert result["projects"] == []
        return result

    assert str(asked()["warnings"]).count(WORDS) == 1
    simulator.fault("limit", times=2)
    assert not asked().get("warnings")
    assert len(simulator.log()["requests"]) == 6
