# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Claim protocol of Alby Hub: setup and the first start fix the password. The app is locked after each restart."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .claim import Credentials, Reply, State, Way, refusal
from .client import App, Response


def is_moved(info: Mapping[str, Any]) -> bool:
    """Return whether the hub wrote the file that moves its node to another place. It must never be started again."""
    return bool(info.get("nodeMigrationFileCreated"))


def _new(_options: Mapping[str, Any]) -> dict[str, str]:
    return {"alby_hub_password": secrets.token_urlsafe(24)}


def _read_state(app: App) -> tuple[State, Response]:
    """Return the state of the hub. It keeps the error of a failed start while it runs, so ``running`` comes first."""
    response = app.request("GET /api/info")
    info = response.fields()
    if response.status != 200 or "setupCompleted" not in info:
        return State.UNCLEAR, response
    if is_moved(info):
        return State.MOVED, response
    if info["setupCompleted"] and info.get("running"):
        return State.OPEN, response
    if info.get("startupState"):
        return State.UNCLEAR, response
    if info.get("startupError"):
        response = replace(response, remark=f"its last start failed: {info['startupError']}")
    return (State.LOCKED if info["setupCompleted"] else State.FREE), response


def _claim(app: App, credentials: Credentials, _token: str | None) -> Reply:
    """Set the app up and start it. Until its first start, the app accepts a setup from anyone."""
    response = app.request("POST /api/setup", {"unlockPassword": credentials["alby_hub_password"]})
    return _start(app, credentials) if response.status in (200, 204) else Reply(False, response)


def _start(app: App, credentials: Credentials) -> Reply:
    response = app.request("POST /api/start", {"unlockPassword": credentials["alby_hub_password"]})
    return Reply(response.status == 200, response, refusal(response))


def _prove(app: App, credentials: Credentials) -> Reply:
    body = {"unlockPassword": credentials["alby_hub_password"], "permission": "readonly"}
    response = app.request("POST /api/unlock", body)
    return Reply(response.status == 200, response, refusal(response))


ALBY_HUB = Way(_new, _read_state, _claim, _prove, unlock=_start)
