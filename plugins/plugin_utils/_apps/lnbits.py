# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Claim protocol of LNbits: its first install creates the superuser. Until then it serves nothing else."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from .claim import Credentials, Reply, State, Way
from .client import Answer, App


def login(credentials: Credentials) -> dict[str, Any]:
    """Return the request body of a login."""
    return {"username": credentials["lnbits_username"], "password": credentials["lnbits_password"]}


def _new(options: Mapping[str, Any]) -> dict[str, str]:
    return {"lnbits_username": options["username"], "lnbits_password": secrets.token_urlsafe(24)}


def _look(app: App) -> tuple[State, Answer]:
    answer = app.ask("GET /api/v1/health")
    if answer.status == 307 and answer.location.rstrip("/").endswith("/first_install"):
        return State.FREE, answer
    return (State.OPEN if answer.status == 200 else State.UNCLEAR), answer


def _claim(app: App, credentials: Credentials, token: str | None) -> Reply:
    body = {**login(credentials), "password_repeat": credentials["lnbits_password"]}
    if token:
        body["first_install_token"] = token
    answer = app.ask("PUT /api/v1/auth/first_install", body)
    return Reply(answer.status == 200, answer)


def _prove(app: App, credentials: Credentials) -> Reply:
    """Log in. Status 403 means that the owner has disabled passwords: accept that as a success."""
    answer = app.ask("POST /api/v1/auth", login(credentials))
    return Reply(answer.status in (200, 403), answer, refused=answer.status == 401)


LNBITS = Way(_new, _look, _claim, _prove, unlock=_prove)
