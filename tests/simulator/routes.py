# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Map the method and the path of a request to a call, and parse the body."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import unquote

from .calls import Calls
from .errors import BadRequest, MethodNotAllowed, NotFound, UnsupportedMediaType


class Route(NamedTuple):
    """The method and the path of a call. The call receives each ``:id`` of the path, then the body if it takes one."""

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
    """Return the route of a path below ``/v1`` and the decoded ids in it. The path is percent-encoded.

    Raises ``NotFound`` if no route has this path, and ``MethodNotAllowed`` if none of them has this method.
    """
    found = [(route, match) for route, pattern in _PATTERNS if (match := pattern.fullmatch(path))]
    if not found:
        raise NotFound("Route not found")
    for route, match in found:
        if route.method == method:
            return route, [unquote(part) for part in match.groups()]
    raise MethodNotAllowed(f"Only {' and '.join(route.method for route, _match in found)} can be used here")


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


def called(calls: Calls, route: Route, ids: list[str], body: Any) -> Any:
    """Run the call of a route and return its data. Raises ``ApiError`` if the call fails."""
    if route.takes_body:
        if not isinstance(body, dict):
            raise BadRequest("Body must be an object")
        return route.call(calls, *ids, body)
    if body not in (None, {}):
        raise BadRequest("This call takes no body")
    return route.call(calls, *ids)
