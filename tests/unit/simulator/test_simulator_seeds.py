# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Seed phrases: twelve words with a right BIP39 checksum, each another."""

from __future__ import annotations

import hashlib

from ansible_collections.nodana.cloud.tests.simulator.seeds import new_seed, phrase

FIRST_WORDS = (
    "abandon ability able about above absent absorb abstract absurd abuse access accident account accuse achieve acid"
)


def test_the_known_phrase_of_zeros_comes_out() -> None:
    assert phrase([0] * 11) == "abandon " * 11 + "about"


def test_the_checksum_of_every_phrase_is_right() -> None:
    for _time in range(200):
        numbers = [FIRST_WORDS.split(" ").index(word) for word in new_seed().split(" ")]
        bits = "".join(f"{number:011b}" for number in numbers)
        assert len(bits) == 132
        digest = hashlib.sha256(int(bits[:128], 2).to_bytes(16, "big")).digest()
        assert f"{digest[0]:08b}"[:4] == bits[128:]


def test_no_two_are_the_same() -> None:
    assert len({new_seed() for _time in range(200)}) == 200
