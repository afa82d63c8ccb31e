# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The log of requests that tests ask for counts, gaps and violations."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Entry:
    """One request below ``/v1``. ``key`` is an account's label, and ``unknown`` for any other key.

    ``status`` and ``outcome`` stay None until it is answered; ``status`` also where no answer was sent.
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
    """All requests since the log was cleared, in the order of their arrival."""

    entries: list[Entry] = field(default_factory=list)

    def add(self, **facts: Any) -> Entry:
        """A new entry with the next number; see ``Entry`` for the facts."""
        entry = Entry(number=len(self.entries) + 1, **facts)
        self.entries.append(entry)
        return entry

    def as_dict(self) -> dict[str, Any]:
        """The whole log and how many requests of it came too soon."""
        return {
            "requests": [asdict(entry) for entry in self.entries],
            "violations": sum(entry.violation for entry in self.entries),
        }
