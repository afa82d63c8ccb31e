# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the status words of apps and services mean.

The API documents few of them. Whatever ends like ``starting`` is taken for a change under way.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Record = dict[str, Any]

_READY = ("available", "running")  # the reference documents the first for apps and shows the second
_RUNNING = ("running", "available", "started")
_ON_THE_WAY_DOWN = ("stopping", "deleting")


def is_ready(app: Record) -> bool:
    """Whether the app is ready to use."""
    return app["status"] in _READY


def is_running(service: Record) -> bool:
    """Whether the service runs."""
    return service["status"] in _RUNNING


def is_stopped(service: Record) -> bool:
    """Whether the service neither runs nor changes."""
    return not is_running(service) and not is_changing(service)


def is_up(service: Record) -> bool:
    """Whether the service runs or is about to."""
    return is_running(service) or (is_changing(service) and service["status"] not in _ON_THE_WAY_DOWN)


def running_state(services: Iterable[Record]) -> bool | None:
    """Tell whether an app with these services runs: all of them run, or one is stopped.

    Returns None if there are none, or if they are on their way to another status.
    """
    services = list(services)
    if any(is_stopped(service) for service in services):
        return False
    return True if services and all(is_running(service) for service in services) else None


def is_changing(item: Record) -> bool:
    """Whether the app or service is on its way to another status."""
    status = str(item["status"])
    return status.endswith("ing") and status not in _RUNNING
