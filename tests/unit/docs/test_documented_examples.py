# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples of every plugin are executed by an integration target or a test, or listed with the reason why not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TARGET = ROOT / "tests" / "integration" / "targets" / "documented_examples" / "tasks" / "main.yml"
ELSEWHERE = {
    "inventory/nodana": "tests/unit/plugins/inventory/test_nodana_hosts.py",
    "filter/signed_by_phoenixd": "tests/unit/plugins/filter/test_signed_by_phoenixd_in_playbooks.py",
    "event_source/apps": "tests/unit/extensions/test_apps_source.py",
    "event_filter/phoenixd_event": "tests/unit/extensions/test_guide_events.py",
}
"""The test that executes the EXAMPLES, by plugin."""
NOT_EXECUTED = {
    "lookup/app_secrets": "the guides have the first task, which is executed; the other needs a template",
    "lookup/restore_check": "internal: the playbook restore_check uses it as the example does",
    "filter/installed_collections": "internal: the playbook awx_setup uses it, and needs a collection for AWX",
    "filter/node_deployments": "internal: the role uses it",
    "filter/select_nodes": "internal: the playbooks upgrade and teardown use it",
    "filter/status_report": "internal: the playbook status uses it",
    "filter/teardown_report": "internal: the playbook teardown uses it",
    "filter/text_table": "internal: the playbooks use it",
    "filter/upgrade_plan": "internal: the playbook upgrade uses it",
}
"""The reason, by plugin."""
PLUGINS = sorted(
    f"{path.parent.name}/{path.stem}"
    for folder in ("plugins", "extensions/eda/plugins")
    for path in (ROOT / folder).glob("*/*.*")
    if path.suffix in (".py", ".yml") and re.search(r"^EXAMPLES[ :]", path.read_text(encoding="utf-8"), re.MULTILINE)
)


def modules_of_target() -> set[str]:
    """Return the modules whose examples the integration target executes."""
    text = TARGET.read_text(encoding="utf-8")
    loops = re.findall(r"include_tasks: examples\.yml\n +loop: \[(.*)\]", text)
    alone = re.findall(r"include_tasks: examples\.yml\n +vars:\n +module: (\w+)", text)
    return {name for loop in loops for name in loop.split(", ")} | set(alone)


@pytest.mark.parametrize("plugin", PLUGINS)
def test_examples_are_executed_or_listed_once(plugin: str) -> None:
    kind, name = plugin.split("/")
    executed = kind == "modules" and name in modules_of_target()
    assert [executed, plugin in ELSEWHERE, plugin in NOT_EXECUTED].count(True) == 1


def test_the_lists_name_plugins_with_examples() -> None:
    assert {*ELSEWHERE, *NOT_EXECUTED} <= set(PLUGINS)


@pytest.mark.parametrize("plugin", ELSEWHERE)
def test_the_other_test_reads_the_examples(plugin: str) -> None:
    assert "EXAMPLES" in (ROOT / ELSEWHERE[plugin]).read_text(encoding="utf-8")
