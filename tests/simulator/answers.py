# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the HTTP responses of the simulator, in each form that the real service may use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import ApiError, NotFound, TooManyRequests, Unauthorized
from .settings import Settings


@dataclass(frozen=True)
class Answer:
    """An HTTP response. ``outcome`` is its name in the log.

    A response with ``dropped`` is not sent: the connection is closed. A response with ``drip`` is sent slowly, see
    ``drips.drip``.
    """

    outcome: str
    status: int = 200
    body: str = ""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    dropped: bool = False
    drip: str = ""


def success(data: Any, bare: bool = False) -> Answer:
    """Return the response to a successful call, with its data in the envelope or bare."""
    return Answer("ok", body=json.dumps(data if bare else {"data": data}))


def missing_route(form: str) -> Answer:
    """Return the response of a host that does not have the route.

    ``form`` is ``body`` (status 200 and the error in the body, as in the generations seed and apps), ``http`` (a real
    404) or ``gone`` (a real 410), as in other generations.
    """
    if form == "body":
        return Answer(NotFound.name, body=json.dumps(NotFound("Route not found").envelope()))
    status, code = {"http": (404, "not_found"), "gone": (410, "gone")}[form]
    return Answer(code, status, json.dumps({"error": {"code": code, "message": "No such route"}}))


def failure(error: ApiError, settings: Settings) -> Answer:
    """Return the response to a failed call.

    Its status is 200 and the error is in the body. The settings can select a real status for some errors.
    """
    body = json.dumps(error.envelope())
    if isinstance(error, TooManyRequests) and settings.limit_form != "body":
        headers = {"Retry-After": f"{settings.retry_after:g}"} if settings.limit_form == "http-retry-after" else {}
        return Answer(error.name, 429, body, headers=headers)
    if isinstance(error, Unauthorized) and settings.bad_key_form == "http":
        return Answer(error.name, 401, body, headers={"WWW-Authenticate": "Basic"})
    return Answer(error.name, body=body)
