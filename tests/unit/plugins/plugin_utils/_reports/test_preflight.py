# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role node fails on wrong variables before it sends a request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible_collections.nodana.cloud.plugins.plugin_utils._reports import preflight

GOOD: dict[str, Any] = {"wait_timeout": 0.0, "request_timeout": 3600.0}
TASK = "- ansible.builtin.debug:\n"


@pytest.mark.parametrize("name", list(preflight.TIMEOUTS))
@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), -1.0, 1e300])
def test_a_timeout_that_is_no_sensible_number_is_refused(name: str, value: float) -> None:
    assert list(preflight.timeout_problems(GOOD)) == []
    (problem,) = preflight.timeout_problems({**GOOD, name: value})
    assert problem.startswith(f"nodana_node_{name} must be a number of seconds from ")


def test_a_request_needs_some_time() -> None:
    (problem,) = preflight.timeout_problems({**GOOD, "request_timeout": 0.0})
    assert problem == "nodana_node_request_timeout must be a number of seconds from 0.1 to 3600"


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
