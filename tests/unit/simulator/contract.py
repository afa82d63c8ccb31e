# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check responses and requests against the OpenAPI descriptions of the three generations of the API.

Both functions raise ``AssertionError`` with the difference from the description.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansible_collections.nodana.cloud.tests.simulator.descriptions import (
    Undescribed,
    request_errors,
    response_errors,
    takes_body,
)
from jsonschema.exceptions import ValidationError, best_match


def check_answer(method: str, path: str, status: int, body: Any) -> None:
    """Check the JSON body of a response, or None if it has no body. ``path`` is the one below ``/v1``."""
    _check(response_errors(method, path, status, body), f"{method} {path}: the response {body}")


def check_request(entry: dict[str, Any]) -> None:
    """Check a request as the simulator logged it: method, path, query, body and its type."""
    where = f"{entry['method']} {entry['path']}"
    assert not entry["query"], f"{where}: no call takes a query, got {entry['query']}"
    _check(request_errors(entry["method"], entry["path"], entry["body"]), f"{where}: the request {entry['body']}")
    if takes_body(entry["method"], entry["path"]):
        kind = (entry["content_type"] or "").partition(";")[0]
        assert kind == "application/json", f"{where}: the type of the body is not JSON"


def _check(errors: Iterator[ValidationError], where: str) -> None:
    try:
        problem = best_match(errors)
    except Undescribed as undescribed:
        raise AssertionError(f"{where}: {undescribed}") from undescribed
    if problem is not None:
        place = "/".join(map(str, problem.absolute_path)) or "it"
        raise AssertionError(f"{where} differs from the description: {place}: {problem.message}")
