# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook awx_setup as a job of AWX: in ansible-runner, imported by a playbook of a project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.nodana.cloud.tests.support.awx import TOKEN, running_awx
from ansible_collections.nodana.cloud.tests.support.jobs import EXAMPLES, Runner

pytest.importorskip("ansible_runner", reason="ansible-runner is not installed")

KEY = "the-key-of-nodana-0123456789"
VAULT_PASSWORD = "the-vault-password-0123456789"
ADDRESS = "https://api.example.com/v1"
PROJECT = "- name: Set up AWX\n  ansible.builtin.import_playbook: nodana.cloud.awx_setup\n"


def test_a_job_sets_up_awx_and_leaves_no_secret(tmp_path: Path) -> None:
    collections = Path(os.environ.get("NODANA_TEST_AWX", ""), "ansible_collections", "awx", "awx")
    if not collections.exists():
        pytest.skip("the package ansible, which brings awx.awx, cannot be installed here")
    runner = Runner(tmp_path, ADDRESS, KEY)
    runner.add_collection("awx", "awx", collections)
    runner.project = tmp_path / "project"
    runner.project.mkdir()
    (runner.project / "setup.yml").write_text(PROJECT, encoding="utf-8")
    with running_awx(EXAMPLES) as awx:
        runner.environment.update(CONTROLLER_HOST=awx.url, CONTROLLER_OAUTH_TOKEN=TOKEN)
        job = runner.run(
            "setup",
            {
                "nodana_awx_project_url": "https://git.example.com/nodana.git",
                "nodana_awx_instances": "node-1",
                "nodana_awx_vault_password": VAULT_PASSWORD,
                "nodana_awx_image": "",
            },
        )
    assert job.code == 0, job.output
    assert len(awx.objects["job_templates"]) == 5
    inputs = awx.named("credentials", "Nodana")["inputs"]
    assert inputs == {"api_key": KEY, "api_url": ADDRESS, "state_dir": "/var/lib/nodana/state"}
    assert awx.named("credentials", "Nodana vault")["inputs"] == {"vault_password": VAULT_PASSWORD}
    assert [file for secret in (KEY, TOKEN) for file in job.files_with(secret)] == []
    # AWX writes the variables of a job here, and deletes the file.
    assert job.files_with(VAULT_PASSWORD) == ["env/extravars"]
