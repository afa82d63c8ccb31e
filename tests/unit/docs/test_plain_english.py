# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Docstrings begin as those of ansible-core do, and no text has the habits that CONTRIBUTING names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = ("plugins", "extensions", "tests", "tools")
FILES = sorted(
    [ROOT / "dev.py", ROOT / "noxfile.py", *(path for name in FOLDERS for path in (ROOT / name).rglob("*.py"))]
)
FIRST_WORDS = re.compile(r"(Give|Gives|Have|Tell|Say|Look)\b")
"""Words with which no docstring begins: a reader has to translate them."""


def docstrings(path: Path) -> Iterator[str]:
    """Return the docstrings of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            text = ast.get_docstring(node)
            if text:
                yield text


@pytest.mark.parametrize("path", [path for path in FILES if "output" not in path.parts], ids=lambda path: path.name)
def test_docstrings_begin_with_a_plain_verb(path: Path) -> None:
    assert [text.splitlines()[0] for text in docstrings(path) if FIRST_WORDS.match(text)] == []
