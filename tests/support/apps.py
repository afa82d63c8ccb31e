# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run apps that send preset responses and record the requests they receive."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

GETINFO = {
    "nodeId": "02ab",
    "chain": "mainnet",
    "version": "0.7.1",
    "channels": [{"state": "Normal", "balanceSat": 900, "inboundLiquiditySat": 2_000_000, "capacitySat": 2_000_900}],
}
BALANCE = {"balanceSat": 900, "feeCreditSat": 40}


@dataclass
class StandIn:
    """An app at ``url``. ``answers`` contains a status and a body for each path.

    ``passwords`` are those that the app accepts; without any, it accepts every request. ``asked`` contains the path and
    the password of each request.
    """

    answers: dict[str, tuple[int, Any]]
    passwords: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    url: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)

    def answer(self, path: str, authorization: str) -> tuple[int, Any]:
        scheme, _space, given = authorization.partition(" ")
        if scheme == "Basic":
            given = base64.b64decode(given).decode().partition(":")[2]
        self.asked.append((path, given))
        if self.passwords and given not in self.passwords:
            return 401, "Invalid authentication (use basic auth with the http password set in phoenix.conf)"
        return self.answers.get(path, (404, ""))


def phoenixd(*passwords: str, info: Any = None, balance: Any = None) -> StandIn:
    return StandIn({"/getinfo": (200, info or GETINFO), "/getbalance": (200, balance or BALANCE)}, passwords)


@contextmanager
def running(app: StandIn) -> Iterator[StandIn]:
    """Run the app on its own port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = app.answer(self.path, self.headers["Authorization"] or "")
            raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {**app.headers, "Content-Length": str(len(raw))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw)

        do_POST = do_GET

        def log_message(self, *_arguments: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        app.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield app
        finally:
            server.shutdown()
            thread.join()
