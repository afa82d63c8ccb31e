# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The example with HashiCorp Vault in the guide about secrets, as it is printed, with a stand-in for the store."""

from __future__ import annotations

import re
import sys
import textwrap

import pytest
import yaml
from ansible_collections.nodana.cloud.tests.support.controller import ROOT
from ansible_collections.nodana.cloud.tests.support.hashi_vault import HashiVault

GUIDE = (ROOT / "docs" / "docsite" / "rst" / "guide_secrets.rst").read_text(encoding="utf-8")
BLOCKS = re.findall(r"\.\. code-block:: yaml\+jinja\n\n((?:  .*\n|\n)+)", GUIDE)


class Example:
    """The playbook of the guide; nothing is changed in it but how long it waits between two requests or attempts."""

    def __init__(self, controller, simulator):
        self.controller = controller
        self.simulator = simulator
        self.vault = HashiVault(controller)
        self.written = self.vault.path
        self.password = controller.folder / "vault-password"
        self.password.write_text("the vault password\n", encoding="utf-8")

    def run(self):
        (text,) = [block for block in BLOCKS if "community.hashi_vault" in block and "rescue:" in block]
        text = re.sub(r"delay: \d+", "delay: 0", textwrap.dedent(text))
        (play,) = yaml.safe_load(text)
        play["module_defaults"] = {"group/nodana.cloud.all": {"request_interval": 0}}
        play["vars"]["ansible_python_interpreter"] = sys.executable
        path = self.controller.folder / "playbook.yml"
        path.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
        ran = self.controller.run("playbook", str(path))
        shown = " ".join((ran.stdout + ran.stderr).split())
        assert "Traceback" not in shown
        assert not any(secret in shown for secret in self.secrets().values())
        return ran.returncode, shown

    def secrets(self):
        """Return the secrets of the one app as the service knows them, under the names that modules return."""
        apps = self.simulator.account()["apps"]
        assert len(apps) <= 1
        names = {"restrictedPassword": "restricted_password"}
        return {names.get(name, name): value for app in apps for name, value in app["secrets"].items()}

    def rescued(self):
        """Return what the printed command shows of the one file that the rescue kept."""
        (path,) = (self.controller.folder / "rescued").iterdir()
        (printed,) = re.findall(r"ansible-vault (view .*) rescued/app-1234\.yml", GUIDE)
        shown = self.controller.run("vault", *printed.split(), str(path))
        assert shown.returncode == 0, shown.stderr
        return path, yaml.safe_load(shown.stdout)


@pytest.fixture
def example(controller, simulator):
    return Example(controller, simulator)


def test_the_secrets_get_into_the_store(example):
    code, shown = example.run()
    assert code == 0, shown
    (written,) = example.vault.entries()
    assert written["data"] == example.secrets()
    assert list((example.controller.folder / "rescued").iterdir()) == []
    assert example.simulator.account()["apps"][0]["status"] == "available"


def test_the_seed_is_where_the_guide_says_when_the_store_fails(example):
    example.controller.environment["BROKEN"] = "1"
    code, shown = example.run()
    assert code == 2, shown
    assert len(example.vault.entries()) > 1  # it was repeated
    path, content = example.rescued()
    assert f"They are in {path}" in shown
    assert content == example.secrets()
    assert content["seed"]
    assert path.read_text(encoding="utf-8").startswith("$ANSIBLE_VAULT;")


@pytest.mark.parametrize("password", ["", None])
def test_without_a_password_for_the_rescue_nothing_is_created(example, password):
    example.controller.environment["BROKEN"] = "1"
    example.password.unlink()
    if password is not None:
        example.password.write_text(password, encoding="utf-8")
    code, shown = example.run()
    assert code == 2
    assert "vault-password" in shown
    assert example.simulator.log()["requests"] == []


def test_a_creation_that_fails_is_said_with_its_error(example):
    example.controller.environment["NODANA_API_KEY"] = "wrong-key-0123456789"
    code, shown = example.run()
    assert code == 2
    assert "Invalid API key" in shown
    assert not example.written.exists()
