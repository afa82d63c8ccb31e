# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Seed phrases that pass the BIP39 checksum, and that nobody takes for real ones."""

from __future__ import annotations

import hashlib
import secrets

# The first sixteen words of the English BIP39 list. The last word of a phrase holds 7 bits of entropy and the 4 bits
# of checksum: with those 7 bits zero it is one of these sixteen whatever the checksum is, so no full list is needed.
_WORDS = (
    "abandon ability able about above absent absorb abstract absurd abuse access accident account accuse achieve acid"
)


def new_seed() -> str:
    """A random phrase of twelve words."""
    return phrase([secrets.randbelow(16) for _unused in range(11)])


def phrase(numbers: list[int]) -> str:
    """The phrase whose first eleven words have these numbers, 0 to 15, in the BIP39 list."""
    entropy = 0
    for number in numbers:
        entropy = entropy << 11 | number
    checksum = hashlib.sha256((entropy << 7).to_bytes(16, "big")).digest()[0] >> 4
    words = _WORDS.split()
    return " ".join(words[number] for number in [*numbers, checksum])
