# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare the fields of a response with an OpenAPI description. No finding contains a value of the response."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "simulator" / "openapi"
JSON_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}


def word(text: Any) -> str:
    """Return a text of the API if it is a word without digits, such as a status; others may be ids or secrets."""
    return text if isinstance(text, str) and re.fullmatch(r"[A-Za-z_]{1,40}", text) else "<not shown>"


@functools.cache
def description(generation: str) -> dict[str, Any]:
    """Return the OpenAPI description of a generation."""
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / f"{generation}.yaml").read_text(encoding="utf-8"))
    return loaded


def differences(generation: str, method: str, path: str, status: int, body: Any) -> list[str]:
    """Return how the body of a response differs from its description, one text for each field.

    ``path`` is as in the description, such as ``/apps/{appId}``.
    """
    top = description(generation)
    responses = top["paths"][path][method.lower()]["responses"]
    if str(status) not in responses:
        return [f"status {status}, described: {', '.join(sorted(responses))}"]
    content = _resolved(top, responses[str(status)]).get("content", {})
    if "application/json" not in content:
        return [] if body is None else ["a body, described: none"]
    return list(dict.fromkeys(_compare(top, content["application/json"]["schema"], body, "")))


def _resolved(top: dict[str, Any], schema: Any) -> dict[str, Any]:
    """Return the schema behind all references. True stands for a schema that accepts everything."""
    if schema is True:
        return {}
    while "$ref" in schema:
        found: Any = top
        for name in schema["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        schema = found
    return schema


def _compare(top: dict[str, Any], schema: Any, value: Any, where: str) -> Iterator[str]:
    """Yield the differences of a value, which is at the dotted path ``where`` of the body."""
    if schema is False:
        yield f"{where}: not described"
        return
    schema = _resolved(top, schema)
    for part in schema.get("allOf", []):
        yield from _compare(top, part, value, where)
    branches = schema.get("oneOf") or schema.get("anyOf") or []
    if branches:
        found = [list(_compare(top, branch, value, where)) for branch in branches]
        yield from min(found, key=len)
        return
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    kind = "null" if value is None else JSON_TYPES[type(value)]
    if types and kind not in types and not (kind == "integer" and "number" in types):
        yield f"{where or 'the body'}: {kind}, described: {' or '.join(types)}"
        return
    if isinstance(value, list):
        for item in value:
            yield from _compare(top, schema.get("items", {}), item, f"{where}[]")
    if isinstance(value, dict):
        yield from _compare_fields(top, schema, value, f"{where}." if where else "")


def _compare_fields(top: dict[str, Any], schema: dict[str, Any], value: dict[str, Any], where: str) -> Iterator[str]:
    fields = schema.get("properties", {})
    for name in schema.get("required", []):
        if name not in value:
            yield f"{where}{name}: missing"
    for name, inner in value.items():
        if name in fields:
            yield from _compare(top, fields[name], inner, f"{where}{name}")
        elif fields and schema.get("additionalProperties") in (None, False):
            yield f"{where}{word(name)}: not described"
