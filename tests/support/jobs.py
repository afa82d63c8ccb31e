# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run jobs as AWX does: with ansible-runner, in a private folder for each job, with the variables of a survey."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.nodana.cloud.tests.support.awx_rules import extra_vars, injected, launch_errors, launched
from ansible_collections.nodana.cloud.tests.support.controller import PASSWORD, ROOT, own_environment

EXAMPLES = ROOT / "docs" / "examples" / "awx"
OBJECTS = json.loads((EXAMPLES / "objects.json").read_text(encoding="utf-8"))
INVENTORY = "#! {python}\n# -*- coding: utf-8 -*-\nprint({text!r})\n"
PROGRAM = "import ansible_runner, json, sys; sys.exit(ansible_runner.run(**json.load(sys.stdin)).rc)"
ENVIRONMENT = {  # AWX sets these for every job
    "ANSIBLE_FORCE_COLOR": "True",
    "ANSIBLE_HOST_KEY_CHECKING": "False",
    "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
    "ANSIBLE_RETRY_FILES_ENABLED": "False",
}
MASKED = {"NODANA_API_KEY", "NODANA_NODES_API_KEY", "CONTROLLER_OAUTH_TOKEN"}
"""The variables with secrets in the environment of a job. AWX masks each whose name contains KEY or TOKEN."""


@dataclass
class Job:
    """A job that has ended. ``folder`` is its private folder, ``output`` what it printed."""

    folder: Path
    code: int
    output: str

    @property
    def artifacts(self) -> Path:
        """Return the folder in which ansible-runner keeps what AWX reads."""
        (folder,) = (self.folder / "artifacts").iterdir()
        return folder

    def tasks(self) -> list[str]:
        """Return the names of the tasks that succeeded, in no certain order."""
        events = [json.loads(path.read_text(encoding="utf-8")) for path in (self.artifacts / "job_events").iterdir()]
        return [event["event_data"]["task"] for event in events if event["event"] == "runner_on_ok"]

    def files_with(self, text: str) -> list[str]:
        """Return the files of the job that contain a text. The project, which AWX copies, is left out.

        So are the values of ``MASKED`` in the environment that ansible-runner writes to the file ``command``.
        """
        files = [path for path in self.folder.rglob("*") if path.is_file() and not path.is_symlink()]
        return sorted(
            str(path.relative_to(self.folder))
            for path in files
            if path.relative_to(self.folder).parts[0] != "project" and text.encode() in self._stored(path)
        )

    def _stored(self, path: Path) -> bytes:
        """Return the content of a file as AWX stores it."""
        content = path.read_bytes()
        if path != self.artifacts / "command":
            return content
        started = json.loads(content)
        for name in MASKED & started["env"].keys():
            started["env"][name] = "**********"
        return json.dumps(started).encode()


class Runner:
    """Launches the job templates of the example for an account. All jobs share the folder ``volume``.

    Tests may change ``project``, whose playbooks are run, and add credentials to ``environment``.
    """

    def __init__(self, folder: Path, api_url: str, api_key: str) -> None:
        self.folder = folder
        self.project = EXAMPLES
        self.environment = dict(ENVIRONMENT)
        self.volume = folder / "volume"
        self.volume.mkdir()
        self.add_collection("nodana", "cloud", ROOT)
        self.inputs = {"api_key": api_key, "api_url": api_url, "state_dir": str(self.volume / "state")}

    def add_collection(self, namespace: str, name: str, source: Path) -> None:
        """Let the jobs use this collection."""
        folder = self.folder / "collections" / "ansible_collections" / namespace
        folder.mkdir(parents=True)
        (folder / name).symlink_to(source)

    def launch(self, playbook: str, **answers: Any) -> Job:
        """Run a playbook of the example with these answers. AWX accepts them, and adds the defaults of the others."""
        survey = json.loads((EXAMPLES / "surveys" / f"{playbook}.json").read_text(encoding="utf-8"))
        folders = {
            question["variable"]: question["default"].replace("/var/lib/nodana", str(self.volume))
            for question in survey["spec"]
            if str(question["default"]).startswith("/var/lib/nodana")
        }
        answers = {**folders, "nodana_request_interval": 0.001, **answers}
        assert list(launch_errors(survey, answers)) == []
        return self.run(playbook, launched(survey, answers))

    def run(self, playbook: str, variables: dict[str, Any]) -> Job:
        """Run a playbook of the project with these variables only, in a new private folder."""
        number = len(list(self.folder.glob("job_*"))) + 1
        private = self.folder / f"job_{number}"
        shutil.copytree(self.project, private / "project")
        for name in ("env", "inventory"):
            (private / name).mkdir(mode=0o700)
        known = {"awx_job_id": number, "awx_job_launch_type": "manual", "awx_user_name": "operator"}
        # The variable of volume.yml is in the job template and therefore safe. The file system stands in for a volume.
        (private / "env" / "extravars").write_text(extra_vars({**known, **variables}) + "volume: /\n", encoding="utf-8")
        (private / "env" / "cmdline").write_text("--ask-vault-pass", encoding="utf-8")
        (private / "inventory" / "hosts").write_text(self._inventory(), encoding="utf-8")
        (private / "inventory" / "hosts").chmod(0o700)
        options = {
            "private_data_dir": str(private),
            "ident": str(number),
            "playbook": f"{playbook}.yml",
            "inventory": str(private / "inventory" / "hosts"),
            "passwords": {r"Vault password:\s*?$": PASSWORD},
            "envvars": {**self.environment, **self._injected(), **self._places(private)},
            "suppress_env_files": True,
        }
        programs = {**own_environment(), "PATH": f"{sys.prefix}/bin:{own_environment()['PATH']}", "HOME": str(private)}
        command = [sys.executable, "-c", PROGRAM]
        ran = subprocess.run(
            command, input=json.dumps(options), cwd=private, env=programs, capture_output=True, text=True, check=False
        )
        assert "Traceback" not in ran.stdout + ran.stderr
        return Job(private, ran.returncode, ran.stdout + ran.stderr)

    def _places(self, private: Path) -> dict[str, str]:
        collections = f"{private / 'requirements_collections'}:{self.folder / 'collections'}"
        return {"HOME": str(private), "AWX_PRIVATE_DATA_DIR": str(private), "ANSIBLE_COLLECTIONS_PATH": collections}

    def _injected(self) -> dict[str, str]:
        """Return the variables of the credential. AWX injects no empty ones."""
        templates = OBJECTS["credential_type"]["injectors"]["env"]
        return {name: value for name, template in templates.items() if (value := injected(template, self.inputs))}

    def _inventory(self) -> str:
        host = OBJECTS["playbook_host"]
        data = {"all": {"hosts": [host["name"]]}, "_meta": {"hostvars": {host["name"]: host["variables"]}}}
        return INVENTORY.format(python=sys.executable, text=json.dumps(data))
