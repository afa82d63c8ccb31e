# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Generate seed phrases that pass the BIP39 checksum but are clearly not real."""

from __future__ import annotations

import hashlib
import secrets

# The first sixteen words of the English BIP39 list. The last word of a phrase encodes 7 bits of entropy and 4 bits of
# checksum. With those 7 bits zero, it is always one of these sixteen words, so the full list is not needed.
_WORDS = (
    "abandon ability able about above absent absorb abstract absurd abuse access accident account accuse achieve acid"
)


def new_seed() -> str:
    """Return a random phrase of twelve words."""
    return phrase([secrets.randbelow(16) for _unused in range(11)])


def phrase(numbers: list[int]) -> str:
    """Return the phrase whose first eleven words have these numbers (0 to 15) in the BIP39 list."""
    entropy = 0
    for number in numbers:
        entropy = entropy << 11 | number
    checksum = hashlib.sha256((entropy << 7).to_bytes(16, "big")).digest()[0] >> 4
    words = _WORDS.split()
    return " ".join(words[number] for number in [*numbers, checksum])
