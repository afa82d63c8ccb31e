# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real programs at the URLs of apps, with a script in their place: they start and end with their apps."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator
from ansible_collections.nodana.cloud.tests.unit.simulator.asking import Asking

# It forks, as some programs do: only the child listens.
PROGRAM = """#!/usr/bin/env python3
import http.server, os, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        name = os.environ["MINT_INFO_NAME"].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(name)))
        self.end_headers()
        self.wfile.write(name)
    def log_message(self, *arguments):
        pass
if os.fork():
    time.sleep(60)
else:
    address = (os.environ["MINT_LISTEN_HOST"], int(os.environ["MINT_LISTEN_PORT"]))
    http.server.HTTPServer(address, Handler).serve_forever()
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The program in place of a mint."""
    program = tmp_path / "mint"
    program.write_text(PROGRAM)
    program.chmod(0o700)
    return program


def test_a_real_program_starts_and_ends_with_its_app(program: Path) -> None:
    with Simulator(rate_interval=0, startup_delay=0, transition_delay=0, serve_apps=True, mint=program) as simulator:
        api = Asking(simulator.port, simulator.key)
        app = api.data("POST", "/apps", {"template": "nutshell", "params": {"mint_name": "Shop mint"}})
        port = urlsplit(app["url"]).port or 0
        awaited(lambda: listens(port))
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/")
        assert connection.getresponse().read() == b"Shop mint"
        connection.close()
        simulator.change_program(app["id"], kill=True)
        assert not listens(port)
        for call, there in (("start", True), ("stop", False), ("start", True), ("delete", False)):
            api.data("POST", f"/apps/{app['id']}/{call}")
            awaited(lambda there=there: listens(port) is there)  # type: ignore[misc]


def test_a_real_program_and_its_data_go_with_a_simulator_that_was_killed(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with Simulator(rate_interval=0, serve_apps=True, mint=program) as simulator:
        app = Asking(simulator.port, simulator.key).data(
            "POST", "/apps", {"template": "nutshell", "params": {"mint_name": "x"}}
        )
        port = urlsplit(app["url"]).port or 0
        awaited(lambda: listens(port))
        assert simulator.pid
        data = list(tmp_path.glob("nodana-program-*"))
        os.kill(simulator.pid, signal.SIGKILL)
        awaited(lambda: not listens(port))
        awaited(lambda: bool(data) and not data[0].exists())


def test_a_program_that_is_not_there_is_told_at_once() -> None:
    with pytest.raises(RuntimeError, match="there is no program /no/such/lnbits"), Simulator(lnbits="/no/such/lnbits"):
        pass


def listens(port: int) -> bool:
    """Return whether a process accepts connections at this port."""
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0


def awaited(there: Callable[[], bool]) -> None:
    """Wait until something is so; fail when it takes too long."""
    deadline = time.monotonic() + 30
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.02)
