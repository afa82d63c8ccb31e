# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Serve the control API below ``/_simulator``: tests control the simulator and inspect its state without the API."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from .calls import Calls
from .errors import ApiError
from .node_calls import NodeCalls
from .world import World


def control_routes(world: World) -> list[web.RouteDef]:
    """Return the routes below ``/_simulator``. They need no key, have no rate limit and are not logged."""
    control = Control(world)
    return [
        web.get("/_simulator/settings", control.settings),
        web.post("/_simulator/settings", control.change_settings),
        web.get("/_simulator/faults", control.faults),
        web.post("/_simulator/faults", control.add_faults),
        web.delete("/_simulator/faults", control.clear_faults),
        web.get("/_simulator/log", control.log),
        web.delete("/_simulator/log", control.clear_log),
        web.get("/_simulator/state", control.state),
        web.post("/_simulator/reset", control.reset),
        web.post("/_simulator/apps/{id}", control.force_status),
        web.post("/_simulator/nodes/{id}", control.force_fields),
        web.get("/_simulator/programs", control.programs),
        web.post("/_simulator/programs/{id}", control.change_program),
        web.post("/_simulator/releases", control.release),
        web.post("/_simulator/fill", control.fill),
    ]


class Control:
    """The handlers of the control API. The response to invalid input is a real 400 with one line of text."""

    def __init__(self, world: World) -> None:
        """``world`` is the state that the handlers read and change."""
        self._world = world

    async def settings(self, _request: web.Request) -> web.Response:
        """Return all settings."""
        return web.json_response(self._world.settings.as_dict())

    async def change_settings(self, request: web.Request) -> web.Response:
        """Change the settings in the body. Return all settings."""
        body = await _body(request)
        try:
            self._world.settings = self._world.settings.changed(body)
        except ValueError as problem:
            raise _bad(str(problem)) from None
        return web.json_response(self._world.settings.as_dict())

    async def faults(self, _request: web.Request) -> web.Response:
        """Return the pending faults."""
        return web.json_response(self._world.faults.as_list())

    async def add_faults(self, request: web.Request) -> web.Response:
        """Add the faults in the body. Return all pending faults."""
        body = await _body(request)
        try:
            self._world.faults.add(body)
        except ValueError as problem:
            raise _bad(str(problem)) from None
        return web.json_response(self._world.faults.as_list())

    async def clear_faults(self, _request: web.Request) -> web.Response:
        """Remove the pending faults."""
        self._world.faults.pending.clear()
        return web.json_response([])

    async def log(self, _request: web.Request) -> web.Response:
        """Return the requests since the log was last cleared."""
        return web.json_response(self._world.journal.as_dict())

    async def clear_log(self, _request: web.Request) -> web.Response:
        """Clear the log. Earlier violations still count towards a ban."""
        self._world.journal.entries.clear()
        return web.json_response(self._world.journal.as_dict())

    async def state(self, _request: web.Request) -> web.Response:
        """Return all accounts with their whole contents."""
        return web.json_response(self._world.state())

    async def reset(self, _request: web.Request) -> web.Response:
        """Reset the simulator to its initial state. Return all settings."""
        self._world.reset()
        return web.json_response(self._world.settings.as_dict())

    async def force_status(self, request: web.Request) -> web.Response:
        """Set the status of an app to the one in the body. A null status restores the real one."""
        status = _object(await _body(request)).get("status")
        if not (status is None or isinstance(status, str)):
            raise _bad("status must be a word or null")
        app = self._world.app(request.match_info["id"])
        if app is None:
            raise web.HTTPNotFound(text="no such app")
        app.forced_status = status
        return web.json_response({"id": app.id, "status": status})

    async def force_fields(self, request: web.Request) -> web.Response:
        """Set fields of a node to those in the body. An empty object restores the real ones."""
        fields = _object(await _body(request))
        if not set(fields) <= {"status", "failureMessage", "updateStatus"}:
            raise _bad("only status, failureMessage and updateStatus can be set")
        node = self._world.node(request.match_info["id"])
        if node is None:
            raise web.HTTPNotFound(text="no such node")
        node.forced = fields
        return web.json_response({"id": node.id, **fields})

    async def programs(self, _request: web.Request) -> web.Response:
        """Return the requests that each stand-in received, by app."""
        return web.json_response(self._world.programs.requests())

    async def change_program(self, request: web.Request) -> web.Response:
        """Change the program of an app. The body holds attributes of a stand-in, or ``{"kill": true}``."""
        try:
            self._world.programs.change(request.match_info["id"], _object(await _body(request)))
        except ValueError as problem:
            raise _bad(str(problem)) from None
        return web.json_response(self._world.programs.requests())

    async def release(self, request: web.Request) -> web.Response:
        """Publish the newer versions in the body, by service. Return the newest version of each service."""
        for service, version in _object(await _body(request)).items():
            if service not in self._world.releases:
                raise _bad(f"unknown service {service!r}; known: {', '.join(self._world.releases)}")
            if not isinstance(version, str):
                raise _bad("a version must be a string")
            if version not in self._world.releases[service]:
                self._world.releases[service].append(version)
        return web.json_response({service: versions[-1] for service, versions in self._world.releases.items()})

    async def fill(self, request: web.Request) -> web.Response:
        """Add projects with apps, and nodes, to the first account.

        The body sets the number of ``projects``, the number of ``apps`` in each project, the ``template`` of the apps
        and the number of ``nodes``.
        """
        body = {"projects": 0, "apps": 1, "template": "phoenixd", "nodes": 0, **_object(await _body(request))}
        account = next(iter(self._world.accounts.values()))
        calls = Calls(self._world, account)
        try:
            for number in range(int(body["projects"])):
                project = calls.create_project({"name": f"project {number + 1}"})["id"]
                for _unused in range(int(body["apps"])):
                    calls.create_app({"project_id": project, "template": body["template"]})
            for number in range(int(body["nodes"])):
                NodeCalls(self._world, account).create_node({"name": f"node {number + 1}"})
        except (ApiError, TypeError, ValueError) as problem:
            raise _bad(str(problem)) from None
        return web.json_response({name: body[name] for name in ("projects", "apps", "nodes")})


async def _body(request: web.Request) -> Any:
    try:
        return json.loads(await request.read())
    except ValueError:
        raise _bad("the body must be JSON") from None


def _object(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise _bad("the body must be an object")
    return body


def _bad(problem: str) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=problem)
