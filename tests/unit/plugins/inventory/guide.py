# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of the guide: its files by caption, and its commands."""

from __future__ import annotations

import re
import shlex

from ansible_collections.nodana.cloud.tests.support.controller import ROOT

_TEXT = (ROOT / "docs" / "docsite" / "rst" / "guide_inventory.rst").read_text(encoding="utf-8")
_BLOCK = re.compile(r"\.\. code-block:: (\w+)\n(?:   :caption: (\S+)\n)?\n((?:   .*\n|\n)+)")


def files() -> dict[str, str]:
    """Return the contents of all files in the guide, by caption."""
    return {name: _dedented(text) for _language, name, text in _BLOCK.findall(_TEXT) if name}


def commands() -> list[list[str]]:
    """Return the words of each command line in the guide."""
    blocks = [_dedented(text) for language, _name, text in _BLOCK.findall(_TEXT) if language == "console"]
    return [shlex.split(line[2:]) for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def command(*words: str) -> list[str]:
    """Return the only command line that contains all these words."""
    (found,) = [line for line in commands() if set(words) <= set(line)]
    return found


def _dedented(text: str) -> str:
    return re.sub(r"^   ", "", text, flags=re.MULTILINE).strip() + "\n"
