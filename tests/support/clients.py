# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Create API clients for tests."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._client.connection import Connection
from ansible_collections.nodana.cloud.plugins.module_utils._client.transport import Transport
from ansible_collections.nodana.cloud.plugins.module_utils._polling import Clock
from ansible_collections.nodana.cloud.tests.simulator.handle import Simulator

KEY = "a-fake-key-0123456789abcdef"


def transport(
    url: str, key: str = KEY, clock: Clock = time, warn: Callable[[str], object] | None = None, **options: Any
) -> Transport:
    """Return a transport. Its rate limiter has no interval unless ``request_interval`` sets one."""
    return Transport(Connection(url, key, **{"request_interval": 0.0, **options}), clock, warn)


def sent(simulator: Simulator, method: str = "", path: str = "") -> list[str]:
    """Return the received requests, for example ``POST /apps``. Filter by method and exact path if given."""
    return [
        f"{request['method']} {request['path']}"
        for request in simulator.log()["requests"]
        if method in ("", request["method"]) and path in ("", request["path"])
    ]


def writes(simulator: Simulator) -> list[str]:
    """Return the received requests that change something."""
    return sent(simulator, method="POST")
