# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hold the whole state of a simulator and reset it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .accounts import Account, App, Project, open_accounts
from .faults import Faults
from .journal import Journal
from .nodes import Node
from .programs.served import Programs
from .records import account_record
from .settings import Settings
from .templates import FIRST_VERSIONS


class World:
    """The state of a simulator.

    It contains the accounts by key, the settings, the pending faults, the log, the versions of each service, oldest
    first, and the programs of the apps.
    """

    accounts: dict[str, Account]
    settings: Settings
    faults: Faults
    journal: Journal
    releases: dict[str, list[str]]

    def __init__(
        self,
        keys: list[str],
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
        real: Mapping[str, Path] | None = None,
    ) -> None:
        """``clock`` returns the seconds of a monotonic clock.

        ``real`` contains the paths of real programs by template.
        """
        self._keys = keys
        self._first_settings = settings
        self._clock = clock
        self.programs = Programs(real or {}, clock)
        self.reset()

    def reset(self) -> None:
        """Reset to the initial state: empty accounts, initial settings, no running programs."""
        self.programs.end()
        self.accounts = open_accounts(self._keys)
        self.settings = self._first_settings
        self.faults = Faults()
        self.journal = Journal()
        self.releases = {service: [version] for service, version in FIRST_VERSIONS.items()}

    def now(self) -> float:
        """Return the seconds of the monotonic clock."""
        return self._clock()

    def app(self, app_id: str) -> App | None:
        """Return the app with this id from any account, or None."""
        return next((account.apps[app_id] for account in self.accounts.values() if app_id in account.apps), None)

    def node(self, node_id: str) -> Node | None:
        """Return the node with this id from any account, or None."""
        return next((account.nodes[node_id] for account in self.accounts.values() if node_id in account.nodes), None)

    def shows(self, item: Project | App | Node) -> bool:
        """Return whether lists show the item. Once a list has shown it, every later list does."""
        item.shown = item.shown or self.now() >= item.made_at + self.settings.list_lag
        return item.shown

    def can_read(self, item: Project | App | Node) -> bool:
        """Return whether the item can be read by its id. What a list has shown always can."""
        return item.shown or self.now() >= item.made_at + self.settings.read_lag

    def state(self) -> dict[str, Any]:
        """Return all accounts by label, including data that the API does not show."""
        now = self.now()
        return {"accounts": {a.label: account_record(a, now, self.settings) for a in self.accounts.values()}}
