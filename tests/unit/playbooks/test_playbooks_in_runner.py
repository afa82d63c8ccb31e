# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The jobs of the AWX example in ansible-runner, and what they leave in the files that AWX reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.controller import PASSWORD
from ansible_collections.nodana.cloud.tests.support.jobs import Job, Runner

pytest.importorskip("ansible_runner", reason="ansible-runner is not installed")

DEPLOYMENTS = "[{preset: phoenixd, auto_liquidity: 2m}, {preset: lnbits_phoenixd, auto_liquidity: 2m}]"


def secrets_in(folder: Path) -> list[str]:
    """Return the secrets in all secrets files, decrypted with the vault password."""
    vault = VaultLib([("default", VaultSecret(PASSWORD.encode()))])
    contents = [yaml.safe_load(vault.decrypt(path.read_bytes())) for path in sorted(folder.rglob("*.yml"))]
    found = [content.get("secrets") or {"password": content["password"]} for content in contents]
    return [str(secret) for secrets in found for secret in secrets.values()]


def test_the_jobs_of_awx_succeed_and_leave_no_secret(tmp_path: Path, running_simulator: Simulator) -> None:
    running_simulator.settings(serve_apps=True)
    runner = Runner(tmp_path, running_simulator.url, running_simulator.key)
    jobs: list[Job] = []

    def launch(playbook: str, **answers: Any) -> Job:
        job = runner.launch(playbook, **answers)
        jobs.append(job)
        assert job.code == 0, job.output
        assert (job.artifacts / "status").read_text(encoding="utf-8") == "successful"
        return job

    launch("deploy", nodana_project="shop", nodana_deployments=DEPLOYMENTS)
    launch("status", nodana_fail_on_problems="true")
    launch("restore_check")
    running_simulator.release("phoenixd", "9.9.9")
    upgraded = launch("upgrade", nodana_project="shop")
    secrets = secrets_in(runner.volume / "secrets")
    launch("teardown", nodana_project="shop", nodana_delete_with_unknown_balance="true")

    assert running_simulator.account()["apps"] == []
    assert [name for name in upgraded.tasks() if name.startswith("Update the service, phoenixd ")]
    seeds = [app["secrets"]["seed"] for app in running_simulator.account()["deleted_apps"]]
    assert len(seeds) == 2
    assert set(seeds) < set(secrets)
    hidden = (*secrets, PASSWORD, running_simulator.key)
    assert [file for job in jobs for secret in hidden for file in job.files_with(secret)] == []
