# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Another API for nodes than the simulator: it has only the documented forms, and words that the collection never saw.

Nothing here is shared with the simulator, so a mistake in the simulator does not hide a mistake of the client.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "stand-in-key-0123456789abcdef"
SECRETS = {"seed": "abandon abandon about", "password": "a-full-password", "restrictedPassword": "a-limited-password"}
Reply = tuple[int, Any, dict[str, str]]


class StandIn:
    """The account of one user. ``url`` and ``key`` are as in the simulator.

    The next requests get the ``replies``, if there are any. ``up`` and ``down`` are the statuses of nodes. ``versions``
    are the versions that an update goes through; without them, the API does not tell any.
    """

    key = KEY

    def __init__(self) -> None:
        self.url = ""
        self.nodes: dict[str, dict[str, Any]] = {}
        self.running: set[str] = set()
        self.up = self.down = "humming"
        self.versions: list[str] = []
        self.replies: list[Reply] = []
        self.requests: list[str] = []

    def reply(self, method: str, path: str, body: dict[str, Any], authorization: str) -> Reply:
        """Return the status, the body and additional headers of the response to a request."""
        if path.endswith("/getinfo"):
            return (401 if path.split("/")[2] in self.running else 502), "", {}
        self.requests.append(f"{method} {path}")
        if authorization != f"Bearer {self.key}":
            return _refusal(401, "unauthorized", "This key is not valid")
        if self.replies:
            return self.replies.pop(0)
        _v1, *parts = path.strip("/").split("/")
        if parts == ["nodes"]:
            return self._create(body) if method == "POST" else (200, self.listed(), {})
        node = self.nodes.get(parts[1])
        if parts[0] != "nodes" or node is None:
            return _refusal(404, "not_found", "There is no such node")
        if method == "DELETE":
            del self.nodes[parts[1]]
            return 204, "", {}
        return self._act(method, node, parts[2] if len(parts) > 2 else "")

    def listed(self) -> dict[str, Any]:
        """Return the body of the list of nodes."""
        return {"nodes": [self._shown(node) for node in self.nodes.values()], "page": 1}

    def _shown(self, node: dict[str, Any]) -> dict[str, Any]:
        return {**node, "status": self.up if node["id"] in self.running else self.down}

    def _create(self, body: dict[str, Any]) -> Reply:
        node_id = f"n{len(self.nodes)}"
        url = f"{self.url.removesuffix('/v1')}/app/{node_id}"
        known = {"id": node_id, "name": body["name"], "endpointUrl": url}
        self.nodes[node_id] = {**known, "failureMessage": None, "updateStatus": None, "region": {"new": ["field"]}}
        self.running.add(node_id)
        return 202, {"node": self._shown(self.nodes[node_id]), "credentials": SECRETS, "requestId": "r-1"}, {}

    def _act(self, method: str, node: dict[str, Any], verb: str) -> Reply:
        is_up = node["id"] in self.running
        if method == "GET":
            version = {"currentVersion": self.versions[0]} if self.versions else {}
            return 200, version if verb == "update" else self._shown(node), {}
        if verb == ("start" if is_up else "stop") or (verb == "restart" and not is_up):
            return _refusal(409, "invalid_state", "The node cannot do this now")
        if verb == "start":
            self.running.add(node["id"])
        elif verb == "stop":
            self.running.discard(node["id"])
        elif verb == "update":
            del self.versions[: len(self.versions) > 1]
        return 202, {**self._shown(node), "another": 1}, {}


def limited(retry_after: str) -> Reply:
    """Return a rate limit response."""
    status, body, _headers = _refusal(429, "rate_limited", "Too many requests")
    return status, body, {"Retry-After": retry_after}


def _refusal(status: int, code: str, message: str) -> Reply:
    return status, {"error": {"code": code, "message": message, "details": {"new": "field"}}}, {}


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """Serve an account without nodes."""
    account = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            key = self.headers.get("Authorization") or ""
            status, body, headers = account.reply(self.command, self.path, json.loads(content or "{}"), key)
            sent = b"" if body == "" else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {**headers, **({} if status == 204 else {"Content-Length": str(len(sent))})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(sent)

        do_POST = do_DELETE = do_GET

        def log_message(self, *_arguments: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        account.url = f"http://127.0.0.1:{server.server_port}/v1"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield account
        finally:
            server.shutdown()
            thread.join()
