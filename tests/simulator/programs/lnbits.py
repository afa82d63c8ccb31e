# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Simulate the calls of LNbits for its first install, a login, its health and the health of its funding source."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from .standin import Reply, Request, StandIn

_LENGTHS = {"username": (2, 20), "password": (8, 50), "password_repeat": (8, 50)}


class Lnbits(StandIn):
    """An LNbits instance that the first visitor installs. Until then, it serves only the first install."""

    def __init__(self) -> None:
        self.funding_source_error: str | None = None
        self._owner: tuple[str, str] | None = None
        self._tokens: set[str] = set()

    def answer(self, request: Request) -> Reply:
        """Return the reply to a request."""
        call = (request.method, request.path)
        if call == ("PUT", "/api/v1/auth/first_install"):
            return self._first_install(request)
        if self._owner is None:
            page = request.path == "/first_install"
            return Reply(200, "Welcome") if page else Reply(307, headers={"Location": "/first_install"})
        if call == ("GET", "/api/v1/health"):
            return Reply(200, {"server_time": 1760000000, "up_time": "00:00:06"})
        if call == ("POST", "/api/v1/auth"):
            return self._login(request)
        if call == ("GET", "/api/v1/status"):
            return self._status(request)
        return Reply(404, {"detail": "Not Found"})

    def change(self, values: Mapping[str, Any]) -> None:
        """Set ``funding_source_error``, a text or null."""
        error = values.get("funding_source_error")
        if set(values) != {"funding_source_error"} or not isinstance(error, (str, type(None))):
            raise ValueError("only funding_source_error can be set, a text or null")
        self.funding_source_error = error

    def _first_install(self, request: Request) -> Reply:
        if self._owner is not None:
            return Reply(403, {"detail": "This is not your first install"})
        given = {name: request.fields().get(name) for name in _LENGTHS}
        for name, (least, most) in _LENGTHS.items():
            value = given[name]
            if not isinstance(value, str) or not least <= len(value) <= most:
                return Reply(400, {"detail": f"ensure {name} has {least} to {most} characters"})
        self._owner = (str(given["username"]), str(given["password"]))
        return self._session()

    def _login(self, request: Request) -> Reply:
        fields = request.fields()
        if (fields.get("username"), fields.get("password")) != self._owner:
            return Reply(401, {"detail": "Invalid credentials."})
        return self._session()

    def _status(self, request: Request) -> Reply:
        if request.bearer() not in self._tokens:
            return Reply(401, {"detail": "Missing user ID or access token."})
        funding = {"funding_source": "PhoenixdWallet", "funding_source_error": self.funding_source_error}
        return Reply(200, {"version": self.version, **funding, "funding_source_balance_msat": 0})

    def _session(self) -> Reply:
        token = secrets.token_hex(16)
        self._tokens.add(token)
        return Reply(200, {"access_token": token, "token_type": "bearer"})
