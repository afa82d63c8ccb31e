# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The supported ansible-core release lines, and the Pythons that each runs on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from .python import Version, label

OLDEST_MODULE_PYTHON: Version = (3, 9)
CERTIFICATION_PYTHON: Version = (3, 12)


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
        return max(self.ends(available), default=None)

    def ends(self, available: Collection[Version]) -> list[Version]:
        """Return the oldest and the newest available Python that this controller runs on: two, one or none."""
        fitting = [version for version in available if self.lowest <= version <= self.highest]
        return sorted({min(fitting), max(fitting)}) if fitting else []

    def missing(self) -> str:
        """Return a message with the range of Pythons that this machine lacks."""
        return f"needs Python {label(self.lowest)} to {label(self.highest)}, none is on this machine"


ALL = (
    Core("2.16", (3, 10), (3, 12)),
    Core("2.17", (3, 10), (3, 12)),
    Core("2.18", (3, 11), (3, 13)),
    Core("2.19", (3, 11), (3, 13)),
    Core("2.20", (3, 12), (3, 14)),
    Core("2.21", (3, 12), (3, 14)),
    Core("2.22", (3, 13), (3, 14), lacks_pylint=True),
)
OLDEST, MIDDLE, PYLINT = ALL[0], ALL[3], ALL[5]


def newest(available: Collection[Version]) -> tuple[Core, list[Core]]:
    """Return the newest ansible-core that runs here, and the newer lines for which no Python fits.

    There is always one, because an ansible-core runs on every Python that ``.venv`` accepts.
    """
    newest_first = ALL[::-1]
    number = next(number for number, core in enumerate(newest_first) if core.python(available))
    return newest_first[number], list(newest_first[:number])


def session(kind: str, core: Core, python: Version) -> str:
    """Return the name of the nox session that runs a kind of tests on an ansible-core and a Python."""
    return f"{kind}-{core.name}-{label(python)}"
