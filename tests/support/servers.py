# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run servers for behaviour that the simulator does not have: preset responses, raw bytes, slow responses, TLS."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Respond = Callable[[str, Message], tuple[int, Any]]
Reply = Callable[[socket.socket], None]


@dataclass
class Raw:
    """A server on a free port of the loopback interface. ``requests`` contains the bytes of each request head."""

    port: int = 0
    requests: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"


@contextmanager
def raw_server(reply: bytes | Reply, context: ssl.SSLContext | None = None) -> Iterator[Raw]:
    """Respond once to each connection with these bytes, or with the function ``reply``, and close the connection."""
    server = Raw()
    answer = _sender(reply) if isinstance(reply, bytes) else reply
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server.port = listening.getsockname()[1]
        thread = threading.Thread(target=_serve, args=(listening, server, answer, context), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(5)


@contextmanager
def http_server(
    respond: Respond, headers: Mapping[str, str] | None = None, address: str = "127.0.0.1"
) -> Iterator[str]:
    """Respond to each GET and POST with what ``respond`` returns for its path and headers. Yield the URL.

    It returns a status and a body. A body that is not a string is sent as JSON.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = respond(self.path, self.headers)
            text = body if isinstance(body, str) else json.dumps(body)
            kind = "text/plain" if isinstance(body, str) else "application/json"
            sent = {"Content-Type": kind, **(headers or {}), "Content-Length": str(len(text.encode()))}
            self.send_response(status)
            for name, value in sent.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        do_POST = do_GET

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


def answered(body: str | bytes, status: str = "200 OK", *headers: str) -> bytes:
    """Return a complete HTTP response as bytes."""
    raw = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(raw)}", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + raw


def certificate(folder: Path, name: str = "DNS:localhost") -> tuple[Path, ssl.SSLContext]:
    """Write a self-signed certificate for this name, and return its path and the context of a server with it.

    It needs the program openssl.
    """
    path, key = folder / "certificate.pem", folder / "key.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    files = ["-addext", f"subjectAltName={name}", "-keyout", str(key), "-out", str(path)]
    subprocess.run([*command.split(), *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, key)
    return path, context


def free_port() -> int:
    """Return a port on which no server listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def _sender(reply: bytes) -> Reply:
    return lambda connection: connection.sendall(reply)


def _serve(listening: socket.socket, server: Raw, answer: Reply, context: ssl.SSLContext | None) -> None:
    while True:
        try:
            connection, _address = listening.accept()
        except OSError:
            return
        with suppress(OSError), connection:
            wrapped = context.wrap_socket(connection, server_side=True) if context else connection
            with wrapped:
                server.requests.append(_read_head(wrapped))
                answer(wrapped)
                with suppress(OSError):
                    wrapped.shutdown(socket.SHUT_WR)
                    wrapped.settimeout(0.1)
                    while wrapped.recv(65536):  # Closing a socket with unread data would reset the connection.
                        pass


def _read_head(connection: socket.socket) -> bytes:
    read = b""
    while b"\r\n\r\n" not in read and read[:1] != b"\x16":  # The first byte of a TLS handshake.
        more = connection.recv(65536)
        if not more:
            break
        read += more
    return read
