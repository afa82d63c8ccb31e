# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Simulate a VSS server, which refuses every unsigned request."""

from __future__ import annotations

from .standin import Reply, Request, StandIn


class Vss(StandIn):
    """A VSS server. It cannot verify signatures, so it refuses every request."""

    def answer(self, _request: Request) -> Reply:
        """Return a 401."""
        return Reply(401, "Authentication failed")
