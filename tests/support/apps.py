# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run apps that send preset responses and record the requests they receive."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

from ansible_collections.nodana.cloud.tests.support.servers import http_server

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
def running(app: StandIn, address: str = "127.0.0.1") -> Iterator[StandIn]:
    """Run the app on its own port."""

    def respond(path: str, headers: Message) -> tuple[int, Any]:
        return app.answer(path, headers["Authorization"] or "")

    with http_server(respond, app.headers, address) as app.url:
        yield app


@contextmanager
def nodes(*passwords: str) -> Iterator[list[str]]:
    """Run a node with each of these passwords on an address of its own, and yield their URLs."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(running(phoenixd(password), f"127.0.0.{number}")).url
            for number, password in enumerate(passwords, start=2)
        ]
