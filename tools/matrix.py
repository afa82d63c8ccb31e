# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The supported ansible-core release lines, and the Pythons that each runs on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from .python import Version, label

OLDEST_MODULE_PYTHON: Version = (3, 9)


@dataclass(frozen=True)
class Core:
    """A release line of ansible-core and its range of controller Pythons.

    ``requirements/core-<name>.txt`` pins its version.
    """

    name: str
    lowest: Version
    highest: Version
    # The pylint pins of this line need an archive from a Git host, so another line runs pylint instead.
    lacks_pylint: bool = False

    def python(self, available: Collection[Version]) -> Version | None:
        """Return the newest available Python that this controller runs on, or None."""
        return max((v for v in available if self.lowest <= v <= self.highest), default=None)

    def missing(self) -> str:
        """Return a message with the range of Pythons that this machine lacks."""
        return f"needs Python {label(self.lowest)} to {label(self.highest)}, none is on this machine"


OLDEST = Core("2.16", (3, 10), (3, 12))
PYLINT = Core("2.21", (3, 12), (3, 14))
NEWEST_FIRST = (
    Core("2.22", (3, 13), (3, 14), lacks_pylint=True),
    PYLINT,
    Core("2.19", (3, 11), (3, 13)),
)
ALL = (OLDEST, *NEWEST_FIRST)


def newest(available: Collection[Version]) -> tuple[Core, list[Core]]:
    """Return the newest ansible-core that runs here, and the newer lines for which no Python fits.

    There is always one, because it runs on every Python that ``.venv`` accepts.
    """
    number = next(number for number, core in enumerate(NEWEST_FIRST) if core.python(available))
    return NEWEST_FIRST[number], list(NEWEST_FIRST[:number])
