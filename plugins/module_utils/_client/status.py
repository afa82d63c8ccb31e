# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Interpret the statuses of apps and services.

The API documents few of them. A status that ends in ``ing``, such as ``starting``, counts as a change in progress.
"""

from __future__ import annotations

from collections.abc import Iterable

from .._protocol import Record

_READY = ("available", "running")  # the API reference documents the first for apps, and its examples show the second
_RUNNING = ("running", "available", "started")
_ON_THE_WAY_DOWN = ("stopping", "deleting")


def is_ready(app: Record) -> bool:
    """Return whether the app is ready to use."""
    return app["status"] in _READY


def is_running(service: Record) -> bool:
    """Return whether the service runs."""
    return service["status"] in _RUNNING


def is_stopped(service: Record) -> bool:
    """Return whether the service neither runs nor changes its status."""
    return not is_running(service) and not is_changing(service)


def is_up(service: Record) -> bool:
    """Return whether the service runs or is about to run."""
    return is_running(service) or (is_changing(service) and service["status"] not in _ON_THE_WAY_DOWN)


def running_state(services: Iterable[Record]) -> bool | None:
    """Return whether an app with these services runs.

    The result is True if all services run, and False if one is stopped. It is None if there are no services, or if a
    service is changing and none is stopped.
    """
    services = list(services)
    if any(is_stopped(service) for service in services):
        return False
    return True if services and all(is_running(service) for service in services) else None


def running_by_status(app: Record) -> bool | None:
    """Return whether an app runs as far as its own status tells, or None.

    ``available`` does not tell: an app may keep this status while it is stopped.
    """
    return {"running": True, "stopped": False}.get(app["status"])


def is_changing(item: Record) -> bool:
    """Return whether the status of the app or service is changing."""
    status = str(item["status"])
    return status.endswith("ing") and status not in _RUNNING
