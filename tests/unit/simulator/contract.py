# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check responses and requests against the OpenAPI descriptions of the three generations of the API.

``check_answer`` takes what a server sent, ``check_request`` an entry of the simulator's log, which is what a client
really sent. Both raise ``AssertionError`` with the difference from the description.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

FOLDER = Path(__file__).resolve().parents[2] / "simulator" / "openapi"
GENERATIONS = ("seed", "apps", "nodes")
_BASE = "https://openapi.invalid/"


@cache
def description(generation: str) -> dict[str, Any]:
    """Return the OpenAPI description of a generation."""
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / f"{generation}.yaml").read_text(encoding="utf-8"))
    return loaded


def check_answer(method: str, path: str, status: int, body: Any) -> None:
    """Check the JSON body of a response, or None if it has no body. ``path`` is the one below ``/v1``."""
    where = f"{method} {path}"
    generation, operation = _operation(method, path)
    responses = operation["responses"]
    assert str(status) in responses, f"{where}: status {status} is not described"
    if "$ref" not in responses[str(status)]:
        assert body is None, f"{where}: the response has no body, got {body}"
        return
    _check(body, _uri(generation, responses[str(status)]["$ref"]), f"{where}: the response")


def check_request(entry: dict[str, Any]) -> None:
    """Check a request as the simulator logged it: method, path, query, body and its type."""
    where = f"{entry['method']} {entry['path']}"
    generation, operation = _operation(entry["method"], entry["path"])
    assert not entry["query"], f"{where}: no call takes a query, got {entry['query']}"
    if "requestBody" not in operation:
        assert entry["body"] is None, f"{where}: takes no body, got {entry['body']}"
        return
    assert (entry["content_type"] or "").partition(";")[0] == "application/json", f"{where}: body is not called JSON"
    _check(entry["body"], _uri(generation, operation["requestBody"]["$ref"]), f"{where}: the request")


def _operation(method: str, path: str) -> tuple[str, dict[str, Any]]:
    """Return the generation and the description of a call. References to path items lead to earlier generations."""
    for generation in GENERATIONS:
        for template, item in description(generation)["paths"].items():
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) and method.lower() in item:
                return generation, item[method.lower()]
    raise AssertionError(f"{method} {path} is not described")


def _uri(generation: str, reference: str) -> str:
    return urljoin(f"{_BASE}{generation}.yaml", reference)


def _check(value: Any, component: str, where: str) -> None:
    """Check a value against the JSON schema of a request body or a response."""
    content = _registry().resolver().lookup(component).contents["content"]
    assert "application/json" in content, f"{where} is not described as JSON"
    schema = {"$ref": f"{component}/content/application~1json/schema"}
    problem = best_match(Draft202012Validator(schema, registry=_registry()).iter_errors(value))
    if problem is not None:
        place = "/".join(map(str, problem.absolute_path)) or "it"
        raise AssertionError(f"{where} differs from the description: {place}: {problem.message}")


@cache
def _registry() -> Registry[Any]:
    files = ((f"{_BASE}{name}.yaml", DRAFT202012.create_resource(description(name))) for name in GENERATIONS)
    registry: Registry[Any] = Registry().with_resources(files)
    return registry
