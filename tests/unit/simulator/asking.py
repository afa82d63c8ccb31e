# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Provide a minimal client that checks each response against the description of the API."""

from __future__ import annotations

import base64
import http.client
import json
from typing import Any, NamedTuple

from ansible_collections.nodana.cloud.tests.unit.simulator.contract import check_answer


class Reply(NamedTuple):
    """A response: its status, headers by lowercase name, and text."""

    status: int
    headers: dict[str, str]
    text: str

    def json(self) -> Any:
        """Return the parsed body, or None if there is no body."""
        return json.loads(self.text) if self.text else None


class Asking:
    """A client with one key. Each request uses a new connection."""

    def __init__(self, port: int, key: str | None, timeout: float = 20, bearer: bool = False) -> None:
        self._port = port
        self._timeout = timeout
        self._authorization = None if key is None else f"Bearer {key}" if bearer else basic("", key)

    def send(self, method: str, path: str, text: str | bytes | None = None, **headers: str) -> Reply:
        """Send a request without checks. In the names of ``headers``, ``_`` stands for ``-``."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        if self._authorization:
            fields.setdefault("Authorization", self._authorization)
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=self._timeout)
        try:
            connection.request(method, "/v1" + path, text, fields)
            answer = connection.getresponse()
            received = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, received, answer.read().decode())
        finally:
            connection.close()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Make a described call. Return the whole JSON response, which agrees with the description."""
        text = None if body is None else json.dumps(body)
        reply = self.send(method, path, text, Content_Type="application/json")
        check_answer(method, path, reply.status, reply.json())
        return reply.json()

    def data(self, method: str, path: str, body: Any = None) -> Any:
        """Make a described call of seed or apps that succeeds. Return its data."""
        answer = self.ask(method, path, body)
        assert "data" in answer, answer
        return answer["data"]


def basic(user: str, password: str) -> str:
    """Return a Basic authorization."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
