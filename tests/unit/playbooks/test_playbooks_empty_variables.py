# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each playbook with every variable empty, in the way in which AWX writes an empty answer, and in the other way.

AWX's way is an empty string up to ansible-core 2.18, and None from 2.19 on.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
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
    names = documented(playbook)
    assert len(names) > 4
    return execute(operation, [playbook], extra_vars({name: variables.get(name, "") for name in names}), *arguments)


def documented(playbook: str) -> list[str]:
    """Return the variables that the head of a playbook names."""
    text = (ROOT / "playbooks" / f"{playbook}.yml").read_text(encoding="utf-8")
    return re.findall(r"^#   (nodana_\w+) ", text, re.MULTILINE)


def execute(operation: Operation, playbooks: list[str], variables: str, *arguments: str) -> tuple[int, str]:
    """Run playbooks with the content of a file of variables. Return the exit code and the output."""
    (operation.folder / "empty.yml").write_text(variables, encoding="utf-8")
    controller = operation.controller
    names = [f"nodana.cloud.{name}" for name in playbooks]
    ran = controller.run("playbook", *names, *controller.opened, "-e", "@empty.yml", *arguments)
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


def test_the_defaults_apply_to_empty_variables_of_other_tools(operation: Operation) -> None:
    operation.create("phoenixd")
    of_awx = DataLoader().load(extra_vars({"empty": ""}))["empty"]
    other = "" if of_awx is None else None
    playbooks = ["status", "restore_check", "deploy", "upgrade", "teardown"]
    names = {name: other for playbook in playbooks for name in documented(playbook)}
    needed = {**REQUIRED["deploy"], **REQUIRED["teardown"], "nodana_request_interval": 0.001}  # to save time
    ended, shown = execute(operation, playbooks, yaml.safe_dump({**names, **needed}), "--check")
    assert ended == 0, shown
    for said in ("There are no problems.", "Every file of ", "at most 10 minutes", "no balance, no fee credit"):
        assert said in shown
    assert operation.sent() == []
