# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Claim protocol of LNbits: its first install creates the superuser. Until then it serves nothing else."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._errors import Invalid, NodanaError

from .claim import Credentials, Reply, State, Way, refusal
from .client import TOO_MANY_REQUESTS, App, Response

SHORTEST_COOLDOWN = 60.0
"""Seconds. After five failed logins of an account, LNbits refuses its logins for 60 to 900 s, without Retry-After."""
THROTTLED = "LNbits refuses logins for 60 to 900 s after five failures, which anyone can cause"

NO_PASSWORDS_STATUS = 403
NO_PASSWORDS = "it does not accept logins with a password, or a proxy refuses them"
NO_ADMINISTRATOR = "our user can log in, but is not its administrator"
NO_STATUS = "our user can log in, but it is unknown whether it is its administrator"


def log_in(app: App, credentials: Credentials) -> Response:
    """Log in. A 429 has the seconds to wait before the next login."""
    response = app.request("POST /api/v1/auth", _login(credentials))
    if response.status == TOO_MANY_REQUESTS and not response.retry_after:
        return replace(response, retry_after=SHORTEST_COOLDOWN)
    return response


def _login(credentials: Credentials) -> dict[str, Any]:
    return {"username": credentials["lnbits_username"], "password": credentials["lnbits_password"]}


def _new(options: Mapping[str, Any]) -> dict[str, str]:
    return {"lnbits_username": options["username"], "lnbits_password": secrets.token_urlsafe(24)}


def _read_state(app: App) -> tuple[State, Response]:
    response = app.request("GET /api/v1/health")
    if response.status == 307 and response.location.rstrip("/").endswith("/first_install"):
        return State.FREE, response
    return (State.OPEN if response.status == 200 else State.UNCLEAR), response


def _claim(app: App, credentials: Credentials, token: str | None) -> Reply:
    """Send the first install. It succeeds with a session of the new user.

    Status 403 means that there was one before, so the next poll finds out whose it is.
    """
    body = {**_login(credentials), "password_repeat": credentials["lnbits_password"]}
    if token:
        body["first_install_token"] = token
    response = app.request("PUT /api/v1/auth/first_install", body)
    is_new_user = response.status == 200 and bool(response.fields().get("access_token"))
    return Reply(is_new_user, response, failure=_failure(app, credentials, token, response))


def _failure(app: App, credentials: Credentials, token: str | None, response: Response) -> NodanaError | None:
    """Return the error for a first install that LNbits refuses because of what was sent, or None."""
    message = f"{app} was not claimed: {response}"
    if response.status == 401:
        wrong = "has a wrong first_install_token" if token else "requires a first_install_token, and none is set"
        return Invalid(
            f"{message}. The request {wrong}",
            advice="Set first_install_token to the install token of this LNbits, and run this task again.",
        )
    if response.status == 400:
        return Invalid(
            f"{message}. LNbits does not accept the username {credentials['lnbits_username']} or its password",
            advice="THE FIRST VISITOR CAN STILL CLAIM IT. If the username exists, a reset has kept its user: keep its "
            "credentials, move their file out of the folder claims or remove them from secrets, and set username to "
            "another name.",
        )
    return None


def _prove(app: App, credentials: Credentials) -> Reply:
    """Log in as the administrator. Status 403 proves nothing: it can be the instance of another owner, or a proxy.

    A user from before a reset can still log in, but only an administrator sees the funding source. A version without
    this status returns 404. Any other refusal of it proves nothing.
    """
    response = log_in(app, credentials)
    token = response.fields().get("access_token")
    if response.status != 200 or not token:
        unproved = NO_PASSWORDS if response.status == NO_PASSWORDS_STATUS else ""
        return Reply(False, response, refusal(response), unproved)
    status = app.request("GET /api/v1/status", token=str(token))
    refused = NO_ADMINISTRATOR if is_status_of_user(status) else ""
    return Reply(status.status in (200, 404), status, refused, NO_STATUS if status.is_refusal_of_probe else "")


def is_status_of_user(response: Response) -> bool:
    """Return whether a status has the fields for users, and not those for administrators."""
    status = response.fields()
    return response.status == 200 and "server_time" in status and "funding_source" not in status


LNBITS = Way(_new, _read_state, _claim, _prove, unlock=_prove, throttled=THROTTLED)
