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
from ansible_collections.nodana.cloud.tests.support.controller import ROOT, Controller, one_line

REQUIRED = {
    "deploy": {"nodana_deployments": "[{preset: phoenixd, auto_liquidity: 2m}]", "nodana_project": "another"},
    "upgrade": {"nodana_project": "shop"},
    "teardown": {"nodana_project": "shop"},
}


@pytest.fixture
def controller(tmp_path: Path, running_simulator: Simulator) -> Controller:
    controller = Controller(tmp_path, running_simulator.url, running_simulator.key)
    controller.environment["PWD"] = str(tmp_path)
    return controller


def run(controller: Controller, playbook: str, *arguments: str, **variables: str) -> tuple[int, str]:
    """Run a playbook with all documented variables empty, but for these. Return its exit code and its output."""
    text = (ROOT / "playbooks" / f"{playbook}.yml").read_text(encoding="utf-8")
    names = re.findall(r"^#   (nodana_\w+) ", text, re.MULTILINE)
    assert len(names) > 4
    lines = [f"{name}: {variables.get(name, '!unsafe ' + repr(''))}\n" for name in names]
    (controller.folder / "empty.yml").write_text("".join(lines), encoding="utf-8")
    ran = controller.run(
        "playbook", f"nodana.cloud.{playbook}", *controller.opened, "-e", "@empty.yml", "--diff", *arguments
    )
    assert "Traceback" not in ran.stdout + ran.stderr
    return ran.returncode, one_line(ran.stdout)


@pytest.mark.parametrize("playbook", sorted(REQUIRED))
def test_a_required_variable_that_is_empty_is_named_before_the_first_request(
    controller: Controller, running_simulator: Simulator, playbook: str
) -> None:
    code, shown = run(controller, playbook)
    assert code == 2
    assert "Set nodana_" in shown
    assert running_simulator.log()["requests"] == []


@pytest.mark.parametrize(
    ("playbook", "arguments", "code", "said"),
    [
        ("status", (), 0, "There are no problems."),
        ("restore_check", ("--check",), 0, "Every file of "),
        ("deploy", ("--check",), 0, "changed=1 "),
        ("upgrade", ("--check",), 2, "its node id is unknown"),
        ("teardown", ("--check",), 2, "no balance and no channels"),
    ],
)
def test_the_defaults_apply_to_empty_variables(
    controller: Controller,
    running_simulator: Simulator,
    playbook: str,
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    running_simulator.settings(serve_apps=True)
    store_app(controller, running_simulator)
    ended, shown = run(controller, playbook, *arguments, **REQUIRED.get(playbook, {}))
    assert ended == code, shown
    assert said in shown
    assert [one["path"] for one in running_simulator.log()["requests"] if one["method"] != "GET"] == []
    assert len(list(controller.folder.glob("status.*"))) == (2 if playbook == "status" else 0)
