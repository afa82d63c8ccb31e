# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything that one simulator knows, and its way back to the start."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .accounts import Account, App, open_accounts
from .faults import Faults
from .journal import Journal
from .programs.served import Programs
from .records import account_record
from .settings import Settings
from .templates import FIRST_VERSIONS


class World:
    """Accounts by key, settings, faults to come, the log, the newest version of each service, programs of apps."""

    accounts: dict[str, Account]
    settings: Settings
    faults: Faults
    journal: Journal
    releases: dict[str, str]

    def __init__(
        self,
        keys: list[str],
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
        real: Mapping[str, Path] | None = None,
    ) -> None:
        """``clock`` gives seconds and never goes back. ``real`` names the real programs by template."""
        self._keys = keys
        self._first_settings = settings
        self._clock = clock
        self.programs = Programs(real or {}, clock)
        self.reset()

    def reset(self) -> None:
        """Forget everything: accounts are empty, settings are the first ones, no program runs."""
        self.programs.end()
        self.accounts = open_accounts(self._keys)
        self.settings = self._first_settings
        self.faults = Faults()
        self.journal = Journal()
        self.releases = dict(FIRST_VERSIONS)

    def now(self) -> float:
        """Seconds of the monotonic clock."""
        return self._clock()

    def app(self, app_id: str) -> App | None:
        """The app of this id in any account."""
        return next((account.apps[app_id] for account in self.accounts.values() if app_id in account.apps), None)

    def state(self) -> dict[str, Any]:
        """All accounts by label, with what the API does not show."""
        now = self.now()
        return {"accounts": {a.label: account_record(a, now, self.settings) for a in self.accounts.values()}}
