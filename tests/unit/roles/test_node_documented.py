# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role node says the same of its variables in its specs, its defaults, its README and its code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.nodana.cloud.plugins.module_utils._argspec import NEW_NODE_OPTIONS
from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.deployments import (
    NODE_OPTIONS,
    NODE_PRESET,
    PARAMS,
    PRESETS,
    STATES,
    SWITCHES,
    stack_apps,
)

ROLE = Path(__file__).resolve().parents[3] / "roles" / "node"
ENTRY = re.compile(r"^- `(\w+)` \(([\w ]+)(?:, (required|default `.*?`))?\): ", re.MULTILINE)


def loaded(path: str) -> Any:
    return yaml.safe_load((ROLE / path).read_text(encoding="utf-8"))


OPTIONS: dict[str, Any] = loaded("meta/argument_specs.yml")["argument_specs"]["main"]["options"]
DEPLOYMENT: dict[str, Any] = OPTIONS["nodana_node_deployments"]["options"]


def entries(options: dict[str, Any]) -> dict[str, tuple[str, Any]]:
    """Return the expected entries of a list."""

    def default(facts: dict[str, Any]) -> Any:
        return "required" if facts.get("required") else facts.get("default")

    def kind(facts: dict[str, Any]) -> str:
        return f"{facts['type']} of {facts['elements']}" if "elements" in facts else str(facts["type"])

    return {name: (kind(facts), default(facts)) for name, facts in options.items()}


def test_the_readme_has_every_variable_with_its_type_and_default() -> None:
    found = ENTRY.findall((ROLE / "README.md").read_text(encoding="utf-8"))
    values = {name: default.removeprefix("default ").strip("`") for name, _kind, default in found}
    documented = {name: (kind, yaml.safe_load(values[name] or "null")) for name, kind, _default in found}
    assert documented == {**entries(OPTIONS), **entries(DEPLOYMENT)}
    assert len(found) == len(documented)


def test_defaults_are_those_of_the_specs() -> None:
    defaults = loaded("defaults/main.yml")
    assert defaults == {name: facts["default"] for name, facts in OPTIONS.items() if "default" in facts}


def test_every_variable_is_described() -> None:
    for facts in (*OPTIONS.values(), *DEPLOYMENT.values()):
        assert all(sentence.endswith(".") for sentence in facts["description"])


def test_presets_states_and_switches_are_those_of_the_code() -> None:
    assert DEPLOYMENT["preset"]["choices"] == [*PRESETS, NODE_PRESET]
    assert sorted(DEPLOYMENT["state"]["choices"]) == sorted(STATES)
    assert {name: DEPLOYMENT[name].get("default") for name in SWITCHES} == SWITCHES
    others = {"preset", "template", "params", "count", "state", *SWITCHES}
    assert set(DEPLOYMENT) - others == {*PARAMS, *NODE_OPTIONS}
    assert all(DEPLOYMENT[name]["choices"] == spec["choices"] for name, spec in NEW_NODE_OPTIONS.items())


def test_a_deployment_that_says_nothing_gets_the_defaults_of_the_specs() -> None:
    (app,) = stack_apps([{"preset": "phoenixd"}])
    assert (app["count"], app["state"]) == (DEPLOYMENT["count"]["default"], DEPLOYMENT["state"]["default"])


@pytest.mark.parametrize("step", ["preflight", "converge", "store", "claim", "report"])
def test_every_step_has_a_file_and_a_tag(step: str) -> None:
    steps = [task for task in loaded("tasks/main.yml") if "ansible.builtin.import_tasks" in task]
    imported = {task["ansible.builtin.import_tasks"]: task["tags"] for task in steps}
    tags = imported[f"{step}.yml"]
    assert step in ([tags] if isinstance(tags, str) else tags)
