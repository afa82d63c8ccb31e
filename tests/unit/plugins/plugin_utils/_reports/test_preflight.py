# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role node fails on wrong variables before it sends a request."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible_collections.nodana.cloud.plugins.plugin_utils._reports import preflight

GOOD: dict[str, Any] = {"wait_timeout": 0.0, "request_timeout": 3600.0}
TASK = "- ansible.builtin.debug:\n"


@pytest.mark.parametrize("name", list(preflight.TIMEOUTS))
@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), -1.0, 1e300])
def test_a_timeout_that_is_no_sensible_number_is_refused(name: str, value: float) -> None:
    assert list(preflight.timeout_problems(GOOD, None)) == []
    (problem,) = preflight.timeout_problems({**GOOD, name: value}, None)
    assert problem.startswith(f"nodana_node_{name} must be a number of seconds from ")


def test_a_request_needs_some_time() -> None:
    (problem,) = preflight.timeout_problems({**GOOD, "request_timeout": 0.0}, None)
    assert problem == "nodana_node_request_timeout must be a number of seconds from 0.1 to 3600"
    (problem,) = preflight.timeout_problems({**GOOD, "request_timeout": 0.0}, "deploy")
    assert problem == "nodana_app_timeout must be a number of seconds from 0.1 to 3600"


@pytest.mark.parametrize("content", [TASK, f"---\n{TASK}- block: []\n", "- fail: {msg: !unsafe '{{'}\n"])
def test_a_list_of_tasks_is_fine(tmp_path: Path, content: str) -> None:
    assert problems(tmp_path, content) == []


@pytest.mark.parametrize(
    "content", ["", "---\n", "# nothing\n", "[]", "{}", "abandon", "debug: {}\n", "- abandon\n", "- {}\n"]
)
def test_a_file_that_is_no_list_of_tasks_is_refused(tmp_path: Path, content: str) -> None:
    (problem,) = problems(tmp_path, content)
    assert problem.endswith("store.yml must be a list of at least one task")
    assert "abandon" not in problem


@pytest.mark.parametrize("content", ["- hosts: all\n  tasks: [{}]\n", "- import_playbook: other.yml\n"])
def test_a_playbook_is_refused(tmp_path: Path, content: str) -> None:
    (problem,) = problems(tmp_path, content)
    assert "is a playbook" in problem


@pytest.mark.parametrize("content", [b"- a: [abandon\n", b"- \xff\xfe\n", b"$ANSIBLE_VAULT;1.1;AES256\n3030\n"])
def test_a_file_that_cannot_be_read_is_refused_without_its_content(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "store.yml").write_bytes(content)
    (problem,) = preflight.task_file_problems(str(tmp_path / "store.yml"), DataLoader())
    assert "is not valid YAML" in problem
    assert "abandon" not in problem


def test_a_folder_or_nothing_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.yml"):
        assert list(preflight.task_file_problems(str(path), DataLoader())) == [
            f"nodana_node_secrets_tasks: {path} is not a file"
        ]


def problems(folder: Path, content: str) -> list[str]:
    path = folder / "store.yml"
    path.write_text(content, encoding="utf-8")
    return list(preflight.task_file_problems(str(path), DataLoader()))


ROLE_FILES = Path(__file__).parents[5] / "roles" / "node"
PLAYBOOKS = Path(__file__).parents[5] / "playbooks"


@pytest.mark.parametrize(
    ("names", "playbook", "said"),
    [
        (
            ["nodana_node_projct"],
            None,
            ["nodana_node_projct is not a variable of the role. Did you mean {node_project}?"],
        ),
        (["nodana_node_projct", "nodana_node_project"], None, []),
        (["nodana_node_secret_dir", "nodana_node_secrets_dir"], None, ["Did you mean {node_secrets_dir}?"]),
        (
            ["nodana_deployment"],
            "deploy",
            ["nodana_deployment is not a variable of the playbook deploy. Did you mean {deployments}?"],
        ),
        (["nodana_node_wait_timout"], "deploy", ["Did you mean {wait_timeout}?"]),
        (["nodana_projects", "nodana_project"], "deploy", []),
        (["nodana_shop_name", "nodana_customer", "projct", "nodana_id", "nodana_project_id"], "deploy", []),
        (["nodana_status_dir", "nodana_delete_with_balance"], "deploy", []),
        (["nodana_statusdir"], "status", ["nodana_statusdir is not a variable of the playbook status. Did you"]),
        (["nodana_statusdir", "nodana_status_dir"], "status", []),
        (["nodana_update_unverifed"], "upgrade", ["Did you mean {update_unverified}?"]),
        (["nodana_update_unverifed"], "teardown", []),
        (["nodana_delete_with_balances"], "teardown", ["Did you mean {delete_with_balance}?"]),
        (["nodana_ignore_deleted_app"], "restore_check", ["Did you mean {ignore_deleted_apps}?"]),
        (["nodana_node_secrets_dir", "nodana_wait_timeout", "nodana_awx_project_ur"], "status", []),
    ],
)
def test_a_misspelt_variable_is_found(names: list[str], playbook: str | None, said: list[str]) -> None:
    found = list(preflight.misspelt_variables(names, playbook))
    assert len(found) == len(said)
    expected = [words.replace("{", "nodana_").replace("}", "") for words in said]
    assert all(words in sentence for sentence, words in zip(found, expected))


@pytest.mark.parametrize("playbook", [None, *preflight.PLAYBOOK_VARIABLES])
def test_names_of_the_collection_itself_are_not_misspelt(playbook: str | None) -> None:
    files = [*ROLE_FILES.rglob("*.yml"), *PLAYBOOKS.rglob("*.yml")]
    names = {name for file in files for name in re.findall(r"\bnodana_[a-z_]+", file.read_text(encoding="utf-8"))}
    assert len(names) > 30
    required = {f"nodana_{name}" for name in ("project", "deployments")}
    assert list(preflight.misspelt_variables(names - required, playbook)) == []


@pytest.mark.parametrize("playbook", list(preflight.PLAYBOOK_VARIABLES))
def test_the_facts_of_the_role_are_not_misspelt_variables_of_a_playbook_after_it(playbook: str) -> None:
    texts = [file.read_text(encoding="utf-8") for file in (ROLE_FILES / "tasks").glob("*.yml")]
    facts = {name for text in texts for name in re.findall(r"\bnodana_node_[a-z_]+", text)}
    assert "nodana_node_nodes" in facts
    assert list(preflight.misspelt_variables(facts, playbook)) == []


def test_the_known_variables_are_those_of_the_role() -> None:
    specs = yaml.safe_load((ROLE_FILES / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    options = specs["argument_specs"]["main"]["options"]
    assert {preflight.ROLE + name for name in preflight.ROLE_VARIABLES} == set(options)
    with_defaults = {name.removeprefix(preflight.ROLE) for name, facts in options.items() if "default" in facts}
    assert set(preflight._WITH_DEFAULTS) == with_defaults


def test_the_known_variables_of_each_playbook_are_those_that_it_documents() -> None:
    documented = {
        path.stem: re.findall(r"^#   nodana_(\w+)  ", path.read_text(encoding="utf-8"), re.MULTILINE)
        for path in PLAYBOOKS.glob("*.yml")
    }
    assert all(f"nodana_{name}".startswith(preflight.AWX) for name in documented.pop("awx_setup"))
    assert documented == {name: list(variables) for name, variables in preflight.PLAYBOOK_VARIABLES.items()}


@pytest.mark.parametrize("playbook", list(preflight.PLAYBOOK_VARIABLES))
def test_each_playbook_checks_the_names_of_its_variables(playbook: str) -> None:
    text = (PLAYBOOKS / f"{playbook}.yml").read_text(encoding="utf-8")
    option = "nodana_node_playbook" if playbook == "deploy" else "playbook"
    assert re.search(rf"^        {option}: {playbook}$", text, re.MULTILINE)
