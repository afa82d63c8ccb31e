# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Creations with one key on this machine: one at a time, each with a receipt."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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

    @contextmanager
    def one_at_a_time(self, purpose: str) -> Iterator[None]:
        """Hold the lock under which one looks what there is and creates what is missing.

        Raises LockTimeout and StateUnavailable.
        """
        with _lock.held(f"{self._place}.lock", purpose, LONGEST_WAIT, self._clock):
            with _state.needed(self._place):
                self.receipts.sweep()
            yield

    def pending(self) -> list[Receipt]:
        """Give the receipts that there are, the oldest first. Raises StateUnavailable."""
        with _state.needed(f"{self._place}.receipts"):
            return self.receipts.all()

    def begin(self, template: str, project_id: str | None, known: list[str], owner: dict[str, Any] | None) -> Receipt:
        """Write the receipt of a creation before it is sent. Raises StateUnavailable."""
        with _state.needed(self._place):
            return self.receipts.begin(template, project_id, self._connection.api_url, known, owner)

    def settle(self, paths: list[str]) -> None:
        """Remove the receipts whose secrets are safe elsewhere; only receipts can be named. Raises StateUnavailable."""
        wanted = [os.path.abspath(path) for path in paths]
        for receipt in self.pending():
            if os.path.abspath(receipt.path) in wanted:
                with _state.needed(receipt.path):
                    receipt.remove()

    def recognise(self, app_id: str, maker: Receipt) -> None:
        """Let no other creation that broke off be taken for the maker of this app."""
        with suppress(OSError):  # the app is made, nothing must come between its secrets and their place now
            for receipt in self.receipts.all():
                if receipt.path != maker.path and not receipt.answer:
                    receipt.know(app_id)

    def forget(self, app_id: str) -> None:
        """Remove the marks of a deleted app; what arrived of its secrets stays."""
        with suppress(OSError):  # the app is gone, and a mark of it harms nobody
            for receipt in self.receipts.all():
                left = [other for other in receipt.lost if other != app_id]
                if left != receipt.lost and not receipt.answer:
                    receipt.lose(left) if left else receipt.remove()
