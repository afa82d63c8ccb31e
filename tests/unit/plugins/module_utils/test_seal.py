# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import contextlib
import string
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._seal import seal, unseal
from hypothesis import given
from hypothesis import strategies as st

HIDDEN = st.sets(st.text(st.characters(exclude_categories=["Cs"]), min_size=1) | st.text(string.hexdigits, min_size=1))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec=None, exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


def censored(text: str, hidden: set[str]) -> str:
    """Cut hidden texts as AnsibleModule does up to ansible-core 2.21."""
    for word in hidden:
        text = text.replace(word, "*" * 8)
    return text


@given(VALUES, HIDDEN)
def test_censoring_changes_nothing_that_is_sealed(value: Any, hidden: set[str]) -> None:
    text = seal(value, hidden)
    assert censored(text, hidden) == text
    assert unseal(text) == value


def test_no_printable_character_need_be_left() -> None:
    hidden = {"seed", *string.printable}
    text = seal({"seed": "abandon"}, hidden)
    assert censored(text, hidden) == text
    assert unseal(text) == {"seed": "abandon"}


def test_a_lone_surrogate_gets_through() -> None:
    assert unseal(seal({"seed": "\ud800"}, ())) == {"seed": "\ud800"}


@given(st.text(), st.integers(0, 200), st.characters())
def test_a_text_that_was_changed_never_gives_another_value(value: str, place: int, character: str) -> None:
    text = seal(value, ())
    place %= len(text)
    with contextlib.suppress(ValueError):  # a digit that the text does not use may change
        assert unseal(text[:place] + character + text[place + 1 :]) == value


@given(st.text(), st.integers(16, 200))
def test_a_text_that_a_word_was_cut_out_of_is_refused(value: str, place: int) -> None:
    text = seal(value, ())
    word = text[place % (len(text) - 16) + 16 :][:3]
    with pytest.raises(ValueError, match="seal is broken"):
        unseal(text.replace(word, "*" * 8))


@pytest.mark.parametrize("text", ["", "********", "abcdefghijklmnop", "abcdefghijklmnopa", None, 1, [], {}])
def test_what_is_no_seal_is_refused(text: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (any message)
        unseal(text)
