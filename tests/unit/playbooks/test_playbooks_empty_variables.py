# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each playbook with every variable empty, in the way in which AWX writes an empty answer of a survey.

That is an empty string up to ansible-core 2.18, and None from 2.19 on.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.awx_rules import extra_vars
from ansible_collections.nodana.cloud.tests.support.controller import ROOT, one_line
from ansible_collections.nodana.cloud.tests.support.operation import Operation

REQUIRED = {
    "deploy": {"nodana_deployments": "[{preset: phoenixd, auto_liquidity: 2m}]", "nodana_project": "another"},
    "upgrade": {"nodana_project": "shop"},
    "teardown": {"nodana_project": "shop"},
}


@pytest.fixture
def operation(tmp_path: Path, running_simulator: Simulator) -> Operation:
    return Operation(tmp_path, running_simulator)


def run(operation: Operation, playbook: str, *arguments: str, **variables: str) -> tuple[int, str]:
    """Run a playbook with all documented variables empty, but for these. Return its exit code and its output."""
    text = (ROOT / "playbooks" / f"{playbook}.yml").read_text(encoding="utf-8")
    names = re.findall(r"^#   (nodana_\w+) ", text, re.MULTILINE)
    assert len(names) > 4
    file = operation.folder / "empty.yml"
    file.write_text(extra_vars({name: variables.get(name, "") for name in names}), encoding="utf-8")
    controller = operation.controller
    ran = controller.run("playbook", f"nodana.cloud.{playbook}", *controller.opened, "-e", "@empty.yml", *arguments)
    assert "Traceback" not in ran.stdout + ran.stderr
    return ran.returncode, one_line(ran.stdout)


@pytest.mark.parametrize("playbook", sorted(REQUIRED))
def test_a_required_variable_that_is_empty_is_named_before_the_first_request(
    operation: Operation, playbook: str
) -> None:
    code, shown = run(operation, playbook)
    assert code == 2
    assert "Set nodana_" in shown
    assert operation.simulator.log()["requests"] == []


@pytest.mark.parametrize(
    ("playbook", "arguments", "code", "said"),
    [
        ("status", (), 0, "There are no problems."),
        ("restore_check", ("--check",), 0, "Every file of "),
        ("deploy", ("--check",), 0, "changed=1 "),
        ("upgrade", ("--check",), 0, "at most 10 minutes"),
        ("teardown", ("--check",), 0, "no balance, no fee credit and no channels"),
    ],
)
def test_the_defaults_apply_to_empty_variables(
    operation: Operation, playbook: str, arguments: tuple[str, ...], code: int, said: str
) -> None:
    operation.create("phoenixd")
    ended, shown = run(operation, playbook, *arguments, **REQUIRED.get(playbook, {}))
    assert ended == code, shown
    assert said in shown
    assert operation.sent() == []
    assert len(list(operation.folder.glob("status.*"))) == (2 if playbook == "status" else 0)
