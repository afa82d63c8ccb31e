# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Validate seed phrases: the words must be in the BIP39 list and the checksum must fit. No message shows a word."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import Any

LIST = Path(__file__).parents[1] / "data" / "bip39_english.txt"
LENGTHS = (12, 15, 18, 21, 24)
_BITS = 11  # per word: the list has 2048 words


def problem(phrase: Any, lengths: tuple[int, ...] = LENGTHS) -> str:
    """Return the problem of a phrase, or '' if it is valid. ``lengths`` are the allowed numbers of words."""
    if not isinstance(phrase, str):
        return "it is not a string"
    words = phrase.split()
    if len(words) not in lengths:
        wanted = " or ".join(map(str, lengths))
        return f"it has {len(words)} word{'' if len(words) == 1 else 's'}, not {wanted}"
    numbers = [_numbers().get(word) for word in words]
    unknown = [str(place) for place, number in enumerate(numbers, start=1) if number is None]
    if unknown:
        return f"not in the BIP39 word list: word {', '.join(unknown)}"
    return "" if _checksum_fits([number for number in numbers if number is not None]) else "its checksum is wrong"


def _checksum_fits(numbers: list[int]) -> bool:
    """Return whether the checksum fits (BIP39).

    The phrase ends with one checksum bit for each 32 bits of entropy. They equal the first bits of the SHA-256 of the
    entropy.
    """
    bits = "".join(f"{number:0{_BITS}b}" for number in numbers)
    length = len(bits) * 32 // 33
    entropy, checksum = bits[:length], bits[length:]
    digest = hashlib.sha256(int(entropy, 2).to_bytes(length // 8, "big")).digest()
    return f"{digest[0]:08b}".startswith(checksum)


@functools.cache
def _numbers() -> dict[str, int]:
    return {word: number for number, word in enumerate(LIST.read_text(encoding="ascii").split())}
