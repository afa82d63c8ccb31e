# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes back over the wire, in each form that the real service may use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import ApiError, NotFound, TooManyRequests, Unauthorized
from .settings import Settings


@dataclass(frozen=True)
class Answer:
    """An HTTP answer. ``outcome`` is its name in the log. It is not sent if ``dropped``, and slowly with a ``drip``."""

    outcome: str
    status: int = 200
    body: str = ""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    dropped: bool = False
    drip: str = ""


def success(data: Any, bare: bool = False) -> Answer:
    """A call that worked, with its data in the envelope or bare."""
    return Answer("ok", body=json.dumps(data if bare else {"data": data}))


def missing_route(form: str) -> Answer:
    """A call that this host does not have: as seed and apps say it, or with a real status as other generations do."""
    if form == "body":
        return Answer(NotFound.name, body=json.dumps(NotFound("Route not found").envelope()))
    status, code = {"http": (404, "not_found"), "gone": (410, "gone")}[form]
    return Answer(code, status, json.dumps({"error": {"code": code, "message": "No such route"}}))


def failure(error: ApiError, settings: Settings) -> Answer:
    """A call that failed: status 200 and the error in the body, unless the settings ask for a real status."""
    body = json.dumps(error.envelope())
    if isinstance(error, TooManyRequests) and settings.limit_form != "body":
        headers = {"Retry-After": f"{settings.retry_after:g}"} if settings.limit_form == "http-retry-after" else {}
        return Answer(error.name, 429, body, headers=headers)
    if isinstance(error, Unauthorized) and settings.bad_key_form == "http":
        return Answer(error.name, 401, body, headers={"WWW-Authenticate": "Basic"})
    return Answer(error.name, body=body)
