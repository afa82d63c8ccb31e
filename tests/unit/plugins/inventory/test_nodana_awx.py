# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys

import pytest
from ansible_collections.nodana.cloud.tests.support.canned import KEY, canned_api, one_project
from ansible_collections.nodana.cloud.tests.support.controller import ROOT, Inventory

EXAMPLE = ROOT / "docs" / "examples" / "awx"
UPDATE = {  # AWX sets these for every update of an inventory
    "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
    "ANSIBLE_INVENTORY_EXPORT": "True",
    "ANSIBLE_VERBOSE_TO_STDERR": "True",
    "ANSIBLE_HOST_PATTERN_MISMATCH": "error",
}


class Awx:
    """Updates an inventory as AWX does, from the project folder of the example."""

    def __init__(self, ansible: Inventory) -> None:
        self.ansible = ansible
        self.ansible.environment.update(UPDATE)
        self.project = ansible.folder / "private" / "project"
        shutil.copytree(EXAMPLE, self.project)
        self.output = ansible.folder / "private" / "artifacts" / "7" / "output.json"
        self.output.parent.mkdir(parents=True)
        self.arguments = ["--list", "--export", "-i", str(self.project / "nodana.yml"), "--output", str(self.output)]
        self.arguments += ["--playbook-dir", str(self.project)]

    def update(self, *verbosity):
        return self.ansible.run("inventory", *self.arguments, *verbosity)

    def imported(self):
        """Return the inventory that AWX reads."""
        return json.loads(self.output.read_text(encoding="utf-8"))

    def run_job(self, host, *arguments):
        """Run an ad hoc command on the imported hosts, with the inventory script that AWX generates."""
        script = self.ansible.folder / "hosts"
        data = self.imported()
        data["_meta"] = {"hostvars": data["_meta"]["hostvars"]}
        text = f"#! {sys.executable}\n# -*- coding: utf-8 -*-\nprint({json.dumps(data)!r})\n"
        script.write_text(text, encoding="utf-8")
        script.chmod(0o700)
        return self.ansible.run("adhoc", "-i", str(script), host, *arguments)


@pytest.fixture
def awx(ansible, simulator):
    # The example waits a second between requests, as for the real API. One project is enough.
    alone = simulator.account()["projects"][-1]["id"]
    awx = Awx(ansible)
    source = awx.project / "nodana.yml"
    source.write_text(source.read_text(encoding="utf-8") + f"request_interval: 0\nprojects: [{alone}]\n", "utf-8")
    return awx


def test_the_inventory_file_of_the_project_holds_no_key():
    assert "api_key" not in (EXAMPLE / "nodana.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize("verbosity", [(), ("-vvvvv",)])
def test_an_update_imports_hosts_and_groups(simulator, awx, verbosity):
    result = awx.update(*verbosity)
    assert result.returncode == 0, result.stderr
    assert result.stdout == ""
    assert simulator.key not in result.stderr
    data = awx.imported()
    nutshell = simulator.account()["apps"][-1]
    ((host, variables),) = data["_meta"]["hostvars"].items()
    assert data["template_nutshell"]["hosts"] == data["nodana"]["hosts"] == [host]
    assert data["nodana"]["vars"] == {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
    }
    assert (variables["nodana_app_id"], variables["nodana_status"]) == (nutshell["id"], "available")
    assert simulator.key not in json.dumps(data)


def test_an_update_that_fails_imports_nothing(awx):
    awx.ansible.environment["NODANA_API_KEY"] = "wrong-key-0123456789"
    result = awx.update()
    assert result.returncode != 0
    assert "Invalid API key" in " ".join(result.stderr.split())
    assert not awx.output.exists()


def test_what_is_imported_does_nothing_in_a_job(tmp_path):
    text = f"{{{{ lookup('pipe', 'touch {tmp_path}/trace') }}}}"
    app = {"id": "app-1", "url": "https://a.example", "template": text, "status": f"é ' {text}", "rate": {"a": text}}
    with canned_api(one_project(app, name=text)) as url:
        awx = Awx(Inventory(tmp_path / "awx", url, KEY))
        (awx.project / "nodana.yml").write_text("plugin: nodana.cloud.nodana\nrequest_interval: 0\n", "utf-8")
        assert awx.update().returncode == 0
    shown = tmp_path / "shown.json"
    expression = "{{ [nodana_template, nodana_status, nodana_rate, nodana_project_name] | to_json }}"
    job = awx.run_job("a.example", "-m", "ansible.builtin.copy", "-a", f"dest={shown} content='{expression}'")
    assert job.returncode == 0, job.stdout + job.stderr
    assert json.loads(shown.read_text(encoding="utf-8")) == [text, f"é ' {text}", {"a": text}, text]
    assert not (tmp_path / "trace").exists()


def test_an_update_works_through_the_runner_that_awx_uses(awx):
    pytest.importorskip("ansible_runner", reason="ansible-runner is not installed")
    private = awx.project.parent
    line = ["ansible-inventory", *awx.arguments]
    (private / "args").write_text(shlex.join(line), encoding="utf-8")
    (private / "env").mkdir()
    wanted = {name: value for name, value in awx.ansible.environment.items() if name.startswith(("ANSIBLE", "NODANA"))}
    (private / "env" / "envvars").write_text(json.dumps(wanted), encoding="utf-8")
    program = "import ansible_runner, sys; sys.exit(ansible_runner.run(private_data_dir=sys.argv[1], ident='7').rc)"
    command = [sys.executable, "-c", program, str(private)]
    programs = {**awx.ansible.environment, "PATH": f"{sys.prefix}/bin:{awx.ansible.environment['PATH']}"}
    result = subprocess.run(command, env=programs, capture_output=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert (private / "artifacts" / "7" / "status").read_text(encoding="utf-8") == "successful"
    assert len(awx.imported()["_meta"]["hostvars"]) == 1
