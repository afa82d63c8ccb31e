# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Claim protocol of LNbits: its first install creates the superuser. Until then it serves nothing else."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from .claim import Credentials, Reply, State, Way
from .client import App, Response


def login(credentials: Credentials) -> dict[str, Any]:
    """Return the request body of a login."""
    return {"username": credentials["lnbits_username"], "password": credentials["lnbits_password"]}


def _new(options: Mapping[str, Any]) -> dict[str, str]:
    return {"lnbits_username": options["username"], "lnbits_password": secrets.token_urlsafe(24)}


def _read_state(app: App) -> tuple[State, Response]:
    response = app.request("GET /api/v1/health")
    if response.status == 307 and response.location.rstrip("/").endswith("/first_install"):
        return State.FREE, response
    return (State.OPEN if response.status == 200 else State.UNCLEAR), response


def _claim(app: App, credentials: Credentials, token: str | None) -> Reply:
    body = {**login(credentials), "password_repeat": credentials["lnbits_password"]}
    if token:
        body["first_install_token"] = token
    response = app.request("PUT /api/v1/auth/first_install", body)
    return Reply(response.status == 200, response)


def _prove(app: App, credentials: Credentials) -> Reply:
    """Log in. Status 403 means that the owner has disabled passwords: accept that as a success."""
    response = app.request("POST /api/v1/auth", login(credentials))
    return Reply(response.status in (200, 403), response, refused=response.status == 401)


LNBITS = Way(_new, _read_state, _claim, _prove, unlock=_prove)
