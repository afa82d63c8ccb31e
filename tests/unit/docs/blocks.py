# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the code blocks of the documentation: files and commands, in the order of each page."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PATTERNS = ("README.md", "docs/docsite/rst/*.rst", "roles/*/README.md", "tests/simulator/README.md")

_RST = re.compile(r"^( *)\.\. code-block:: (\S+)\n(?:\1 +:caption: (\S+)\n)?((?:\1 +\S.*\n|\n)+)", re.MULTILINE)
_MARKDOWN = re.compile(r"^( *)```(\w*)()\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"`([\w./-]+\.(?:yml|cfg))`")
# What looks like a block: a directive or a literal block, and a fence or indented code.
_RST_SIGN = re.compile(r"^ *\.\. (?:code|code-block|sourcecode|parsed-literal)::|^(?! *\.\. ).*::$", re.MULTILINE)
_MARKDOWN_SIGN = re.compile(r"^ *(?:```|~~~)|\n\n {4}", re.MULTILINE)
_COMMANDS = ("console", "shell", "bash", "sh")


@dataclass(frozen=True)
class Piece:
    """A file or a command of a page. ``name`` is the name of the file, if the page says one."""

    page: str
    text: str
    is_command: bool = False
    name: str = ""

    def __str__(self) -> str:
        return f"{self.page}: {self.text.strip().splitlines()[0]}"


def pages() -> list[str]:
    """Return the paths of the pages, relative to the root."""
    return sorted({str(path.relative_to(ROOT)) for pattern in PATTERNS for path in ROOT.glob(pattern)})


def pieces(page: str) -> list[Piece]:
    """Return the files and the commands of a page."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return list(_pieces(page, text))


def find_others(page: str, text: str) -> list[str]:
    """Return the beginnings of blocks whose form ``pieces`` does not know."""
    if page.endswith(".md"):
        return _MARKDOWN_SIGN.findall(_MARKDOWN.sub("", text))
    return _RST_SIGN.findall(_RST.sub("", text))


def _pieces(page: str, text: str) -> Iterator[Piece]:
    end = 0
    for found in (_MARKDOWN if page.endswith(".md") else _RST).finditer(text):
        _indent, language, caption, body = found.groups()
        body = textwrap.dedent(body).strip("\n") + "\n"
        if language in _COMMANDS and not caption:
            yield from (Piece(page, command, is_command=True) for command in _commands(body))
        else:
            named = _NAME.findall(text[end : found.start()].strip().rpartition("\n\n")[2])
            yield Piece(page, body, name=caption or (named[-1] if named else ""))
        end = found.end()


def _commands(body: str) -> Iterator[str]:
    """Return the commands of a block, with their continued lines. The output of a command is left out."""
    has_prompt = body.startswith("$ ")
    lines = body.splitlines()
    while lines:
        line = lines.pop(0)
        if has_prompt and not line.startswith("$ "):
            continue
        command = line.removeprefix("$ ")
        while lines and has_prompt and lines[0].startswith(" ") and _is_open(command):
            command += "\n" + lines.pop(0)
        command = re.sub(r"(^|\s+)# .*$", "", command, flags=re.MULTILINE).strip()
        if command:
            yield command


def _is_open(command: str) -> bool:
    """Return whether a command continues on the next line."""
    return command.rstrip().endswith(("|", "\\")) or command.count("'") % 2 == 1
