# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the programs of the served apps and nodes, and assign their URLs."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from aiohttp import web

from ..accounts import App
from ..nodes import Node
from .alby_hub import AlbyHub
from .lnbits import Lnbits
from .mint import Mint
from .phoenixd import Phoenixd
from .real import HOST, RealProgram
from .standin import Reply, Request, StandIn
from .vss import Vss

STAND_INS: Mapping[str, Callable[[App | Node], StandIn]] = {
    "phoenixd": lambda app: Phoenixd(app.secrets),
    "alby-hub-phoenixd": lambda _app: AlbyHub(),
    "alby-hub": lambda _app: AlbyHub(),
    "lnbits-phoenixd": lambda _app: Lnbits(),
    "lnbits": lambda _app: Lnbits(),
    "cdk-mintd": lambda app: Mint("cdk-mintd", app.params),
    "nutshell": lambda app: Mint("Nutshell", app.params),
    "vss": lambda _app: Vss(),
}


class Programs:
    """The programs of all served apps and nodes.

    ``real`` contains the executables by template; everything else gets stand-ins.
    """

    def __init__(self, real: Mapping[str, Path], clock: Callable[[], float]) -> None:
        self._real = real
        self._clock = clock
        self._played: dict[str, Played] = {}
        self._running: dict[str, RealProgram] = {}

    def serve(self, app: App | Node) -> None:
        """Start a program for a new app and set the URL of the app. Do nothing if its template has no program."""
        if app.template in self._real:
            program = self._running[app.id] = RealProgram(app.template, self._real[app.template], app.params)
            app.url = f"http://{HOST}:{program.port}"
            program.begin()
        elif app.template in STAND_INS:
            played = self._played[app.id] = Played(app, STAND_INS[app.template](app), self._clock)
            app.url = f"http://{HOST}:{played.port}"

    def follow(self, app: App | Node) -> None:
        """Start or stop the program of an app after a change of the app."""
        program = self._running.get(app.id)
        if program is not None and not app.deleted and app.services[0].status == "running":
            program.begin()
        elif program is not None:
            program.end()

    def restart(self, app: App | Node) -> None:
        """Restart the program of an app. A stand-in sees the new start in its service."""
        program = self._running.get(app.id)
        if program is not None:
            program.end()
            program.begin()

    def change(self, app_id: str, values: Mapping[str, Any]) -> None:
        """Change a stand-in. With ``kill``, end a program that the API still reports as running.

        With ``replies``, set preset replies of a stand-in: a status, a body and headers for each call, for example
        ``GET /v1/info``. They replace earlier ones.
        Raises ``ValueError`` if the app has no program or the program cannot be changed like this.
        """
        if app_id not in self._played and app_id not in self._running:
            raise ValueError(f"no program answers for {app_id}")
        if values == {"kill": True}:
            if app_id in self._running:
                self._running[app_id].end()
            else:
                self._played[app_id].killed = True
        elif app_id in self._played and set(values) == {"replies"}:
            self._played[app_id].replies = {call: Reply(*reply) for call, reply in values["replies"].items()}
        elif app_id in self._played:
            self._played[app_id].stand_in.change(values)
        else:
            raise ValueError("a real program can only be killed")

    def requests(self) -> dict[str, list[str]]:
        """Return the requests to each stand-in by app, each in the form ``GET /getinfo 200``."""
        return {app_id: played.requests for app_id, played in self._played.items()}

    def end(self) -> None:
        """Stop all programs and remove their data."""
        for played in self._played.values():
            played.close()
        for program in self._running.values():
            program.remove()
        self._played.clear()
        self._running.clear()


class Played:
    """A stand-in that listens on its own port. It closes every connection while its app does not run."""

    def __init__(self, app: App | Node, stand_in: StandIn, clock: Callable[[], float]) -> None:
        self.stand_in = stand_in
        self.requests: list[str] = []
        self.replies: dict[str, Reply] = {}
        self.killed = False
        self._app = app
        self._clock = clock
        self._socket = socket.socket()
        self._socket.bind((HOST, 0))
        self._socket.listen()
        self.port: int = self._socket.getsockname()[1]
        self._listening = asyncio.ensure_future(self._listen())

    def close(self) -> None:
        """Stop listening."""
        if self._listening.done() and not self._listening.cancelled():
            self._listening.result().close()
        else:
            self._listening.cancel()
            self._socket.close()

    async def _listen(self) -> asyncio.AbstractServer:
        return await asyncio.get_running_loop().create_server(web.Server(self._answer), sock=self._socket)

    async def _answer(self, asked: web.BaseRequest) -> web.StreamResponse:
        body = await asked.read()
        service, now = self._app.services[0], self._clock()
        if self.killed or self._app.deleted or service.status_at(now) != "running":
            if asked.transport is not None:
                asked.transport.close()
            return web.Response()
        headers = {name.lower(): value for name, value in asked.headers.items()}
        request = Request(asked.method, asked.path, headers, body)
        self.stand_in.version = service.version_at(now)
        self.stand_in.started = service.until  # The end of the last change.
        reply = self.replies.get(f"{request.method} {request.path}") or self.stand_in.answer(request)
        self.requests.append(f"{request.method} {request.path} {reply.status}")
        return _sent(reply)


def _sent(reply: Reply) -> web.Response:
    headers = dict(reply.headers)
    if isinstance(reply.body, str):
        return web.Response(status=reply.status, text=reply.body, headers=headers)
    return web.json_response(reply.body, status=reply.status, headers=headers)
