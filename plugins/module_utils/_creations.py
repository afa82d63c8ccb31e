# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Creations with one key on this machine: one at a time, each with a receipt."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils import _lock, _state
from ansible_collections.nodana.cloud.plugins.module_utils._clock import Clock
from ansible_collections.nodana.cloud.plugins.module_utils._connection import Connection
from ansible_collections.nodana.cloud.plugins.module_utils._receipts import Receipt, Receipts

LONGEST_WAIT = 300.0
"""Seconds to wait for the creations of other processes."""


class Creations:
    """What the processes of this user must agree on when they create with the same key."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._place = _state.account_path(connection.api_url, connection.api_key)
        self.receipts = Receipts(f"{self._place}.receipts")

    def one_at_a_time(self, purpose: str) -> AbstractContextManager[None]:
        """Hold the lock under which one looks what there is and creates what is missing. Raises LockTimeout."""
        return _lock.held(f"{self._place}.lock", purpose, LONGEST_WAIT, self._clock)

    def begin(self, template: str, project_id: str | None, known: list[str], owner: dict[str, Any] | None) -> Receipt:
        """Write the receipt of a creation before it is sent. Raises StateUnavailable."""
        with _state.needed(self._place):
            return self.receipts.begin(template, project_id, self._connection.api_url, known, owner)

    def settle(self, paths: list[str]) -> None:
        """Remove the receipts whose secrets are safe elsewhere; only receipts can be named."""
        for receipt in self.receipts.all():
            if receipt.path in map(os.path.abspath, paths):
                receipt.remove()

    def forget(self, app_id: str) -> None:
        """Remove the marks of a deleted app; what arrived of its secrets stays."""
        for receipt in self.receipts.all():
            if receipt.lost == [app_id] and receipt.answer is None:
                receipt.remove()
            elif app_id in receipt.lost and receipt.answer is None:
                receipt.lose([other for other in receipt.lost if other != app_id])
