# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers and requests held against the OpenAPI description of the API.

``check_answer`` takes what a server answered, ``check_request`` an entry of the simulator's log, so what a client
really sent. Both raise ``AssertionError`` that says where they differ from the description.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

DESCRIPTION = Path(__file__).resolve().parents[2] / "simulator" / "openapi.yaml"
_BASE = "urn:nodana-api"


@lru_cache(maxsize=1)
def description() -> dict[str, Any]:
    """The OpenAPI description."""
    loaded: dict[str, Any] = yaml.safe_load(DESCRIPTION.read_text(encoding="utf-8"))
    return loaded


def check_answer(method: str, path: str, status: int, body: Any) -> None:
    """Check the JSON body of an answer. ``path`` is the one below ``/v1``, as ``/apps/app-1234``."""
    where = f"{method} {path}"
    responses = _operation(method, path)["responses"]
    assert str(status) in responses, f"{where}: status {status} is not described"
    _check(body, responses[str(status)]["$ref"], f"{where}: the answer")


def check_request(entry: dict[str, Any]) -> None:
    """Check a request as the simulator logged it: method, path, query, body and its type."""
    where = f"{entry['method']} {entry['path']}"
    operation = _operation(entry["method"], entry["path"])
    assert not entry["query"], f"{where}: no call takes a query, got {entry['query']}"
    if "requestBody" not in operation:
        assert entry["body"] is None, f"{where}: takes no body, got {entry['body']}"
        return
    assert (entry["content_type"] or "").partition(";")[0] == "application/json", f"{where}: body is not called JSON"
    _check(entry["body"], operation["requestBody"]["$ref"], f"{where}: the request")


def _operation(method: str, path: str) -> dict[str, Any]:
    for template, item in description()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) and method.lower() in item:
            found: dict[str, Any] = item[method.lower()]
            return found
    raise AssertionError(f"{method} {path} is not described")


def _check(value: Any, component: str, where: str) -> None:
    """Check a value against the JSON schema of a described request or answer, as ``#/components/responses/App``."""
    kind, name = component.split("/")[2:]
    assert "application/json" in description()["components"][kind][name]["content"], f"{where} is not described as JSON"
    schema = {"$ref": f"{_BASE}{component}/content/application~1json/schema"}
    problem = best_match(Draft202012Validator(schema, registry=_registry()).iter_errors(value))
    if problem is not None:
        place = "/".join(map(str, problem.absolute_path)) or "it"
        raise AssertionError(f"{where} differs from the description: {place}: {problem.message}")


@lru_cache(maxsize=1)
def _registry() -> Registry[Any]:
    registry: Registry[Any] = Registry()
    return registry.with_resource(_BASE, DRAFT202012.create_resource(description()))
