# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Simulate the public calls of a Cashu mint that return its identity and keysets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .standin import Reply, Request, StandIn, set_known


class Mint(StandIn):
    """A mint with the name and the description from the params of its app."""

    def __init__(self, software: str, params: Mapping[str, Any]) -> None:
        """``software`` is the first part of the version that the mint reports."""
        self._software = software
        self.name = params.get("mint_name", "Cashu mint")
        self.description = params.get("mint_description", "")
        self.active = True

    def answer(self, request: Request) -> Reply:
        """Return the reply to a request."""
        if request.method != "GET" or request.path not in ("/v1/info", "/v1/keysets"):
            return Reply(404, {"detail": "Not Found"})
        if request.path == "/v1/keysets":
            return Reply(200, {"keysets": [{"id": "009a1f293253e41e", "unit": "sat", "active": self.active}]})
        known = {"name": self.name, "version": f"{self._software}/{self.version}", "description": self.description}
        return Reply(200, {**known, "nuts": {}})

    def change(self, values: Mapping[str, Any]) -> None:
        """Set ``name``, ``description``, or ``active``: whether the keyset is active."""
        set_known(self, values, name=(str,), description=(str,), active=(bool,))
