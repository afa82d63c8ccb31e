# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the HTTP responses of the simulator, in each form that the real service may use."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from typing import Any

from .errors import ApiError, MethodNotAllowed, MissingRoute, TooManyRequests, Unauthorized
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
    """Return the response to a successful call of seed or apps, with its data in the envelope or bare."""
    return Answer("ok", body=json.dumps(data if bare else {"data": data}))


def node_success(data: Any, status: int) -> Answer:
    """Return the response to a successful call of nodes."""
    return Answer("ok", status, "" if data is None else json.dumps(data))


def failure(error: ApiError, settings: Settings, real_status: bool) -> Answer:
    """Return the response to a failed call.

    In the generation nodes, which has a ``real_status``, the HTTP status is that of the error. In seed and apps it is
    200 and the error is in the body; the settings can select a real status for some errors.
    """
    if isinstance(error, MissingRoute):
        return _missing_route(error, settings)
    if real_status:
        return _node_failure(error, settings)
    body = json.dumps(error.envelope())
    if isinstance(error, TooManyRequests) and settings.limit_form != "body":
        return Answer(error.name, 429, body, headers=_retry_after(settings))
    if isinstance(error, Unauthorized) and settings.bad_key_form == "http":
        return Answer(error.name, 401, body, headers={"WWW-Authenticate": "Basic"})
    return Answer(error.name, body=body)


def _missing_route(error: MissingRoute, settings: Settings) -> Answer:
    forms = {
        "body": Answer(error.name, body=json.dumps(error.envelope())),
        "http": Answer("not_found", 404, json.dumps(error.node_envelope())),
        "html": Answer("not_found", 404, html_page(404), "text/html"),
        "gone": Answer("gone", 410, json.dumps({"error": {"code": "gone", "message": str(error)}})),
    }
    return forms[settings.missing_routes]


def _node_failure(error: ApiError, settings: Settings) -> Answer:
    forms = {
        "error": Answer(error.name, error.status, json.dumps(error.node_envelope())),
        "message": Answer(error.name, error.status, json.dumps(error.envelope())),
        "html": Answer(error.name, error.status, html_page(error.status), "text/html"),
        "empty": Answer(error.name, error.status, "", "text/plain"),
    }
    headers = {}
    if isinstance(error, TooManyRequests):
        headers = _retry_after(settings)
    elif isinstance(error, Unauthorized):
        headers = {"WWW-Authenticate": "Bearer"}
    elif isinstance(error, MethodNotAllowed):
        headers = {"Allow": ", ".join(error.methods)}
    return replace(forms[settings.node_error_form], headers=headers)


def _retry_after(settings: Settings) -> dict[str, str]:
    """Return the header of a rate limit response. A date has whole seconds, so it is rounded up."""
    if settings.limit_form == "http-retry-after":
        return {"Retry-After": f"{settings.retry_after:g}"}
    if settings.limit_form == "http-retry-date":
        return {"Retry-After": formatdate(math.ceil(time.time() + settings.retry_after), usegmt=True)}
    return {}


def html_page(status: int) -> str:
    """Return an HTML page that shows a status, as a proxy sends it."""
    return f"<html><body><h1>{status}</h1></body></html>"
