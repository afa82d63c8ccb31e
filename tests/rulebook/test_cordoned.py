# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the event source and its rulebook in a real ansible-rulebook, with the simulated API."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests
from ansible_collections.nodana.cloud.tests.rulebook.receiver import PATIENCE, Rulebook, command
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator


class Watch(Rulebook):
    """The folder from the guide with the watch of the account."""

    rulebook = "nodana.cloud.cordoned"

    def __init__(self, folder: Path, simulator: Simulator, hook: str, key: str | None = None) -> None:
        super().__init__(folder, "events")
        state = str(folder / "state")
        api = {"NODANA_API_URL": simulator.url, "NODANA_API_KEY": key or simulator.key, "NODANA_STATE_DIR": state}
        self.environment.update(api)
        for word in ("app_cordoned.yml", "notification_url"):
            self.run(command(word).replace("https://chat.example.com/hooks/shop", hook))
        with (self.folder / "events.yml").open("a", encoding="utf-8") as file:
            file.write("nodana_poll_interval: 1\n")


def test_a_cordoned_app_sends_one_message_faults_warn_once_and_a_ban_ends_it(tmp_path):
    with Simulator(startup_delay=0) as simulator, message_receiver() as (hook, messages):
        simulator.fill(projects=1, apps=2)
        known, app = [item["id"] for item in simulator.account()["apps"]]
        simulator.force_status(known, "cordoned")
        with Watch(tmp_path, simulator, hook) as watch:
            watch.wait_until(lambda: polls(simulator) > 1)
            simulator.fault("no_data", times=6)
            watch.wait_until(lambda: "until the API works again" in watch.said())
            simulator.force_status(app, "cordoned")
            watch.wait_until(lambda: messages)
            seen = polls(simulator)
            watch.wait_until(lambda: polls(simulator) > seen + 1)
            log, said = simulator.log(), watch.said()
            ban(simulator)
            assert watch.process.wait(PATIENCE) != 0
    assert re.search("Source plugin failed.*API key is banned.*Check that the key is correct", watch.said(), re.DOTALL)
    assert messages == [{"text": f"The app {app} (phoenixd) is cordoned. Its status was available."}]
    assert log["violations"] == 0
    assert (said.count("until the API works again"), said.count("The API works again.")) == (1, 1)
    assert simulator.key not in watch.said()


def test_a_wrong_key_ends_the_start_with_the_reason(tmp_path):
    key = "a-wrong-key-0123456789"
    with Simulator() as simulator, Watch(tmp_path, simulator, "http://127.0.0.1:1/", key) as watch:
        assert watch.process.wait(PATIENCE) != 0
    said = watch.said()
    assert "Source plugin failed with error message" in said
    assert "Check api_key or NODANA_API_KEY" in said
    assert key not in said


@contextmanager
def message_receiver() -> Iterator[tuple[str, list[Any]]]:
    """Yield a URL and the list of the JSON bodies that were sent to it."""
    messages: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            messages.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", messages
        server.shutdown()


def ban(simulator: Simulator) -> None:
    """Send two requests without a pause, for which the API bans the key."""
    simulator.settings(ban_after=1)
    for _request in range(2):
        requests.get(f"{simulator.url}/projects", auth=("", simulator.key), timeout=10)
    assert simulator.account()["banned"]


def polls(simulator: Simulator) -> int:
    """Return the number of complete polls so far."""
    return sum(
        re.fullmatch("/projects/[^/]+/apps", request["path"]) is not None for request in simulator.log()["requests"]
    )
