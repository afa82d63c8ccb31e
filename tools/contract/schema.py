# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare a response with its OpenAPI description, and describe the result without any value of the response."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ...tests.simulator.descriptions import Undescribed, response_errors

DEEPEST = 4
"""Levels of fields that are listed."""


def compare(method: str, path: str, status: int, body: Any) -> tuple[list[str], list[str]]:
    """Return the fields of a response that are as described, and a text for each difference."""
    try:
        errors = list(response_errors(method, path, status, body))
    except Undescribed as undescribed:
        return [], [str(undescribed)]
    found = list(dict.fromkeys(text for error in errors for text in _texts(error)))
    differing = [text.partition(":")[0] for text in found]
    inside = tuple(f"{name}{sign}" for name in differing for sign in ".[")
    fields = dict.fromkeys(_fields(body))
    return [name for name in fields if name not in differing and not name.startswith(inside)], found


def word(text: Any) -> str:
    """Return a text of the API if it is a word without digits, such as a status; others may be ids or secrets."""
    return text if isinstance(text, str) and re.fullmatch(r"[A-Za-z_]{1,30}", text) else "<not shown>"


def _fields(value: Any, where: str = "", depth: int = 0) -> Iterator[str]:
    """Yield the paths of all fields, such as ``data[].rate``."""
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _fields(item, f"{where}[]", depth + 1)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _fields(inner, f"{where}.{word(name)}".lstrip("."), depth + 1)
    elif where:
        yield where


def _texts(error: Any) -> Iterator[str]:
    """Yield the differences behind an error of jsonschema.

    If the description has several forms of a response, compare with the most similar one.
    """
    if error.context:
        forms: dict[Any, list[Any]] = {}
        for inner in error.context:
            forms.setdefault(inner.schema_path[0], []).append(inner)
        for inner in min(forms.values(), key=len):
            yield from _texts(inner)
        return
    where = "".join("[]" if isinstance(part, int) else f".{word(part)}" for part in error.absolute_path).lstrip(".")
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        yield from (f"{f'{where}.{name}'.lstrip('.')}: missing" for name in missing)
    elif error.validator == "additionalProperties":
        unknown = [name for name in error.instance if name not in error.schema.get("properties", {})]
        for name in unknown:
            yield f"{f'{where}.{word(name)}'.lstrip('.')}: not described ({_kind(error.instance[name])})"
    elif error.validator == "type":
        described = error.validator_value
        described = described if isinstance(described, str) else " or ".join(described)
        yield f"{where or 'body'}: {_kind(error.instance)}, described: {described}"
    else:
        yield f"{where or 'body'}: not as described ({error.validator})"


def _kind(value: Any) -> str:
    """Return the name of the JSON type of a value."""
    names = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
    return names.get(type(value), "null")
