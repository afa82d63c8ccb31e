# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guide to errors shows messages that exist, with a cause and a cure, and all classes of errors."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils import _errors

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))
errors_page = importlib.import_module("tools.errors_page")

ERRORS = [error for section in errors_page.sections() for error in section["errors"]]
each_error = pytest.mark.parametrize("error", ERRORS, ids=lambda error: error["message"])


def test_the_page_is_up_to_date() -> None:
    written = errors_page.PAGE.read_text(encoding="utf-8")
    assert written == errors_page.page().rstrip() + "\n", "Run: .venv/bin/python -m tools.errors_page"


@each_error
def test_a_message_occurs_in_the_code(error: dict[str, Any]) -> None:
    if error.get("of_the_api"):
        assert error["message"] in errors_page.said_by_api()
    else:
        assert errors_page.find(error["message"])


@each_error
def test_a_message_has_a_cause_and_a_cure_without_gaps(error: dict[str, Any]) -> None:
    assert error["cause"]
    assert errors_page.cure(error)
    assert "..." not in errors_page.cure(error)


def test_no_message_is_listed_twice() -> None:
    messages = [error["message"] for error in ERRORS]
    assert sorted(set(messages)) == sorted(messages)


def test_a_message_that_does_not_exist_is_not_found() -> None:
    assert errors_page.find("The API key is missing, or is it") is None


@pytest.mark.parametrize("name", [name for name, one in vars(_errors).items() if isinstance(one, type)])
def test_the_page_shows_the_advice_of_each_class(name: str) -> None:
    if name == "NodanaError":
        return
    assert errors_page.classes()[name].advice == vars(_errors)[name].advice
    assert f"\n``{name}``\n  " in errors_page.PAGE.read_text(encoding="utf-8")
