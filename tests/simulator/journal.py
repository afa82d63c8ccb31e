# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Log the requests, for tests that check counts, gaps and violations."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Entry:
    """One request below ``/v1``. ``key`` is the label of the account, or ``unknown`` for an unknown key.

    ``status`` and ``outcome`` are None until the response exists. ``status`` stays None if no response is sent.
    """

    number: int
    at: float
    gap: float | None
    key: str
    authorized: bool
    method: str
    path: str
    query: str
    content_type: str | None
    user_agent: str | None
    violation: bool
    body: Any = None
    status: int | None = None
    outcome: str | None = None


@dataclass
class Journal:
    """All requests since the log was last cleared, in the order of their arrival."""

    entries: list[Entry] = field(default_factory=list)

    def add(self, **facts: Any) -> Entry:
        """Append an entry with the next number and return it. ``facts`` are the other fields of ``Entry``."""
        entry = Entry(number=len(self.entries) + 1, **facts)
        self.entries.append(entry)
        return entry

    def as_dict(self) -> dict[str, Any]:
        """Return all requests and the number of rate limit violations among them."""
        return {
            "requests": [asdict(entry) for entry in self.entries],
            "violations": sum(entry.violation for entry in self.entries),
        }
