# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of a playbook agree in its documentation, its code, its survey and the guide."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
PLAYBOOKS = [
    ROOT / "playbooks" / f"{name}.yml" for name in ("deploy", "status", "upgrade", "restore_check", "teardown")
]
GUIDE = (ROOT / "docs" / "docsite" / "rst" / "guide_playbooks.rst").read_text(encoding="utf-8")
VARIABLE = re.compile(r"^#   (nodana_\w+) +(.*)$", re.MULTILINE)
DEFAULT = re.compile(r"default: (.*?)(?:; .*)?$")

pytestmark = pytest.mark.parametrize("playbook", PLAYBOOKS, ids=lambda path: path.stem)


def text(playbook):
    """Return the text of a playbook and of the files that it includes."""
    whole = playbook.read_text(encoding="utf-8")
    included = re.findall(r"include_tasks: (\S+)", whole)
    return "\n".join([whole, *((playbook.parent / name).read_text(encoding="utf-8") for name in included)])


def documented(playbook):
    """Return the default of each variable that the head of the playbook names, or None for a variable without one."""
    found = {}
    for name, said in VARIABLE.findall(text(playbook)):
        default = DEFAULT.search(said)
        found[name] = default.group(1) if default else None
    return found


def survey(playbook):
    path = ROOT / "docs" / "examples" / "awx" / "surveys" / f"{playbook.stem}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def test_it_documents_exactly_what_it_reads(playbook):
    code = "\n".join(line for line in text(playbook).splitlines() if not line.startswith("#"))
    read = set(re.findall(r"(?<![.\w])nodana_(?!node_)\w+", code)) - set(re.findall(r"loop_var: (\w+)", code))
    assert set(documented(playbook)) == read


def test_its_top_has_a_command_and_its_use_in_awx(playbook):
    top = text(playbook).partition("- name:")[0]
    assert re.search(
        rf"^#   ansible-playbook nodana\.cloud\.{playbook.stem}( -e \S+)? --vault-password-file vault-password$",
        top,
        re.MULTILINE,
    )
    assert f"docs/examples/awx/surveys/{playbook.stem}.json" in " ".join(top.split())
    assert "NODANA_API_KEY" in top
    assert "heck mode" in top


def test_its_variables_have_the_defaults_that_it_says(playbook):
    code = text(playbook)
    for name, default in documented(playbook).items():
        if default == "false":
            assert f"{name} | default(false, true)" in code
        elif default in ("10", "300", "1"):  # unlike an empty variable, the number 0 is a value
            assert f"{{{{ {default} if {name} | default('') in ['', none] else {name} }}}}" in code


def test_the_guide_describes_each_variable(playbook):
    section = GUIDE.partition(f"``{playbook.stem}``\n---")[2].partition("\n---")[0]
    assert sorted(re.findall(r"^``(nodana_\w+)``$", section, re.MULTILINE)) == sorted(documented(playbook))
    assert re.search(rf"\$ ansible-playbook nodana\.cloud\.{playbook.stem}\b", section)


def test_an_empty_variable_is_the_same_as_an_unset_one(playbook):
    code = "\n".join(line for line in text(playbook).splitlines() if not line.startswith("#"))
    compared = r" (?:not )?in \['', none\]"
    assert re.findall(rf"(nodana_(?!node_)\w+) \| default\([^()]*(?<!true)\)(?!{compared})", code) == []


def test_its_survey_asks_for_each_variable_once(playbook):
    spec = survey(playbook)
    assert set(spec) == {"name", "description", "spec"}
    assert sorted(question["variable"] for question in spec["spec"]) == sorted(documented(playbook))


def test_its_survey_offers_the_default_that_the_playbook_has(playbook):
    defaults = documented(playbook)
    for question in survey(playbook)["spec"]:
        default, kind = defaults[question["variable"]], question["type"]
        if default == "false":
            assert (kind, question["choices"], question["default"]) == ("multiplechoice", ["false", "true"], "false")
        elif default in ("1", "10", "300"):
            assert kind in ("integer", "float")
            assert question["default"] == int(default)
            assert question["min"] <= question["default"] <= question["max"]
        elif default == "vault":
            assert (kind, question["choices"], question["default"]) == ("multiplechoice", ["vault", "none"], "vault")
        elif default == "apps":
            assert (kind, question["default"]) == ("multiplechoice", "apps")
            assert question["choices"] == ["apps", "nodes", "all"]
        else:
            assert kind in ("text", "textarea")


def test_it_runs_on_the_controller_alone(playbook):
    (play,) = yaml.safe_load(playbook.read_text(encoding="utf-8"))
    assert (play["hosts"], play["connection"], play["gather_facts"]) == ("localhost", "local", False)
    assert list(play["module_defaults"]) == ["group/nodana.cloud.all"]
