# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server with the routes of the API that returns preset responses."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "canned-key-0123456789abcdef"


@contextmanager
def canned_api(answers: dict[str, Any]) -> Iterator[str]:
    """Serve preset responses by path, for example ``{"/projects": {"data": []}}``, and yield the base URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(answers[self.path.removeprefix("/v1")]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()
            thread.join()


def one_project(*apps: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return the responses of an account with one project that contains these apps."""
    project = {"id": "prj-1", "name": "shop", **fields}
    return {"/projects": {"data": [project]}, f"/projects/{project['id']}/apps": {"data": list(apps)}}
