# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import pty
import stat
import subprocess
import sys
import threading
import time

import pytest
from ansible_collections.nodana.cloud.tests.support.controller import PASSWORD, app_task, one_line

pytestmark = pytest.mark.ends


def secrets_of(simulator):
    """Return the secrets of all apps by app id, from the state of the simulator."""
    return {app["id"]: app["secrets"] for app in simulator.account()["apps"]}


def snake_case(secrets):
    return {{"restrictedPassword": "restricted_password"}.get(name, name): value for name, value in secrets.items()}


def receipts(controller):
    return [path for path in (controller.folder / "state").rglob("*.receipt*") if path.is_file()]


def test_a_new_app_has_its_secrets_in_an_encrypted_file_and_not_in_the_result(controller, simulator):
    result = controller.result(app_task())
    ((app_id, secrets),) = secrets_of(simulator).items()
    path = controller.secrets / f"phoenixd-{app_id}.yml"
    assert result["changed"]
    assert result["app"]["status"] == "available"
    assert result["secrets_file"] == str(path)
    assert result["secret_fields"] == sorted(snake_case(secrets))
    assert "nodana_handover" not in result
    assert not any(secret in str(result) for secret in secrets.values())
    assert os.listdir(controller.secrets) == [path.name]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(controller.secrets.stat().st_mode) == 0o700
    content = controller.content(path)
    assert content.pop("secrets") == snake_case(secrets)
    assert content == {
        "app_id": app_id,
        "project_id": result["app"]["project_id"],
        "template": "phoenixd",
        "url": result["app"]["url"],
        "created_at": content["created_at"],
        "api_url": simulator.url,
    }
    assert receipts(controller) == []


def test_a_later_run_tells_the_file_and_asks_for_nothing_more(controller, simulator):
    first = controller.result(app_task())
    simulator.clear_log()
    again = controller.result(app_task())
    assert not again["changed"]
    assert again["secrets_file"] == first["secrets_file"]
    assert "secret_fields" not in again
    assert {request["method"] for request in simulator.log()["requests"]} == {"GET"}
    gone = controller.result(app_task(state="absent", template=None, id=first["app"]["id"]))
    assert gone["changed"]
    assert gone["secrets_file"] == first["secrets_file"]
    assert controller.content(first["secrets_file"])["app_id"] == first["app"]["id"]


def test_secrets_stay_out_of_the_most_talkative_output(controller, simulator):
    task = app_task(return_secrets=True)
    ran = controller.play(task, arguments=(*controller.opened, "-vvvvv", "--diff"))
    assert ran.returncode == 0
    assert "no_log" not in ran.stdout
    ((_app_id, secrets),) = secrets_of(simulator).items()
    shown = ran.stdout + ran.stderr
    # With return_secrets the result has them, as asked for; ansible-core masks them from 2.22 on.
    places = [line for line in shown.splitlines() if any(secret in line for secret in secrets.values())]
    if sys.version_info >= (3, 13) and "REDACTED" in shown:
        assert places == []
    assert all(line.strip().startswith(('"seed"', '"password"', '"restricted_password"')) for line in places)


def test_connection_plugins_do_not_show_secrets_either(controller, simulator):
    """ssh shows with -vvv what a module says; here a stand-in for it runs the commands on this machine."""
    ssh = controller.folder / "ssh"
    ssh.write_text('#!/bin/sh\nfor command; do :; done\nexec sh -c "$command"\n', encoding="utf-8")
    ssh.chmod(0o755)
    controller.environment["ANSIBLE_PIPELINING"] = "true"
    variables = {
        "ansible_connection": "ssh",
        "ansible_ssh_executable": str(ssh),
        "ansible_ssh_args": "",
        "ansible_python_interpreter": sys.executable,
    }
    task = {**app_task(), "delegate_to": "elsewhere", "vars": variables}
    ran = controller.play(task, arguments=(*controller.opened, "-vvvv", "--diff"))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "SSH: EXEC" in ran.stdout
    ((app_id, secrets),) = secrets_of(simulator).items()
    assert not any(secret in ran.stdout + ran.stderr for secret in secrets.values())
    assert controller.content(controller.secrets / f"phoenixd-{app_id}.yml")["secrets"] == snake_case(secrets)


def test_masked_secrets_keep_their_values_in_variables_and_files(controller, simulator):
    seed = {"content": "{{ made.secrets.seed }}", "dest": str(controller.folder / "seed"), "mode": "0600"}
    ran = controller.play(
        {**app_task(return_secrets=True), "register": "made"},
        {"ansible.builtin.copy": seed},
        {"ansible.builtin.debug": {"msg": "It is <{{ made.secrets.seed }}>, {{ made.secrets.seed | length }} long"}},
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    ((app_id, secrets),) = secrets_of(simulator).items()
    assert (controller.folder / "seed").read_text(encoding="utf-8") == secrets["seed"]
    assert controller.content(controller.secrets / f"phoenixd-{app_id}.yml")["secrets"]["seed"] == secrets["seed"]
    assert f"{len(secrets['seed'])} long" in ran.stdout
    try:
        import ansible.module_utils.secrets  # noqa: F401
    except ImportError:
        return
    assert "It is <$REDACTED$>" in ran.stdout


def test_a_result_that_is_the_only_copy_of_the_secrets_shows_them(controller, simulator):
    ran = controller.play(app_task(return_secrets=True, secrets_dir=None), arguments=("-v",))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    ((_app_id, secrets),) = secrets_of(simulator).items()
    assert all(secret in ran.stdout for secret in secrets.values())


def test_check_mode_makes_no_folder_and_no_app(controller, simulator):
    result = controller.result({**app_task(), "check_mode": True})
    assert result["changed"]
    assert not controller.secrets.exists()
    assert secrets_of(simulator) == {}


def test_loops_and_counts_have_a_file_for_each_app(controller, simulator):
    result = controller.result(
        {
            **app_task(template="{{ item }}", project="shop", create_project=True, count=2),
            "loop": ["phoenixd", "cdk-mintd"],
        }
    )
    files = [path for item in result["results"] for path in item["secrets_files"].values()]
    assert {controller.content(path)["app_id"]: controller.content(path)["secrets"] for path in files} == {
        app_id: snake_case(secrets) for app_id, secrets in secrets_of(simulator).items()
    }
    assert len(files) == 4
    assert receipts(controller) == []


@pytest.mark.parametrize(
    ("arguments", "cases"),
    [
        (
            (),
            [
                ({}, "Ansible has no vault password"),
                ({"secrets_dir": "vault/below", "secrets_encryption": "none"}, "cannot be written to: Not a directory"),
            ],
        ),
        (
            None,
            [
                ({"secrets_vault_id": "bank"}, "There is no vault password bank, only default"),
                ({"secrets_dir": "vault"}, "vault is not a folder"),
                ({"secrets_dir": None}, "secrets_dir"),
            ],
        ),
    ],
)
def test_what_stands_in_the_way_is_found_before_anything_is_made(controller, simulator, arguments, cases):
    results = controller.results(*(app_task(**options) for options, _said in cases), arguments=arguments)
    for result, (_options, said) in zip(results, cases):
        assert result["failed"]
        assert not result.get("changed")
        assert said in result["msg"]
    assert [request for request in simulator.log()["requests"] if request["method"] == "POST"] == []


OTHER_TASKS = {
    "nodana_stack": {"project": "shop", "apps": [{"template": "phoenixd"}], "secrets_dir": "secrets"},
    "nodana_preflight": {"project": "shop", "deployments": [{"preset": "phoenixd"}], "secrets_dir": "secrets"},
    "nodana_app_claim": {
        "app": {"id": "app-0", "template": "lnbits-phoenixd", "url": "http://127.0.0.1:9"},
        "secrets_dir": "secrets",
        "send": False,
    },
}


def test_a_mistyped_vault_password_is_found_before_anything_is_made(controller, simulator):
    """The next seed would be encrypted with it, beside files that another password opens."""
    first = controller.result(app_task())["secrets_file"]
    controller.vault.write_text("the vault passwrod\n", encoding="utf-8")
    simulator.clear_log()
    tasks = [
        app_task(count=2),
        {**app_task(count=2), "check_mode": True},
        *({f"nodana.cloud.{name}": options} for name, options in OTHER_TASKS.items()),
    ]
    for result in controller.results(*tasks):
        assert (result["failed"], result.get("changed", False)) == (True, False)
        assert f"The vault password default does not open {first}" in result["msg"]
        assert "passwrod" not in result["shown"]
    assert simulator.log()["requests"] == []
    assert os.listdir(controller.secrets) == [os.path.basename(first)]
    gone = controller.result(app_task(state="absent", template=None, id=first.rpartition("phoenixd-")[2][:-4]))
    assert gone["changed"]  # deleting an app takes no vault password


def test_a_folder_that_other_users_can_write_is_found_before_anything_is_made(controller, simulator):
    controller.secrets.mkdir()
    controller.secrets.chmod(0o775)
    result = controller.result(app_task())
    assert result["failed"]
    assert f"Run: chmod go-w {controller.secrets}" in result["msg"]
    controller.secrets.chmod(0o755)
    (controller.secrets / "claims").mkdir()
    (controller.secrets / "claims").chmod(0o777)
    result = controller.result({"nodana.cloud.nodana_preflight": OTHER_TASKS["nodana_preflight"]})
    assert f"Run: chmod go-w {controller.secrets}/claims" in result["msg"]
    assert simulator.log()["requests"] == []


def test_async_is_refused(controller, simulator):
    result = controller.result({**app_task(), "async": 60, "poll": 1})
    assert result["failed"]
    assert "async" in result["msg"]
    assert simulator.log()["requests"] == []


def test_a_module_without_secrets_runs_with_async(controller, simulator):
    result = controller.result({"nodana.cloud.nodana_project": {"name": "shop"}, "async": 60, "poll": 1})
    assert result["project"]["name"] == "shop"
    assert [project["name"] for project in simulator.account()["projects"]] == ["shop"]


def test_a_folder_that_breaks_meanwhile_loses_nothing_and_the_next_run_stores(controller, simulator):
    """The secrets wait in the receipt, which the failure names, until there is a place for them."""

    def break_folder():
        while not any(request["method"] == "POST" for request in simulator.log()["requests"]):
            time.sleep(0.02)
        controller.secrets.rename(controller.folder / "moved")
        controller.secrets.touch()

    simulator.fault("slow_after", method="POST", path="^/apps$", seconds=2)
    breaker = threading.Thread(target=break_folder, daemon=True)
    breaker.start()
    result = controller.result(app_task())
    breaker.join()
    ((app_id, secrets),) = secrets_of(simulator).items()
    assert result["failed"]
    assert result["changed"]
    assert result["app"]["id"] == app_id
    (receipt,) = receipts(controller)
    assert str(receipt) in result["msg"]
    assert secrets["seed"] in receipt.read_text(encoding="utf-8")
    assert not any(secret in str(result) for secret in secrets.values())

    controller.secrets.unlink()
    ran = controller.play(app_task())
    assert ran.returncode == 0, ran.stdout + ran.stderr
    path = controller.secrets / f"phoenixd-{app_id}.yml"
    assert controller.content(path)["secrets"] == snake_case(secrets)
    assert receipts(controller) == []
    assert len(secrets_of(simulator)) == 1
    warned = one_line(ran.stdout + ran.stderr)
    assert app_id in warned
    assert f"Its secrets are now in {path}" in warned


class TestVaultPasswords:
    """Each way to give Ansible a vault password is one that secrets are encrypted with."""

    @staticmethod
    def label(controller):
        (path,) = controller.secrets.iterdir()
        return path.read_text(encoding="utf-8").splitlines()[0].split(";")[3:]

    @staticmethod
    def view(controller, *arguments):
        (path,) = controller.secrets.iterdir()
        return controller.content(path, *arguments)["app_id"]

    @pytest.fixture
    def script(self, controller):
        """Return the path of a script that prints another password."""
        path = controller.folder / "bank.sh"
        path.write_text("#!/bin/sh\necho another password\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    def test_identities_from_files_and_scripts(self, controller, script):
        given = ("--vault-id", f"shop@{controller.vault}", "--vault-id", f"bank@{script}")
        result = controller.result(app_task(secrets_vault_id="bank", wait=False), arguments=given)
        assert self.label(controller) == ["bank"]
        assert self.view(controller, "--vault-id", f"bank@{script}") == result["app"]["id"]

    def test_the_environment_with_a_password_file(self, controller, script):
        controller.environment["ANSIBLE_VAULT_PASSWORD_FILE"] = str(script)
        result = controller.result(app_task(wait=False), arguments=())
        assert self.label(controller) == []
        assert self.view(controller) == result["app"]["id"]

    @pytest.mark.parametrize(
        ("labels", "said"),
        [
            (("shop", "bank"), "several vault passwords (shop, bank)"),
            (("shop", "shop"), "several vault passwords with the label shop"),
        ],
    )
    def test_several_without_a_choice_are_refused_as_ansible_vault_does(
        self, controller, simulator, script, labels, said
    ):
        given = ("--vault-id", f"{labels[0]}@{controller.vault}", "--vault-id", f"{labels[1]}@{script}")
        result = controller.result(app_task(wait=False), arguments=given)
        assert said in result["msg"]
        assert simulator.log()["requests"] == []
        assert not controller.secrets.exists()
        plain = controller.folder / "plain"
        plain.write_text("x", encoding="utf-8")
        assert controller.run("vault", "encrypt", *given, str(plain)).returncode != 0

    def test_the_environment_and_the_command_line_are_two_unless_they_are_the_same(self, controller, simulator, script):
        controller.environment["ANSIBLE_VAULT_PASSWORD_FILE"] = str(script)
        result = controller.result(app_task(wait=False))
        assert "several vault passwords with the label default. Use only one" in result["msg"]
        assert simulator.log()["requests"] == []
        script.write_text(f"#!/bin/sh\necho {PASSWORD}\n", encoding="utf-8")
        result = controller.result(app_task(wait=False))
        assert self.view(controller) == result["app"]["id"]

    def test_the_environment_with_identities_and_the_one_to_encrypt_with(self, controller, script):
        controller.environment["ANSIBLE_VAULT_IDENTITY_LIST"] = f"shop@{controller.vault},bank@{script}"
        controller.environment["ANSIBLE_VAULT_ENCRYPT_IDENTITY"] = "bank"
        result = controller.result(app_task(wait=False), arguments=())
        assert self.label(controller) == ["bank"]
        assert self.view(controller) == result["app"]["id"]

    def test_a_prompt_that_another_program_answers(self, controller):
        """So does AWX."""
        controller.play(app_task(wait=False), arguments=())  # writes the playbook, and fails without a password
        mine, theirs = pty.openpty()
        command = [sys.executable, "-m", "ansible.cli.playbook", "--vault-id", "shop@prompt", "playbook.yml"]
        with subprocess.Popen(
            command,
            cwd=controller.folder,
            env=controller.environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        ) as process:
            os.close(theirs)
            shown = b""
            while piece := _read(mine):
                shown += piece
                if b"shop): " in shown and PASSWORD.encode() not in shown:
                    os.write(mine, PASSWORD.encode() + b"\n")
                    shown = shown.replace(b"shop): ", b"")
        os.close(mine)
        assert process.returncode == 0, shown
        assert self.label(controller) == ["shop"]
        assert self.view(controller).startswith("app-")


def _read(terminal):
    try:
        return os.read(terminal, 4096)
    except OSError:  # the other side is closed
        return b""
