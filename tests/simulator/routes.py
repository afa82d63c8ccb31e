# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which call a method and a path mean, and what the body of a request says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import unquote

from .calls import Calls
from .errors import BadRequest, MethodNotAllowed, NotFound, UnsupportedMediaType


class Route(NamedTuple):
    """A call and where it is found; each ``:id`` of the path is given to it, then the body if it takes one."""

    method: str
    path: str
    call: Callable[..., Any]
    takes_body: bool = False


CREATE_APP = Route("POST", "/apps", Calls.create_app, takes_body=True)

ROUTES = (
    Route("GET", "/projects", Calls.list_projects),
    Route("POST", "/projects", Calls.create_project, takes_body=True),
    Route("GET", "/projects/:id", Calls.get_project),
    Route("POST", "/projects/:id/update", Calls.update_project, takes_body=True),
    Route("POST", "/projects/:id/delete", Calls.delete_project),
    Route("GET", "/projects/:id/apps", Calls.list_apps),
    CREATE_APP,
    Route("GET", "/apps/:id", Calls.get_app),
    Route("POST", "/apps/:id/start", Calls.start_app),
    Route("POST", "/apps/:id/stop", Calls.stop_app),
    Route("POST", "/apps/:id/delete", Calls.delete_app),
    Route("GET", "/apps/:id/services", Calls.list_services),
    Route("POST", "/apps/:id/services/:serviceId/update", Calls.update_service),
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


def called(calls: Calls, route: Route, ids: list[str], body: Any) -> Any:
    """The data that the call of a route gives. ``ApiError`` when it fails."""
    if route.takes_body:
        if not isinstance(body, dict):
            raise BadRequest("Body must be an object")
        return route.call(calls, *ids, body)
    if body not in (None, {}):
        raise BadRequest("This call takes no body")
    return route.call(calls, *ids)
