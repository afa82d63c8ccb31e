# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Simulate the read calls of phoenixd. The stand-in checks requests as strictly as phoenixd, but never pays."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from .standin import Reply, Request, StandIn, set_known

_READS = ("getinfo", "getbalance", "listchannels", "payments/incoming", "payments/outgoing")
_MOVES = ("payinvoice", "payoffer", "paylnaddress", "sendtoaddress", "bumpfee", "closechannel", "lnurlpay", "lnurlauth")
_REFUSED = Reply(
    401,
    "Invalid authentication (use basic auth with the http password set in phoenix.conf)",
    {"WWW-Authenticate": 'Basic realm="Ktor Server", charset=UTF-8'},
)


class Phoenixd(StandIn):
    """A phoenixd node with the passwords of its app. Both passwords can read; only the full one can move money."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        """``secrets`` are the one-time secrets of the app."""
        self._full, self._limited = secrets["password"], secrets["restrictedPassword"]
        self._node_id = "02" + hashlib.sha256(secrets["seed"].encode()).hexdigest()
        self.balance_sat = 0
        self.fee_credit_sat = 0
        self.channels: list[dict[str, Any]] = []

    def answer(self, request: Request) -> Reply:
        """Return the reply to a request.

        As in phoenixd, check the endpoint first, then the method, then the password.
        """
        call = request.path.strip("/")
        if call not in _READS + _MOVES:
            return Reply(404, "Unknown endpoint (check api doc)")
        if request.method != ("GET" if call in _READS else "POST"):
            return Reply(405, "Invalid http method (use the correct GET/POST)")
        given = request.password()
        if given not in (self._full, *([self._limited] if call in _READS else [])):
            return _REFUSED
        return Reply(200, self._read(call)) if call in _READS else Reply(500, "this stand-in never pays")

    def change(self, values: Mapping[str, Any]) -> None:
        """Set ``balance_sat``, ``fee_credit_sat`` or ``channels``, a list of channels in the format of ``getinfo``."""
        set_known(self, values, balance_sat=(int,), fee_credit_sat=(int,), channels=(list,))

    def _read(self, call: str) -> Any:
        if call == "getbalance":
            return {"balanceSat": self.balance_sat, "feeCreditSat": self.fee_credit_sat}
        if call == "listchannels":
            return [{"type": f"fr.acinq.lightning.channel.states.{channel['state']}"} for channel in self.channels]
        if call.startswith("payments/"):
            return []
        known = {"nodeId": self._node_id, "channels": self.channels, "chain": "mainnet"}
        return {**known, "blockHeight": 900000, "version": self.version}
