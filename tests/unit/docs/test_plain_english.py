# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refuse phrases that have a plainer form, in documentation, messages, comments and task names.

``python3 tests/unit/docs/test_plain_english.py PATH ...`` checks files and folders. A word in backticks is not refused.
"""

from __future__ import annotations

import io
import re
import sys
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SUFFIXES = (".json", ".md", ".py", ".rst", ".yaml", ".yml")
SKIPPED = re.compile(r"/\.\w|/output/|/data/|/LICENSES/|openapi\.yaml$|/test_plain_english\.py$")
PYTHON_TEXT = (tokenize.COMMENT, tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING))

REPLACEMENTS = {
    r'(?:"""|^- (?:name: )?|description: )(?:Gives?|Have|Tells?|Says?|Looks?)\b': "a verb: Return, Show, Check",
    r'(?:"""|name: |short_description: )(?:What|How|Whether|That)\b': "a verb: Return, Check; or a noun",
    r"\b(?:is|are|was|were) meant\b": "is identified by, or is",
    r"(?<!-)\b(?:nobody|somebody|anybody)(?![\w:@'-])": "no one, another user, another process",
    r"\bshall\b": "must, should, or the present tense",
    r"\b(?:is|are|was|were|be|been|not|has|had|have) told\b": "is reported, is known, receives",
    r"\bof which\b": "a new sentence",
    r"\bharmless\b": "idempotent, safe, plain",
    r"\bnot (?:happen )?within\b": "timed out after",
    r"\bno matter (?:how|what|which|when|where)\b": "regardless of",
    r"\bso many\b": "this many, too many, or the number",
    r"\b(?:is|are|was) worth\b": "contains, is valid",
    r"\bwhat is hidden\b": "secrets",
    r"\blimit answers?\b": "rate limit response, 429 response",
    r"\b(?:an?|the|its|no|each|every|whole|lost|API's) answers?\b": "response",
    r"\basking\b": "request, poll",
    r"\b(?:is|are|was|were|be|it|they) looked\b|\blook(?:s|ed)? (?:what|how|whether)\b": "check, search, read",
    r"\b(?:a|the|its|one) gates?\b": "rate limiter",
    r"\b(?:a|no|one|its|their|the) turns?\b": "slot",
    r"\ball the same\b": "still, nevertheless",
    r"(?<!there )\bis no (?!longer|more)": "is not a",
    r"\bbr(?:oke|oken|eaks?) off\b": "was interrupted, failed",
    r"\banew\b": "again",
    r"\bhow (?:it|they) (?:is|are|was|were|went)\b": "the status, the result",
    r"\bwhat (?:(?:is|was|were) there|there (?:is|was|are|were))\b": "what exists, or the objects by name",
    r"\b(?:is|are|be|all|not) well\b": "is healthy, is ready, works",
    r"\b(?:is|are|was|were|be) tried again\b": "is retried",
    r"\bstands? in\b(?! for)": "is in",
}
"""What to write instead, by regular expression. A space matches a line end as well."""

PATTERNS = [
    (re.compile("(?<!`)(?:" + pattern.replace(" ", r"\s") + ")", re.IGNORECASE | re.MULTILINE), plain)
    for pattern, plain in REPLACEMENTS.items()
]
LINE_END = re.compile(r""" *(?:(?<!["'])["']\n[ \t]*[fr]?["'](?!["'])|\n[ \t#]*)""")
"""The end of a line, with the signs that divide a comment or a string and with the indentation of the next line."""


def read_text(path: Path) -> str:
    """Return the text of a file with its line numbers kept. Of a Python file, return comments and strings only."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return source
    text = ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in PYTHON_TEXT:
            text += "\n" * (token.start[0] - 1 - text.count("\n")) or " | "
            text += token.string
    return text


def find_files(path: Path) -> Iterator[Path]:
    """Return the file, or the files to check in the folder."""
    for file in [path] if path.is_file() else sorted(path.rglob("*")):
        if file.suffix in SUFFIXES and not SKIPPED.search(f"/{file.relative_to(path)}"):
            yield file


def findings(paths: Iterable[Path]) -> Iterator[str]:
    """Return a line for each phrase to replace: the file, the line, the phrase and the plainer form."""
    for file in (file for path in paths for file in find_files(path)):
        text = LINE_END.sub("\n", read_text(file))
        for pattern, plain in PATTERNS:
            for found in pattern.finditer(text):
                line = text.count("\n", 0, found.start()) + 1
                yield f"{file}:{line}: {' '.join(found[0].split())} -> {plain}"


def test_no_text_has_a_phrase_with_a_plainer_form() -> None:
    found = [line.removeprefix(f"{ROOT}/") for line in findings([ROOT])]
    assert not found, "\n".join(found)


if __name__ == "__main__":
    refused = list(findings(map(Path, sys.argv[1:] or ["."])))
    print("\n".join(refused))
    sys.exit(bool(refused))
