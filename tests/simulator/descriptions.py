# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validate requests and responses against the OpenAPI descriptions of the three generations of the API.

The simulator itself does not need this file, which needs jsonschema and PyYAML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

FOLDER = Path(__file__).resolve().parent / "openapi"
GENERATIONS = ("seed", "apps", "nodes")
_BASE = "https://openapi.invalid/"


class Undescribed(Exception):
    """A call, a status or a kind of body that no description has."""


@cache
def description(generation: str) -> dict[str, Any]:
    """Return the OpenAPI description of a generation."""
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / f"{generation}.yaml").read_text(encoding="utf-8"))
    return loaded


def response_errors(method: str, path: str, status: int, body: Any) -> Iterator[ValidationError]:
    """Yield the errors in the JSON body of a response, or None if it has no body. ``path`` is the one below ``/v1``.

    Raises Undescribed.
    """
    generation, operation = _operation(method, path)
    responses = operation["responses"]
    if str(status) not in responses:
        raise Undescribed(f"status {status} is not described")
    if "$ref" in responses[str(status)]:
        yield from _errors(body, _uri(generation, responses[str(status)]["$ref"]))
    elif body is not None:
        raise Undescribed("a body is not described")


def request_errors(method: str, path: str, body: Any) -> Iterator[ValidationError]:
    """Yield the errors in the JSON body of a request, or None if it has no body. Raises Undescribed."""
    generation, operation = _operation(method, path)
    if "requestBody" in operation:
        yield from _errors(body, _uri(generation, operation["requestBody"]["$ref"]))
    elif body is not None:
        raise Undescribed("a body is not described")


def takes_body(method: str, path: str) -> bool:
    """Return whether a call has a body. Raises Undescribed."""
    return "requestBody" in _operation(method, path)[1]


def _operation(method: str, path: str) -> tuple[str, dict[str, Any]]:
    """Return the generation and the description of a call. References to path items lead to earlier generations."""
    for generation in GENERATIONS:
        for template, item in description(generation)["paths"].items():
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) and method.lower() in item:
                return generation, item[method.lower()]
    raise Undescribed("the call is not described")


def _uri(generation: str, reference: str) -> str:
    return urljoin(f"{_BASE}{generation}.yaml", reference)


def _errors(value: Any, component: str) -> Iterator[ValidationError]:
    """Yield the errors of a value by the JSON schema of a request body or a response."""
    if "application/json" not in _registry().resolver().lookup(component).contents["content"]:
        raise Undescribed("a JSON body is not described")
    schema = {"$ref": f"{component}/content/application~1json/schema"}
    yield from Draft202012Validator(schema, registry=_registry()).iter_errors(value)


@cache
def _registry() -> Registry[Any]:
    files = ((f"{_BASE}{name}.yaml", DRAFT202012.create_resource(description(name))) for name in GENERATIONS)
    registry: Registry[Any] = Registry().with_resources(files)
    return registry
