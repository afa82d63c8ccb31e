# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""List the differences between a response and its OpenAPI description, without any value of the response."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from jsonschema.exceptions import ValidationError

from ...tests.simulator.descriptions import Undescribed, response_errors

JSON_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}


def differences(method: str, path: str, status: int, body: Any) -> list[str]:
    """Return the differences in the JSON body of a response, one text for each field."""
    try:
        errors = list(response_errors(method, path, status, body))
    except Undescribed as undescribed:
        return [str(undescribed)]
    return list(dict.fromkeys(text for error in errors for text in _texts(error)))


def word(text: Any) -> str:
    """Return a text of the API if it is a word without digits, such as a status; others may be ids or secrets."""
    return text if isinstance(text, str) and re.fullmatch(r"[A-Za-z_]{1,40}", text) else "<not shown>"


def _texts(error: ValidationError) -> Iterator[str]:
    """Yield the differences behind an error. Of several forms of a response, compare with the most similar one."""
    if error.context:
        forms: dict[Any, list[ValidationError]] = {}
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
        yield from (f"{f'{where}.{word(name)}'.lstrip('.')}: not described" for name in unknown)
    elif error.validator == "type":
        kind = "null" if error.instance is None else JSON_TYPES[type(error.instance)]
        described = error.validator_value
        yield f"{where}: {kind}, described: {described if isinstance(described, str) else ' or '.join(described)}"
    else:
        yield f"{where}: not as described ({error.validator})"
