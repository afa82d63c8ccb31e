# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parse and check the bodies of requests."""

from __future__ import annotations

import json
from typing import Any

from .errors import BadRequest, UnsupportedMediaType

Body = dict[str, Any]


def read_body(content_type: str | None, raw: bytes) -> Any:
    """Return the parsed JSON of a body, or None if the body is empty.

    Raises ``UnsupportedMediaType`` if the body is not declared as JSON, and ``BadRequest`` if it is not valid JSON.
    """
    if not raw:
        return None
    if (content_type or "").partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaType("Content-Type must be application/json")
    try:
        return json.loads(raw)
    except ValueError:
        raise BadRequest("Body is not valid JSON") from None


def only(body: Body, *names: str) -> None:
    """Raise ``BadRequest`` if the body has a property that is not in ``names``."""
    unknown = sorted(set(body) - set(names))
    if unknown:
        raise BadRequest(f"Unknown property: {', '.join(unknown)}")


def read_name(body: Body) -> str:
    """Return the ``name`` in a body. Raises ``BadRequest`` if it is not a non-empty string."""
    name = body.get("name")
    if not isinstance(name, str) or not name.strip():
        raise BadRequest("name must be a non-empty string")
    return name


def read_choice(body: Body, name: str, *choices: str) -> str:
    """Return a property of a body, by default the first choice. Raises ``BadRequest`` if it is not one of them."""
    value = body.get(name, choices[0])
    if value not in choices:
        raise BadRequest(f"{name} must be one of {', '.join(choices)}")
    return str(value)
