# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes that respond like phoenixd, each on its own local address."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@contextmanager
def nodes(*passwords: str) -> Iterator[list[str]]:
    """Run a node with each of these passwords and yield their URLs."""
    with ExitStack() as stack:
        yield [stack.enter_context(_node(f"127.0.0.{n}", password)) for n, password in enumerate(passwords, start=2)]


@contextmanager
def _node(address: str, password: str) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            user, _colon, given = base64.b64decode((self.headers["Authorization"] or "Basic ")[6:]).partition(b":")
            known = self.path == "/getinfo" and bool(user) and given.decode() == password
            body = json.dumps({"nodeId": "02ab", "chain": "mainnet", "version": "0.7.1", "channels": []}).encode()
            self.send_response(200 if known else 401)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body) if known else 0))
            self.end_headers()
            self.wfile.write(body if known else b"")

        def log_message(self, *_arguments: Any) -> None:
            pass

    with ThreadingHTTPServer((address, 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://{address}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
