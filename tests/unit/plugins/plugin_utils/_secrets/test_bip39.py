# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import hashlib

import pytest
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets import bip39
from hypothesis import given, settings
from hypothesis import strategies as st

# From the test vectors of BIP39.
VECTORS = (
    "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about",
    "legal winner thank year wave sausage worth useful legal winner thank yellow",
    "letter advice cage absurd amount doctor acoustic avoid letter advice cage above",
    "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong",
    "ozone drill grab fiber curtain grace pudding thank cruise elder eight picnic",
    "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon"
    " abandon abandon abandon agent",
    "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo vote",
    "void come effort suffer camp survey warrior heavy shoot primary clutch crush open amazing screen patrol group"
    " space point ten exist slush involve unfold",
)
WORDS = bip39.LIST.read_text(encoding="ascii").split()


def test_the_list_is_the_one_that_bip39_has():
    assert hashlib.sha256(bip39.LIST.read_bytes()).hexdigest() == (
        "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"
    )


@pytest.mark.parametrize("phrase", VECTORS)
def test_phrases_of_the_standard_are_fine(phrase):
    assert bip39.problem(phrase) == ""
    assert bip39.problem(f" {phrase}\n") == ""


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        (None, "it is not a string"),
        (["abandon"] * 12, "it is not a string"),
        ("", "it has 0 words, not 12"),
        ("seed", "it has 1 word, not 12"),
        (VECTORS[0] + " about", "it has 13 words, not 12"),
        (VECTORS[-1], "it has 24 words, not 12"),
        (VECTORS[1].replace("year", "yaer"), "not in the BIP39 word list: word 4"),
        (VECTORS[1].upper(), "not in the BIP39 word list: word 1, 2, 3"),
        ("abandon " * 12, "its checksum is wrong"),
        (VECTORS[4].replace("drill grab", "grab drill"), "its checksum is wrong"),
    ],
)
def test_what_is_wrong_is_said_without_a_word(phrase, said):
    problem = bip39.problem(phrase, (12,))
    assert problem.startswith(said)
    if isinstance(phrase, str):
        assert not {word for word in phrase.lower().split() if len(word) > 4} & set(problem.split())


@settings(max_examples=10)
@given(st.lists(st.sampled_from(WORDS), min_size=11, max_size=11))
def test_of_all_last_words_one_in_sixteen_fits(first):
    assert sum(bip39.problem(" ".join([*first, last])) == "" for last in WORDS) == len(WORDS) // 16
