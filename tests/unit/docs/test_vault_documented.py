# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documented commands set the vault password in one way. Two ways would set two passwords with the label default."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SHOWN = ("README.md", "docs/**/*", "roles/**/*.md", "roles/**/*.yml", "playbooks/**/*", "plugins/**/*.py")
RUN = ("tools/**/*", "extensions/**/*")
SET = re.compile(
    r"\bANSIBLE_(VAULT_PASSWORD_FILE|VAULT_IDENTITY_LIST|ASK_VAULT_PASS)\s*[=:]|^vault_password_file\s*=", re.M
)
OPTION = re.compile(r"(--vault-password-file|--vault-pass-file|--vault-id|--ask-vault-pass|-J)[ =\"']+(\S*)")

COMMAND = re.compile(r"[\s#$]*ansible(-\w+)? ")


def texts(patterns):
    """Return the text of each file by its path."""
    paths = sorted({path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()})
    read = {str(path.relative_to(ROOT)): path.read_bytes().decode(errors="replace") for path in paths}
    return {name: text for name, text in read.items() if "vault" in text.lower()}


@pytest.mark.parametrize("name", texts(SHOWN))
def test_what_users_copy_gives_the_password_as_an_option_and_never_in_the_environment(name):
    assert not SET.search(texts(SHOWN)[name])


@pytest.mark.parametrize("name", texts(RUN))
def test_no_tool_combines_two_ways(name):
    text = texts(RUN)[name]
    assert not (SET.search(text) and OPTION.search(text))


def test_every_command_names_the_same_file():
    lines = [line for text in texts(SHOWN).values() for line in text.splitlines() if COMMAND.match(line)]
    found = {(option, path.rpartition("/")[2].rstrip('"')) for line in lines for option, path in OPTION.findall(line)}
    assert found == {("--vault-password-file", "vault-password")}
