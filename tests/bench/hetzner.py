# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulate the part of the Hetzner Cloud API that the inventory plugin of hetzner.hcloud reads."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "a-fake-token-of-sixty-four-characters-" + "0" * 26
_LOCATION = {"id": 1, "name": "fsn1", "description": "Falkenstein", "country": "DE", "city": "Falkenstein"}


@contextmanager
def hetzner(servers: int) -> Iterator[str]:
    """Serve an account with this number of servers and yield the URL of the API."""
    listed = [_server(number) for number in range(1, servers + 1)]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            name = parts.path.rsplit("/", 1)[-1]
            query = parse_qs(parts.query)
            items = listed if name == "servers" else [_LOCATION]
            page, size = int(query.get("page", ["1"])[0]), int(query.get("per_page", ["25"])[0])
            last = max(1, -(-len(items) // size))
            pages: dict[str, Any] = {"page": page, "per_page": size, "last_page": last, "total_entries": len(items)}
            pages.update(previous_page=page - 1 or None, next_page=page + 1 if page < last else None)
            body = json.dumps({name: items[(page - 1) * size : page * size], "meta": {"pagination": pages}}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()


def _server(number: int) -> dict[str, Any]:
    address = f"10.0.{number // 250}.{number % 250 + 1}"
    return {
        "id": number,
        "name": f"server-{number}",
        "status": "running",
        "created": "2026-01-01T00:00:00+00:00",
        "public_net": {
            "ipv4": {"id": number, "ip": address, "blocked": False, "dns_ptr": f"server-{number}.example"},
            "ipv6": None,
            "floating_ips": [],
            "firewalls": [],
        },
        "private_net": [],
        "server_type": {"id": 1, "name": "cx22", "architecture": "x86", "cores": 2, "memory": 4, "disk": 40},
        "location": _LOCATION,
        "datacenter": None,
        "image": {"id": 1, "name": "debian-12", "description": "Debian 12", "os_flavor": "debian", "type": "system"},
        "labels": {"project": f"project-{number % 4}"},
        "volumes": [],
    }
