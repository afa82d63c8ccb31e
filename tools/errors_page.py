# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the guide to errors, from ``docs/docsite/errors.yml``, the messages in the code and the classes of errors.

Run ``.venv/bin/python -m tools.errors_page`` after a change to one of them. A test compares the page.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "docsite" / "rst" / "guide_errors.rst"
MESSAGES = ROOT / "docs" / "docsite" / "errors.yml"
FAMILY = "NodanaError"
TEMPLATE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
FIELD = re.compile(r"\{\w+\}")  # of str.format

HEAD = """\
.. Written by "python -m tools.errors_page": change docs/docsite/errors.yml or the code instead.

.. _ansible_collections.nodana.cloud.docsite.guide_errors:

Errors and what to do
=====================

A message says what failed, on which object, at which host, what the API returned, and what to do next. Search this page
for a part of the message without names, ids and numbers, which are shown as ``...`` here.

Two rules hold for all errors:

* Run the same task or playbook again. It continues, and creates nothing twice. If that is not safe, the message
  says so.
* Do not delete the state folder, ``~/.ansible/nodana`` by default, or a secrets file. They may contain the only copy
  of a seed phrase.

.. contents::
   :local:
   :depth: 1

"""
NAMES = """\
Errors in playbooks
-------------------

The result of a failed module has ``error`` with ``code``, the status number of the API or null, ``message``, and
``name``. The name is that of the API if it returned one, or else one of these:

"""


def licence() -> str:
    """Return the lines about the licence of the file with the messages, as a comment of the page."""
    lines = MESSAGES.read_text(encoding="utf-8").splitlines()[:3]
    return "..\n" + "".join(f"  {line.removeprefix('# ')}\n" for line in lines) + "\n"


@dataclass(frozen=True)
class Said:
    """A text of the code, with ``...`` for each part that varies, and the class and advice of the error that has it."""

    text: str
    error: str = ""
    advice: str = ""


@dataclass(frozen=True)
class ErrorClass:
    """A class of errors: its name, the first sentence of its docstring, and its advice."""

    name: str
    summary: str
    advice: str


@cache
def trees() -> dict[Path, ast.Module]:
    """Return the parsed files of the plugins."""
    paths = sorted((ROOT / "plugins").rglob("*.py"))
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}


@cache
def constants() -> dict[str, str]:
    """Return the texts that the files of the plugins assign to names."""
    found = [node for tree in trees().values() for node in tree.body if isinstance(node, ast.Assign)]
    return {
        target.id: text_of(node.value, {})
        for node in found
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value, (ast.Constant, ast.JoinedStr))
    }


def text_of(node: ast.AST | None, known: dict[str, str]) -> str:
    """Return the text of an expression, with ``...`` for each part that is not known."""
    if isinstance(node, ast.Constant):
        return FIELD.sub("...", node.value) if isinstance(node.value, str) else "..."
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(part, known) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return text_of(node.value, known)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return text_of(node.left, known) + text_of(node.right, known)
    return known.get(node.id, "...") if isinstance(node, ast.Name) else "..."


@cache
def classes() -> dict[str, ErrorClass]:
    """Return the classes of errors that users can see, by name."""
    nodes = [node for tree in trees().values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    found: dict[str, ErrorClass] = {}
    while True:
        new = [node for node in nodes if node.name not in found and _bases(node) & {FAMILY, *found}]
        if not new:
            return {name: one for name, one in found.items() if not name.startswith("_")}
        for node in new:
            (base,) = _bases(node) & {FAMILY, *found}
            advice = found[base].advice if base in found else ""
            for line in node.body:
                if isinstance(line, ast.Assign) and [_name(target) for target in line.targets] == ["advice"]:
                    advice = text_of(line.value, constants())
            summary = (ast.get_docstring(node) or "").replace("\n", " ").split(". ")[0].rstrip(".") + "."
            found[node.name] = ErrorClass(node.name, summary, advice)


def _bases(node: ast.ClassDef) -> set[str]:
    return {base.id if isinstance(base, ast.Name) else getattr(base, "attr", "") for base in node.bases}


@cache
def said() -> list[Said]:
    """Return the texts of the plugins and the playbooks. Texts of errors come first."""
    errors, others = [], []
    for tree in trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) in classes() and node.args:
                options = {option.arg: option.value for option in node.keywords}
                error = classes()[_name(node.func)]
                advice = text_of(options["advice"], constants()) if "advice" in options else error.advice
                errors.append(Said(text_of(node.args[0], constants()), error.name, advice))
            elif isinstance(node, (ast.Constant, ast.JoinedStr)):
                others.append(Said(text_of(node, constants())))
    for path in sorted((ROOT / "playbooks").rglob("*.yml")):
        others.append(Said(" ".join(TEMPLATE.sub("...", path.read_text(encoding="utf-8")).split())))
        others.append(Said(" ".join(path.read_text(encoding="utf-8").split())))
    return errors + others


def said_by_api() -> str:
    """Return the texts of the simulated API."""
    files = sorted((ROOT / "tests" / "simulator").glob("*.py"))
    nodes = [node for path in files for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    return "\n".join(text_of(node, {}) for node in nodes if isinstance(node, (ast.Constant, ast.JoinedStr)))


def find(message: str) -> Said | None:
    """Return the first text of the code that contains a message, or None."""
    return next((one for one in said() if message in one.text), None)


def sections() -> list[dict[str, Any]]:
    """Return the content of ``errors.yml``."""
    content: list[dict[str, Any]] = yaml.safe_load(MESSAGES.read_text(encoding="utf-8"))
    return content


def cure(error: dict[str, Any]) -> str:
    """Return the cure of a message, by default the advice in the code."""
    found = find(error["message"])
    return str(error.get("cure") or (found.advice if found else "")).strip()


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def page() -> str:
    """Return the guide to errors."""
    return licence() + HEAD + "".join(_section(section) for section in sections()) + NAMES + "".join(_names())


def _section(section: dict[str, Any]) -> str:
    entries = [
        f"``{error['message']}``\n  **Cause:** {error['cause'].strip()}\n\n  **Cure:** {cure(error)}\n\n"
        for error in section["errors"]
    ]
    return f"{section['title']}\n{'-' * len(section['title'])}\n\n" + "".join(entries)


def _names() -> Iterator[str]:
    for one in sorted(classes().values(), key=lambda one: one.name):
        advice = f" {one.advice}" if one.advice and "..." not in one.advice else ""
        yield f"``{one.name}``\n  {one.summary}{advice}\n\n"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page().rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
