# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the playbooks for existing apps and nodes in a real Ansible, beside a simulator with programs behind its URLs."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.support.controller import Controller, Ran
from ansible_collections.nodana.cloud.tests.support.processes import DEADLINE

Record = dict[str, Any]


class Operation:
    """A controller whose working directory is ``folder``, and an account whose apps have secrets files there."""

    def __init__(self, folder: Path, simulator: Simulator) -> None:
        self.simulator = simulator
        self.folder = folder
        self.controller = Controller(folder, simulator.url, simulator.key)
        self.controller.environment["PWD"] = str(folder)
        simulator.settings(serve_apps=True)

    def create(self, *templates: str) -> list[Record]:
        """Create an app of each template in the project shop, with secrets files. Return the apps, with secrets."""
        project = self.call("POST", "/projects", {"name": "shop"})["data"]["id"]
        for template in templates:
            self.call("POST", "/apps", {"project_id": project, "template": template})
        return self._stored("apps")

    def create_nodes(self, *names: str) -> list[Record]:
        """Create nodes with secrets files. Return them, with secrets."""
        for name in names:
            self.call("POST", "/nodes", {"name": name, "autoLiquidity": "2m", "accessMode": "limited"})
        return self._stored("nodes")

    def call(self, method: str, path: str, body: Any = None) -> Record:
        """Send a request to the API, as a user of the API does. It must succeed."""
        key = self.simulator.key
        basic = f"Basic {base64.b64encode(f':{key}'.encode()).decode()}"
        headers = {"Authorization": f"Bearer {key}" if path.startswith("/nodes") else basic}
        if body is not None:
            headers["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection("127.0.0.1", self.simulator.port, timeout=30)
        try:
            connection.request(method, f"/v1{path}", None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        answer: Record = json.loads(text)
        assert response.status < 300, text
        assert "error" not in answer, text
        return answer

    def play(self, playbook: str, *arguments: str, **variables: Any) -> Ran:
        """Run a playbook of the collection. It sends its requests without a pace unless there are other variables."""
        ran = self.controller.run("playbook", *self._arguments(playbook, *arguments, **variables))
        assert "Traceback" not in ran.stdout + ran.stderr
        return ran

    def kill(self, playbook: str, when: Callable[[], bool], **variables: Any) -> None:
        """Run a playbook and kill it, with all its processes, when the condition is true."""
        command = [sys.executable, "-m", "ansible.cli.playbook", *self._arguments(playbook, **variables)]
        with (self.folder / "killed.log").open("w", encoding="utf-8") as log:
            process = subprocess.Popen(
                command, cwd=self.folder, env=self.controller.environment, stdout=log, stderr=log
            )
            try:
                ends = time.monotonic() + 2 * DEADLINE
                while process.poll() is None and not when() and time.monotonic() < ends:
                    time.sleep(0.05)
                assert process.poll() is None, (self.folder / "killed.log").read_text(encoding="utf-8")
                assert when()
            finally:
                while self._kill_processes():
                    process.poll()

    def _kill_processes(self) -> int:
        """Kill all processes with the state folder of this controller, and return how many there were.

        The processes of modules have a session of their own, and outlive the program that started them.
        """
        mark = f"NODANA_STATE_DIR={self.controller.environment['NODANA_STATE_DIR']}".encode()
        found = 0
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                if entry.name.isdigit() and mark in (entry / "environ").read_bytes().split(b"\0"):
                    os.kill(int(entry.name), signal.SIGKILL)
                    found += 1
        return found

    def sent(self) -> list[str]:
        """Return the requests that change something, for example ``POST /apps/x/stop``."""
        requests = self.simulator.log()["requests"]
        return [f"{one['method']} {one['path']}" for one in requests if one["method"] != "GET"]

    def _stored(self, kind: str) -> list[Record]:
        found: list[Record] = self.simulator.account()[kind]
        folder = self.controller.secrets
        folder.mkdir(mode=0o700, exist_ok=True)
        for item in found:
            template = item.get("template", "phoenixd")
            content = {"app_id": item["id"], "template": template, "secrets": item["secrets"]}
            path = folder / f"{template}-{item['id']}.yml"
            path.write_text(yaml.safe_dump(content), encoding="utf-8")
            path.chmod(0o600)
        self.simulator.clear_log()
        return found

    def _arguments(self, playbook: str, *arguments: str, **variables: Any) -> list[str]:
        given = {"nodana_request_interval": 0.001, "nodana_wait_timeout": 20, **variables}
        return [f"nodana.cloud.{playbook}", *self.controller.opened, "-e", json.dumps(given), *arguments]
