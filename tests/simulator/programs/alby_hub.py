# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Simulate the calls of Alby Hub for its setup, its start with the unlock password and a session."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from .standin import Reply, Request, StandIn, set_known

_INVALID = Reply(401, {"message": "Invalid password"})


class AlbyHub(StandIn):
    """An Alby Hub that the first visitor sets up.

    The setup is complete after the first start. Each restart locks the hub.
    """

    def __init__(self) -> None:
        self.startup_error = ""
        self.moved = False
        self._unlock_password: str | None = None
        self._set_up = False
        self._running_since: float | None = None
        self._tokens: set[str] = set()

    def answer(self, request: Request) -> Reply:
        """Return the reply to a request."""
        calls = {
            ("GET", "/api/info"): self._info,
            ("POST", "/api/setup"): self._setup,
            ("POST", "/api/start"): self._start,
            ("POST", "/api/unlock"): self._unlock,
        }
        call = calls.get((request.method, request.path))
        if call is None:
            return Reply(404, {"message": "Not Found"})
        return call(request)

    def change(self, values: Mapping[str, Any]) -> None:
        """Set ``startup_error``, a text, or ``moved``: whether the hub was migrated to another place.

        Starts then fail with the error, although their replies look successful. A running hub keeps it and goes on.
        """
        set_known(self, values, startup_error=(str,), moved=(bool,))

    def _info(self, request: Request) -> Reply:
        running = self._running_since == self.started
        return Reply(
            200,
            {
                "backendType": "PHOENIX",
                "setupCompleted": self._set_up,
                "running": running,
                "unlocked": request.bearer() in self._tokens,
                "version": f"v{self.version}",
                "network": "bitcoin" if running else "",
                "startupState": "",
                "startupError": self.startup_error,
                "nodeMigrationFileCreated": self.moved,
            },
        )

    def _setup(self, request: Request) -> Reply:
        password = request.fields().get("unlockPassword")
        if self._set_up:
            return Reply(500, {"message": "Failed to setup node: setup already completed"})
        if not password:
            return Reply(500, {"message": "Failed to setup node: no unlock password provided"})
        self._unlock_password = password
        return Reply(204)

    def _start(self, request: Request) -> Reply:
        if not self._opens(request):
            return _INVALID
        if not self.startup_error:
            self._set_up, self._running_since = True, self.started
        return self._session()

    def _unlock(self, request: Request) -> Reply:
        if not self._opens(request):
            return _INVALID
        if request.fields().get("permission") not in ("full", "readonly"):
            return Reply(400, {"message": "Permission field is required"})
        if self._running_since != self.started:
            return Reply(400, {"message": "Node is not running, start it before unlocking."})
        return self._session()

    def _opens(self, request: Request) -> bool:
        given = request.fields().get("unlockPassword")
        return bool(given) and given == self._unlock_password

    def _session(self) -> Reply:
        token = secrets.token_hex(16)
        self._tokens.add(token)
        return Reply(200, {"token": token})
