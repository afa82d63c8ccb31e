# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Test claims and checks with a newer mint, and with an LNbits that has an install token, refuses logins and is reset.

The tests of the LNbits follow each other: it is claimed, then refuses logins, then is reset.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.action import nodana_app_check, nodana_app_claim
from ansible_collections.nodana.cloud.tests.simulator.programs.real import HOST, RealProgram
from ansible_collections.nodana.cloud.tests.support.actions import Action

Record = dict[str, Any]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the playbook, which has the secrets folder."""
    return tmp_path_factory.mktemp("versions")


def run(folder: Path, plugin: Any, template: str, program: RealProgram, **arguments: Any) -> Record:
    """Run a task with an app that is a real program, and return its result."""
    app = {"id": "app-1", "template": template, "url": f"http://{HOST}:{program.port}"}
    prepared = Action(plugin.ActionModule, folder).prepare("app", {"app": app, "secrets_dir": "secrets", **arguments})
    result: Record = prepared.run(task_vars={})
    return result


def claim(folder: Path, program: RealProgram, **arguments: Any) -> Record:
    """Claim the LNbits."""
    return run(folder, nodana_app_claim, "lnbits-phoenixd", program, **arguments)


def check(folder: Path, program: RealProgram, **arguments: Any) -> Record:
    """Check the LNbits."""
    return run(folder, nodana_app_check, "lnbits-phoenixd", program, **arguments)


def test_a_newer_mint_is_healthy_and_another_name_is_a_note(folder: Path, newer_mint: RealProgram) -> None:
    health = run(folder, nodana_app_check, "nutshell", newer_mint, params={"mint_name": "Newer mint"})["health"]
    assert (health["version"], health["name"], health["note"]) == ("Nutshell/0.21.0", "Newer mint", None)
    other = {"params": {"mint_name": "Shop mint"}}
    assert "not 'Shop mint'" in run(folder, nodana_app_check, "nutshell", newer_mint, **other)["health"]["note"]
    assert "not 'Shop mint'" in run(folder, nodana_app_check, "nutshell", newer_mint, created=True, **other)["msg"]


def test_an_lnbits_with_an_install_token_is_claimed_only_with_it(folder: Path, lnbits: RealProgram) -> None:
    assert "requires a first_install_token" in claim(folder, lnbits)["msg"]
    assert "has a wrong first_install_token" in claim(folder, lnbits, first_install_token="another token")["msg"]
    result = claim(folder, lnbits, first_install_token="the first token")
    assert result["done"] == ["claim"], result
    assert check(folder, lnbits)["health"]["funding_source"] == "FakeWallet"


def test_an_lnbits_that_refuses_logins_cannot_be_verified(folder: Path, lnbits: RealProgram) -> None:
    wrong = {"secrets": {"lnbits_password": "a wrong password"}}
    assert ["returned 401" in check(folder, lnbits, **wrong)["msg"] for _number in range(5)] == [True] * 5
    assert "cannot be verified now, wait at least 60 s" in check(folder, lnbits, timeout=0)["health"]["note"]
    assert claim(folder, lnbits, timeout=0)["error"]["name"] == "CannotVerify"


def test_a_reset_lnbits_is_reported_and_its_old_user_is_not_the_owner(folder: Path, lnbits: RealProgram) -> None:
    lnbits.end()
    lnbits.configure({"first_install_token": "the second token"})
    lnbits.begin()
    reset = claim(folder, lnbits, first_install_token="the second token")
    assert reset["note"].startswith("IT WAS RESET")
    assert "Username already exists" in reset["msg"]
    kept = folder / "old.yml"
    os.rename(reset["credentials_file"], kept)
    assert claim(folder, lnbits, first_install_token="the second token", username="another")["done"][-1] == "claim"
    os.rename(kept, reset["credentials_file"])
    assert "our user can log in, but is not its administrator" in claim(folder, lnbits)["msg"]
