# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook awx_setup, with the real collection awx.awx and a small AWX.

``nox -s awx units -- tests/awx`` installs the collection and runs these tests.
"""

from __future__ import annotations

import copy
import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.nodana.cloud.tests.support.alarm import alarm
from ansible_collections.nodana.cloud.tests.support.awx import TOKEN, Awx, running_awx
from ansible_collections.nodana.cloud.tests.support.awx_rules import injected
from ansible_collections.nodana.cloud.tests.support.controller import ROOT, Controller, Ran, one_line

EXAMPLES = ROOT / "docs" / "examples" / "awx"
KEY = "the-key-of-nodana-0123456789"
NODES_KEY = "the-key-of-nodes-0123456789"
PASSWORD = "the-vault-password-0123456789"
REPOSITORY = "https://git.example.com/nodana.git"
ALL = 11  # tasks that change something
COUNTS = {
    "organizations": 1,
    "credential_types": 2,
    "credentials": 2,
    "execution_environments": 1,
    "instance_groups": 1,
    "projects": 1,
    "inventories": 2,
    "inventory_sources": 1,
    "hosts": 1,
    "job_templates": 5,
    "schedules": 1,
}


class Setup:
    """Runs the playbook with the collection awx.awx under a name."""

    def __init__(self, folder: Path, awx: Awx, collection: str = "awx.awx") -> None:
        self.awx = awx
        self.ansible = Controller(folder)
        self.ansible.environment.update(CONTROLLER_HOST=awx.url, CONTROLLER_OAUTH_TOKEN=TOKEN, NODANA_API_KEY=KEY)
        self.ansible.environment["ANSIBLE_PIPELINING"] = "true"
        del self.ansible.environment["NODANA_API_URL"]
        namespace, name = collection.split(".")
        place = folder / "ansible_collections" / namespace
        place.mkdir()
        (place / name).symlink_to(Path(os.environ["NODANA_TEST_AWX"]) / "ansible_collections" / "awx" / "awx")
        self.variables: dict[str, Any] = {
            "nodana_awx_project_url": REPOSITORY,
            "nodana_awx_instances": "node-1",
            "nodana_awx_image": "registry.example.com/nodana:1",
            "nodana_awx_vault_password": PASSWORD,
        }

    def run(self, *arguments: str, **variables: Any) -> Ran:
        """Run the playbook. A variable that is None is not set."""
        chosen = {name: value for name, value in {**self.variables, **variables}.items() if value is not None}
        file = self.ansible.folder / "awx.yml"
        file.write_text(yaml.safe_dump(chosen), encoding="utf-8")
        return self.ansible.run("playbook", "nodana.cloud.awx_setup", "-e", f"@{file}", *arguments)


def make_setup(folder: Path, awx: Awx, collection: str = "awx.awx") -> Setup:
    """Return the setup in a new folder. Skip the test if there is no collection."""
    if not os.path.exists(os.environ.get("NODANA_TEST_AWX", "")):
        pytest.skip("the package ansible, which brings awx.awx, cannot be installed here")
    return Setup(folder, awx, collection)


@pytest.fixture
def awx() -> Iterator[Awx]:
    with running_awx(EXAMPLES) as running:
        yield running


@pytest.fixture
def setup(tmp_path: Path, awx: Awx) -> Setup:
    return make_setup(tmp_path / "controller", awx)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Setup:
    """Return a setup whose playbook has run once, for AWX with nothing in it."""
    with running_awx(EXAMPLES) as running:
        setup = make_setup(tmp_path_factory.mktemp("first") / "controller", running)
        setup.ansible.environment["NODANA_NODES_API_KEY"] = NODES_KEY
        assert_changed(setup.run("-v"), ALL)
        return setup


@pytest.fixture
def done(tmp_path: Path, awx: Awx, first: Setup) -> Setup:
    """Return a setup for an AWX that the playbook has set up."""
    for name in ("objects", "related", "surveys"):
        setattr(awx, name, copy.deepcopy(getattr(first.awx, name)))
    return make_setup(tmp_path / "controller", awx)


def assert_changed(result: Ran, expected: int) -> None:
    shown = result.stdout + result.stderr
    assert result.returncode == 0, shown
    assert f"changed={expected} " in shown, shown
    assert shown.count("errors were encountered") <= 1  # ansible-core 2.16 tries to load an action that is a template
    assert not [secret for secret in (KEY, PASSWORD) if secret in shown]


def example(name: str) -> Any:
    return json.loads((EXAMPLES / "objects.json").read_text(encoding="utf-8"))[name]


def test_check_mode_sends_no_write_and_says_what_it_skips(setup: Setup, awx: Awx) -> None:
    preview = setup.run("--check")
    assert_changed(preview, 5)
    assert "Check mode skipped the tasks that need an object that does not exist yet." in preview.stdout
    assert awx.writes == []


def test_it_creates_everything(first: Setup) -> None:
    assert {kind: len(items) for kind, items in first.awx.objects.items()} == COUNTS


def test_a_second_run_changes_nothing_and_keeps_the_credentials(done: Setup, awx: Awx) -> None:
    awx.named("credentials", "Nodana")["inputs"]["api_url"] = "https://api.example.com/v1"
    before = copy.deepcopy(awx.objects)
    done.ansible.environment["NODANA_API_KEY"] = "a-new-key-0123456789"
    empty = dict.fromkeys(("organization", "pod_file", "max_concurrent_jobs", "vault_credential", "schedule"), "")
    variables = {f"nodana_awx_{name}": value for name, value in empty.items()}
    assert_changed(done.run(nodana_awx_vault_password=None, **variables), 0)
    assert (awx.writes, awx.objects) == ([], before)


def test_the_objects_belong_together(first: Setup) -> None:
    awx = first.awx
    kind = awx.named("credential_types", "Nodana")
    assert kind["injectors"] == example("credential_type")["injectors"], "the templates are for AWX"
    key, vault = (awx.named("credentials", name) for name in ("Nodana", "Nodana vault"))
    assert {name: injected(text, key["inputs"]) for name, text in kind["injectors"]["env"].items()} == {
        "NODANA_API_KEY": KEY,
        "NODANA_NODES_API_KEY": NODES_KEY,
        "NODANA_API_URL": "https://api.nodana.io/v1",
        "NODANA_STATE_DIR": "/var/lib/nodana/state",
    }
    assert vault["inputs"] == {"vault_password": PASSWORD}

    group = awx.named("instance_groups", "Nodana")
    assert (group["max_concurrent_jobs"], group["policy_instance_list"]) == (1, ["node-1"])
    source = awx.named("inventory_sources", "Nodana")
    assert (source["credential"], source["source_path"]) == (key["id"], "nodana.yml")
    inventory = awx.named("inventories", "Nodana")
    assert source["inventory"] == inventory["id"]
    assert awx.names("inventories", inventory["id"], "instance_groups") == ["Nodana"]

    variables = json.loads(awx.named("hosts", "localhost")["variables"])
    assert variables["ansible_python_interpreter"] == "{{ ansible_playbook_python }}"
    for template in awx.objects["job_templates"]:
        number = template["id"]
        assert sorted(awx.names("job_templates", number, "credentials")) == ["Nodana", "Nodana vault"]
        assert awx.names("job_templates", number, "instance_groups") == ["Nodana"]
        assert template["prevent_instance_group_fallback"]
        assert template["inventory"] == awx.named("inventories", "Nodana playbooks")["id"]
        survey = EXAMPLES / "surveys" / template["playbook"].replace(".yml", ".json")
        assert awx.surveys[number] == json.loads(survey.read_text(encoding="utf-8"))
    (schedule,) = awx.objects["schedules"]
    assert schedule["unified_job_template"] == awx.named("job_templates", "Nodana: status")["id"]


def test_a_difference_is_corrected(done: Setup, awx: Awx) -> None:
    status = awx.named("job_templates", "Nodana: status")
    wanted = awx.surveys[status["id"]]
    awx.surveys[status["id"]] = {**wanted, "spec": wanted["spec"][:1]}
    awx.named("instance_groups", "Nodana")["max_concurrent_jobs"] = 5
    assert_changed(done.run("--check"), 2)
    assert awx.writes == []
    assert_changed(done.run(), 2)
    assert len(awx.writes) == 2
    assert awx.surveys[status["id"]] == wanted
    assert awx.named("instance_groups", "Nodana")["max_concurrent_jobs"] == 1


def test_existing_credentials_are_replaced_on_request(done: Setup, awx: Awx) -> None:
    done.ansible.environment["NODANA_API_KEY"] = "a-new-key-0123456789"
    assert_changed(done.run(nodana_awx_update_credentials=True, nodana_awx_vault_password=None), 1)
    assert awx.named("credentials", "Nodana vault")["inputs"] == {"vault_password": PASSWORD}
    inputs = awx.named("credentials", "Nodana")["inputs"]
    assert inputs == {"api_key": "a-new-key-0123456789", "state_dir": "/var/lib/nodana/state"}


def test_a_missing_secret_is_an_error_before_any_credential(setup: Setup, awx: Awx) -> None:
    result = setup.run(nodana_awx_vault_password=None)
    assert result.returncode != 0
    assert "The vault password is missing. Set nodana_awx_vault_password" in one_line(result.stdout + result.stderr)
    assert awx.objects["credentials"] == []


def test_in_a_terminal_it_asks_for_secrets_and_does_not_show_them(setup: Setup, awx: Awx) -> None:
    awx.instances = ()  # so that it ends at the instance group, after the credentials
    del setup.ansible.environment["NODANA_API_KEY"]
    program = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"
    command = [sys.executable, "-c", program, sys.executable, "-m", "ansible.cli.playbook", "nodana.cloud.awx_setup"]
    variables = json.dumps({**setup.variables, "nodana_awx_vault_password": ""})
    terminal = subprocess.Popen(
        [*command, "-v", "-e", variables],
        cwd=setup.ansible.folder,
        env=setup.ansible.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    )
    assert terminal.stdout
    assert terminal.stdin
    shown = b""
    typed = [(b"The API key of Nodana", KEY), (b"AWX never shows it.", PASSWORD)]
    with terminal, alarm(300):
        try:
            while piece := terminal.stdout.read(4096):
                shown += piece
                if typed and typed[0][0] in shown:
                    # Ansible shows the prompt, then drops what was typed before.
                    while select.select([terminal.stdout], [], [], 2)[0]:
                        shown += terminal.stdout.read(4096)
                    terminal.stdin.write(f"{typed.pop(0)[1]}\n".encode())
        finally:
            terminal.kill()
    assert (typed, b"unknown instance node-1" in shown) == ([], True), shown.decode()
    assert not [one for one in (KEY, PASSWORD) if one.encode() in shown]
    assert awx.named("credentials", "Nodana")["inputs"]["api_key"] == KEY
    assert awx.named("credentials", "Nodana vault")["inputs"] == {"vault_password": PASSWORD}


def test_on_kubernetes_the_jobs_get_the_volume_of_the_pod_file(done: Setup, awx: Awx) -> None:
    awx.objects["instance_groups"].clear()
    awx.related.clear()
    options = {"nodana_awx_instances": None, "nodana_awx_pod_file": str(EXAMPLES / "pod.yml")}
    assert_changed(done.run(**options), 3)
    group = awx.named("instance_groups", "Nodana")
    assert group["is_container_group"]
    assert yaml.safe_load(group["pod_spec_override"])["spec"]["volumes"][0]["name"] == "nodana"
    assert_changed(done.run("--check", **options), 0)


def test_it_uses_the_collection_of_automation_platform_and_an_existing_vault_credential(
    tmp_path: Path, awx: Awx
) -> None:
    vault = awx.named("credential_types", "Vault")["id"]
    awx.add("credentials", {"name": "Ours", "organization": 1, "credential_type": vault, "inputs": {}})
    platform = make_setup(tmp_path / "platform", awx, "ansible.controller")
    options = {"nodana_awx_vault_credential": "Ours", "nodana_awx_vault_password": None, "nodana_awx_image": None}
    assert_changed(platform.run(nodana_awx_max_concurrent_jobs=0, **options), ALL - 1)
    assert awx.named("instance_groups", "Nodana")["max_concurrent_jobs"] == 0
    assert awx.objects["execution_environments"] == []
    number = awx.named("job_templates", "Nodana: deploy")["id"]
    assert sorted(awx.names("job_templates", number, "credentials")) == ["Nodana", "Ours"]


def test_without_a_collection_it_fails_before_the_first_request(tmp_path: Path, awx: Awx) -> None:
    ansible = Controller(tmp_path / "controller")
    ansible.environment["CONTROLLER_HOST"] = awx.url
    result = ansible.run("playbook", "nodana.cloud.awx_setup", "-e", "nodana_awx_instances=node-1")
    assert result.returncode != 0
    shown = one_line(result.stdout + result.stderr)
    assert "This playbook needs the collection awx.awx or ansible.controller. To install it, run: ansible-gal" in shown
    assert "TASK [Create the organization]" not in result.stdout
    assert awx.requests == 0
