# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Simulate the calls of LNbits for its first install, a login, its health and the health of its funding source."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from .standin import Reply, Request, StandIn, set_known

_LENGTHS = {"username": (2, 20), "password": (8, 50), "password_repeat": (8, 50)}


LOGIN_FAILURES = 5
"""Failed logins of a user after which LNbits refuses all logins of that user for at least a minute."""


class Lnbits(StandIn):
    """An LNbits instance that the first visitor installs. Until then, it serves only the first install.

    A changed install token opens the first install again. The users from before remain.
    """

    def __init__(self) -> None:
        self.funding_source_error: str | None = None
        self.balance_sat = 0
        self.wallets_sat = 0
        self.first_install_token: str | None = None
        self.retry_after: str | None = None
        self._confirmed_token: str | None = None
        self._owner: str | None = None
        self._passwords: dict[str, str] = {}
        self._failures: dict[str, int] = {}
        self._tokens: dict[str, str] = {}

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
        if call == ("GET", "/admin/api/v1/audit"):
            return self._audit(request)
        return Reply(404, {"detail": "Not Found"})

    def change(self, values: Mapping[str, Any]) -> None:
        """Set ``funding_source_error``, ``first_install_token`` or ``retry_after``, a text or null, or other values.

        ``balance_sat`` is what the funding source reports, and ``wallets_sat`` the sum of all wallets.

        ``blocked`` is whether to refuse the logins of all users, as after failed logins. These responses have the
        header ``Retry-After`` only if ``retry_after`` is set. As a restart of LNbits does, a change of a confirmed
        token resets the owner.
        """
        optional = (str, type(None))
        names = ("funding_source_error", "first_install_token", "retry_after")
        set_known(
            self, values, blocked=(bool,), balance_sat=(int,), wallets_sat=(int,), **dict.fromkeys(names, optional)
        )
        if "blocked" in values:
            self._failures = dict.fromkeys(self._passwords, LOGIN_FAILURES if values["blocked"] else 0)
        if self.first_install_token and self._confirmed_token not in (None, self.first_install_token):
            self._owner = None

    def _first_install(self, request: Request) -> Reply:
        """Return the reply to a first install, checked in the order of LNbits."""
        given = {name: request.fields().get(name) for name in _LENGTHS}
        for name, (least, most) in _LENGTHS.items():
            value = given[name]
            if not isinstance(value, str) or not least <= len(value) <= most:
                return Reply(400, {"detail": f"ensure {name} has {least} to {most} characters"})
        if self._owner is not None:
            return Reply(403, {"detail": "This is not your first install"})
        token = request.fields().get("first_install_token")
        if self.first_install_token and token != self.first_install_token:
            return Reply(401, {"detail": f"{'Invalid' if token else 'Missing'} first_install_token."})
        if given["username"] in self._passwords:
            return Reply(400, {"detail": "Username already exists."})
        self._owner = str(given["username"])
        self._passwords[self._owner] = str(given["password"])
        self._confirmed_token = self.first_install_token
        return self._session(self._owner)

    def _login(self, request: Request) -> Reply:
        fields = request.fields()
        name = str(fields.get("username"))
        if self._failures.get(name, 0) >= LOGIN_FAILURES:
            headers = {"Retry-After": self.retry_after} if self.retry_after is not None else {}
            return Reply(429, {"detail": "Too many login attempts. Try again later."}, headers)
        if name not in self._passwords or self._passwords[name] != fields.get("password"):
            self._failures[name] = self._failures.get(name, 0) + 1
            return Reply(401, {"detail": "Invalid credentials."})
        self._failures.pop(name, None)
        return self._session(name)

    def _status(self, request: Request) -> Reply:
        user = self._tokens.get(request.bearer())
        if user is None:
            return Reply(401, {"detail": "Missing user ID or access token."})
        status = {"server_time": 1760000000, "up_time": "00:00:06", "version": self.version}
        if user != self._owner:
            return Reply(200, status)
        funding = {"funding_source": "PhoenixdWallet", "funding_source_error": self.funding_source_error}
        return Reply(200, {**status, **funding, "funding_source_balance_msat": self.balance_sat * 1000})

    def _audit(self, request: Request) -> Reply:
        user = self._tokens.get(request.bearer())
        if user is None or user != self._owner:
            return Reply(
                401, {"detail": "Missing user ID or access token." if user is None else "User not authorized."}
            )
        if self.funding_source_error:
            return Reply(500, {"detail": f"Funding source status unavailable: {self.funding_source_error}"})
        return Reply(200, {"lnbits_balance_sats": self.wallets_sat, "node_balance_sats": self.balance_sat})

    def _session(self, user: str) -> Reply:
        token = secrets.token_hex(16)
        self._tokens[token] = user
        return Reply(200, {"access_token": token, "token_type": "bearer"})
