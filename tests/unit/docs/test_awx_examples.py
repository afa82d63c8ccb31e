# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples for AWX keep the rules of AWX, and the playbook awx_setup uses all of them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from ansible_collections.nodana.cloud.plugins.module_utils._client.connection import DEFAULT_URL
from ansible_collections.nodana.cloud.tests.support.awx_rules import (
    answer_errors,
    credential_type_errors,
    injected,
    launch_errors,
    launched,
    listed_playbooks,
    rrule_errors,
    survey_errors,
)
from ansible_collections.nodana.cloud.tests.support.controller import ROOT, Controller, one_line

EXAMPLES = ROOT / "docs" / "examples" / "awx"
OBJECTS = json.loads((EXAMPLES / "objects.json").read_text(encoding="utf-8"))
SURVEYS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (EXAMPLES / "surveys").glob("*.json")}
IMAGE = ROOT / "docs" / "examples" / "execution-environment"
each_survey = pytest.mark.parametrize("name", sorted(SURVEYS))


def test_awx_accepts_the_credential_type():
    assert not list(credential_type_errors(OBJECTS["credential_type"]))


@pytest.mark.parametrize(
    ("inputs", "url", "nodes_key"),
    [
        ({}, DEFAULT_URL, ""),
        ({"api_url": "", "nodes_api_key": ""}, DEFAULT_URL, ""),
        ({"api_url": "https://api.example.com", "nodes_api_key": "other"}, "https://api.example.com", "other"),
    ],
)
def test_an_optional_input_needs_no_value(inputs, url, nodes_key):
    """The modules refuse an empty NODANA_API_URL, and ignore an empty NODANA_NODES_API_KEY."""
    templates = OBJECTS["credential_type"]["injectors"]["env"]
    inputs = {"api_key": "key", **OBJECTS["credential"]["inputs"], **inputs}
    assert {name: injected(template, inputs) for name, template in templates.items()} == {
        "NODANA_API_KEY": "key",
        "NODANA_NODES_API_KEY": nodes_key,
        "NODANA_API_URL": url,
        "NODANA_STATE_DIR": "/var/lib/nodana/state",
    }


def test_only_keys_are_secret():
    fields = OBJECTS["credential_type"]["inputs"]["fields"]
    assert {field["id"] for field in fields if field.get("secret")} == {"api_key", "nodes_api_key"}


def test_awx_accepts_the_schedule():
    assert not list(rrule_errors(OBJECTS["schedule"]["rrule"]))
    assert not list(launch_errors(SURVEYS["status"], OBJECTS["schedule"]["extra_data"]))


@each_survey
def test_awx_accepts_the_survey(name):
    assert not list(survey_errors(SURVEYS[name]))


@each_survey
def test_a_question_is_required_only_if_it_can_have_no_default(name):
    """AWX does not use the default of a required question for schedules, webhooks and workflow nodes."""
    required = [question["variable"] for question in SURVEYS[name]["spec"] if question["required"]]
    assert required == (["nodana_deployments"] if name == "deploy" else [])
    assert all(question["default"] == "" for question in SURVEYS[name]["spec"] if question["required"])


@each_survey
def test_a_job_without_answers_gets_every_default(name):
    survey = SURVEYS[name]
    optional = {question["variable"]: question["default"] for question in survey["spec"] if not question["required"]}
    assert launched(survey, {}) == optional


@each_survey
def test_a_folder_on_the_volume_cannot_be_emptied(name):
    """An empty answer would select a folder in the container, which is deleted when the job ends."""
    folders = [question for question in SURVEYS[name]["spec"] if str(question["default"]).startswith("/var/lib/nodana")]
    assert "nodana_secrets_dir" in [question["variable"] for question in folders]
    assert all(list(answer_errors(question, "")) for question in folders)


def test_awx_lists_a_playbook_for_each_survey():
    """AWX refuses a job template for a playbook that it does not list."""
    assert listed_playbooks(EXAMPLES) == sorted([*(f"{name}.yml" for name in SURVEYS), "volume.yml"])
    for name in SURVEYS:
        assert f"import_playbook: nodana.cloud.{name}\n" in (EXAMPLES / f"{name}.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", [EXAMPLES / "collections" / "requirements.yml", IMAGE / "requirements.yml"])
def test_the_requirements_name_this_collection(file):
    (collection,) = yaml.safe_load(file.read_text(encoding="utf-8"))["collections"]
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    assert collection == {"name": "nodana.cloud", "version": f">={galaxy['version']}"}


def test_the_pod_mounts_the_volume_where_the_surveys_expect_it():
    (container,) = (spec := yaml.safe_load((EXAMPLES / "pod.yml").read_text(encoding="utf-8"))["spec"])["containers"]
    (mount,) = container["volumeMounts"]
    assert mount == {"name": spec["volumes"][0]["name"], "mountPath": "/var/lib/nodana"}
    assert spec["securityContext"]["fsGroupChangePolicy"] == "OnRootMismatch"


def test_the_setup_uses_every_value_of_the_objects():
    code = (ROOT / "playbooks" / "awx_setup.yml").read_text(encoding="utf-8")
    by_name = ("credential", "vault_credential")  # the playbook selects these by the name in a variable
    for name, content in OBJECTS.items():
        expected = [] if name in by_name else [f"objects.{name}.{key}" for key in content]
        assert [one for one in expected if not re.search(rf"{re.escape(one)}\b", code)] == []


def test_the_setup_documents_its_variables_in_its_head_and_in_the_guide():
    head, _name, code = (ROOT / "playbooks" / "awx_setup.yml").read_text(encoding="utf-8").partition("- name:")
    guide = (ROOT / "docs" / "docsite" / "rst" / "guide_awx.rst").read_text(encoding="utf-8")
    documented = re.findall(r"^#   (nodana_awx_\w+) ", head, re.MULTILINE)
    assert documented == re.findall(r"^``(nodana_awx_\w+)``$", guide, re.MULTILINE)
    assert sorted(documented) == sorted(set(re.findall(r"\bnodana_awx_\w+", code)))
    assert "$ ansible-playbook nodana.cloud.awx_setup -e @awx.yml\n" in guide


def test_the_builder_of_execution_environments_accepts_the_definition(tmp_path):
    pytest.importorskip("ansible_builder", reason="ansible-builder is not installed")
    folder = shutil.copytree(IMAGE, tmp_path / "image")
    builder = [sys.executable, "-m", "ansible_builder"]
    made = subprocess.run([*builder, "create"], cwd=folder, capture_output=True, encoding="utf-8", check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    copied = folder / "context" / "_build" / "requirements.yml"
    assert copied.read_text(encoding="utf-8") == (IMAGE / "requirements.yml").read_text(encoding="utf-8")
    collections = str(ROOT.parents[2])
    found = subprocess.run([*builder, "introspect", collections], capture_output=True, encoding="utf-8", check=False)
    assert "requests  # from collection nodana.cloud" in found.stdout


class TestVolume:
    """The playbook volume.yml, which the playbooks that store secrets run first."""

    @pytest.fixture
    def ansible(self, tmp_path: Path) -> Controller:
        ansible = Controller(tmp_path / "controller")
        ansible.environment["NODANA_STATE_DIR"] = "/proc/state"
        return ansible

    def check(self, ansible, *variables, volume="/proc"):
        arguments = [word for variable in (f"volume={volume}", *variables) for word in ("-e", variable)]
        result = ansible.run("playbook", str(EXAMPLES / "volume.yml"), *arguments)
        assert "Traceback" not in result.stderr
        return result.returncode, one_line(result.stdout + result.stderr)

    def test_folders_on_a_mounted_volume_are_accepted(self, ansible):
        status, shown = self.check(ansible, "nodana_secrets_dir=/proc/secrets", "nodana_record_dir=/proc")
        assert status == 0, shown

    def test_a_folder_that_is_not_a_mount_is_refused(self, ansible, tmp_path):
        status, shown = self.check(ansible, "nodana_secrets_dir=/proc/secrets", volume=tmp_path)
        assert status != 0
        assert f"No volume is mounted at {tmp_path} in the container of this job." in shown

    @pytest.mark.parametrize("folder", ["/proceedings", ""])
    def test_secrets_outside_of_the_volume_are_refused(self, ansible, folder):
        status, shown = self.check(ansible, f"nodana_secrets_dir={folder}")
        assert status != 0
        assert "These must be folders in /proc, which outlives the job" in shown

    def test_a_state_folder_outside_of_the_volume_is_refused(self, ansible):
        del ansible.environment["NODANA_STATE_DIR"]
        status, _shown = self.check(ansible, "nodana_secrets_dir=/proc/secrets")
        assert status != 0
