# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which call a method and a path mean, and what their body says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import unquote

from . import calls
from .errors import BadRequest, MethodNotAllowed, NotFound, UnsupportedMediaType


class Route(NamedTuple):
    """A call and where it is found; each ``:id`` of the path is given to the call."""

    method: str
    path: str
    call: Callable[..., Any]


ROUTES = (
    Route("GET", "/projects", calls.list_projects),
    Route("POST", "/projects", calls.create_project),
    Route("GET", "/projects/:id", calls.get_project),
    Route("POST", "/projects/:id/update", calls.update_project),
    Route("POST", "/projects/:id/delete", calls.delete_project),
    Route("GET", "/projects/:id/apps", calls.list_apps),
    Route("POST", "/apps", calls.create_app),
    Route("GET", "/apps/:id", calls.get_app),
    Route("POST", "/apps/:id/start", calls.start_app),
    Route("POST", "/apps/:id/stop", calls.stop_app),
    Route("POST", "/apps/:id/delete", calls.delete_app),
    Route("GET", "/apps/:id/services", calls.list_services),
    Route("POST", "/apps/:id/services/:serviceId/update", calls.update_service),
)

_PATTERNS = [(route, re.compile(re.sub(r":\w+", "([^/]+)", route.path))) for route in ROUTES]


def find(method: str, path: str) -> tuple[Route, list[str]]:
    """The route of a still encoded path below ``/v1``, and the ids in it. ``NotFound``, ``MethodNotAllowed``."""
    found = [(route, match) for route, pattern in _PATTERNS if (match := pattern.fullmatch(path))]
    if not found:
        raise NotFound("Route not found")
    for route, match in found:
        if route.method == method:
            return route, [unquote(part) for part in match.groups()]
    raise MethodNotAllowed(f"Only {' and '.join(route.method for route, _match in found)} can be used here")


def read_body(content_type: str | None, raw: bytes) -> Any:
    """The JSON of a body, None without one. ``UnsupportedMediaType``, ``BadRequest``."""
    if not raw:
        return None
    if (content_type or "").partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaType("Content-Type must be application/json")
    try:
        return json.loads(raw)
    except ValueError:
        raise BadRequest("Body is not valid JSON") from None


def bound(route: Route, ids: list[str], body: Any) -> Callable[..., Any]:
    """The call of a route with its ids and body; the world and the account are still to be given."""
    if body is not None and not isinstance(body, dict):
        raise BadRequest("Body must be an object")
    names = ("project_id",) if route.path.startswith("/projects") else ("app_id", "service_id")
    return partial(route.call, body=body or {}, **dict(zip(names, ids)))
