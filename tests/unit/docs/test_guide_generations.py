# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples of the guide to the generations of the API: modules, options, files and commands that exist."""

from __future__ import annotations

import importlib
import re
import shlex
import subprocess
import sys
import textwrap
from typing import Any

import pytest
import yaml
from ansible_collections.nodana.cloud.plugins.doc_fragments import app_connection, nodes_connection, secrets
from ansible_collections.nodana.cloud.tests.support.modules import MODULES, ROOT

TEXT = (ROOT / "docs" / "docsite" / "rst" / "guide_generations.rst").read_text(encoding="utf-8")
BLOCK = re.compile(r"( *)\.\. code-block:: ([\w+]+)\n(?: +:caption: (\S+)\n)?\n((?:\1   .*\n|\n)+)")
BLOCKS = [(name, language, textwrap.dedent(body)) for _indent, language, name, body in BLOCK.findall(TEXT)]
FILES = {name: yaml.safe_load(body) for name, _language, body in BLOCKS if name}
LINES = [line for _name, language, body in BLOCKS if language == "console" for line in body.splitlines() if line]
TASKS = [task for plays in FILES.values() for play in plays for task in play["tasks"]]


def options(module: str) -> set[str]:
    """Return the options of a module of this collection, with those of its fragments about secrets and apps."""
    loaded = importlib.import_module(f"{MODULES}.{module}")
    documented: dict[str, Any] = yaml.safe_load(loaded.DOCUMENTATION)["options"] or {}
    fragments = [one.ModuleDocFragment for one in (app_connection, nodes_connection, secrets)]
    texts = [value for fragment in fragments for name, value in vars(fragment).items() if name.isupper()]
    return set(documented).union(*(yaml.safe_load(text)["options"] for text in texts))


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task["name"])
def test_tasks_use_options_that_exist(task: dict[str, Any]) -> None:
    for name, values in task.items():
        if name.startswith("nodana.cloud."):
            assert set(values) <= options(name.removeprefix("nodana.cloud."))


def test_commands_name_files_of_the_guide_and_playbooks_of_the_collection() -> None:
    playbooks = {f"nodana.cloud.{path.stem}" for path in (ROOT / "playbooks").glob("*.yml")} | set(FILES)
    named = [words[2] for words in map(shlex.split, LINES) if words[1] == "ansible-playbook"]
    assert len(named) >= 5
    assert set(named) <= playbooks


@pytest.mark.parametrize("line", [line for line in LINES if "dev.py" in line])
def test_commands_of_dev_py_exist(line: str) -> None:
    command = [sys.executable, *shlex.split(line)[2:], "--help"]
    assert subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False).returncode == 0
