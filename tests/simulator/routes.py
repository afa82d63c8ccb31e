# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Map the method and the path of a request to a call. Each generation of the API has its own routes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import unquote

from .accounts import Account
from .calls import Calls
from .errors import BadRequest, MethodNotAllowed, MissingRoute
from .node_calls import NodeCalls
from .world import World


class Route(NamedTuple):
    """The method and the path of a call. The call receives each ``:id`` of the path, then the body if it takes one.

    ``kind`` is ``apps`` in the generations seed and apps, and ``nodes`` in the generation nodes. ``status`` is the HTTP
    status of a success.
    """

    method: str
    path: str
    call: Callable[..., Any]
    takes_body: bool = False
    kind: str = "apps"
    status: int = 200


CREATE_APP = Route("POST", "/apps", Calls.create_app, takes_body=True)

_PROJECTS_AND_APPS = (
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
)

ROUTES: Mapping[str, tuple[Route, ...]] = MappingProxyType(
    {
        "seed": (
            *_PROJECTS_AND_APPS,
            Route("GET", "/apps/:id/services", Calls.list_services),
            Route("POST", "/apps/:id/services/:serviceId/update", Calls.update_service),
        ),
        "apps": (
            *_PROJECTS_AND_APPS,
            Route("POST", "/apps/:id/restart", Calls.restart_app),
            Route("POST", "/apps/:id/update", Calls.update_app),
        ),
        "nodes": (
            Route("GET", "/nodes", NodeCalls.list_nodes, kind="nodes"),
            Route("POST", "/nodes", NodeCalls.create_node, takes_body=True, kind="nodes", status=202),
            Route("GET", "/nodes/:id", NodeCalls.get_node, kind="nodes"),
            Route("DELETE", "/nodes/:id", NodeCalls.delete_node, kind="nodes", status=204),
            Route("GET", "/nodes/:id/update", NodeCalls.get_update, kind="nodes"),
            Route("POST", "/nodes/:id/update", NodeCalls.update_node, kind="nodes"),
            Route("POST", "/nodes/:id/start", NodeCalls.start_node, kind="nodes"),
            Route("POST", "/nodes/:id/stop", NodeCalls.stop_node, kind="nodes"),
            Route("POST", "/nodes/:id/restart", NodeCalls.restart_node, kind="nodes"),
        ),
    }
)
"""The routes of each generation."""


def kind_at(path: str, generations: Iterable[str]) -> str | None:
    """Return the kind of the routes with this path, or None if a host of these generations has none."""
    return next((route.kind for route, _match in _at(path, generations)), None)


def find(method: str, path: str, generations: Iterable[str]) -> tuple[Route, list[str]]:
    """Return the route of a path below ``/v1`` and the decoded ids in it. The path is percent-encoded.

    Raises ``MissingRoute`` if no route of these generations has this path, and ``MethodNotAllowed`` if none of them has
    this method.
    """
    found = _at(path, generations)
    if not found:
        raise MissingRoute("Route not found")
    for route, match in found:
        if route.method == method:
            return route, [unquote(part) for part in match.groups()]
    raise MethodNotAllowed(f"Only {' and '.join(route.method for route, _match in found)} can be used here")


def called(world: World, account: Account, route: Route, ids: list[str], body: Any) -> Any:
    """Run the call of a route and return its data. Raises ``ApiError`` if the call fails."""
    calls = NodeCalls(world, account) if route.kind == "nodes" else Calls(world, account)
    if route.takes_body:
        if not isinstance(body, dict):
            raise BadRequest("Body must be an object")
        return route.call(calls, *ids, body)
    if body not in (None, {}):
        raise BadRequest("This call takes no body")
    return route.call(calls, *ids)


def _at(path: str, generations: Iterable[str]) -> list[tuple[Route, re.Match[str]]]:
    """Return the routes with this path, each once."""
    routes = dict.fromkeys(route for generation in generations for route in ROUTES[generation])
    matches = ((route, re.fullmatch(re.sub(r":\w+", "([^/]+)", route.path), path)) for route in routes)
    return [(route, match) for route, match in matches if match]
