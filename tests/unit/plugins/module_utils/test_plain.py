# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._plain import is_plain, plain
from hypothesis import given
from hypothesis import strategies as st

TEXT = st.text(st.characters(codec=None, exclude_categories=[])) | st.sampled_from(["__ansible_type", "_", "\ud800"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=5,
)


def nested(levels: int) -> Any:
    value: Any = "x"
    for _level in range(levels):
        value = [value]
    return value


@given(VALUES)
def test_what_is_made_plain_is_plain_and_what_is_plain_stays(value: Any) -> None:
    assert is_plain(plain(value))
    if is_plain(value):
        assert plain(value) == value
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a\ud800b", "a\\ud800b"),
        ({"__ansible_type": 1}, {"ansible_type": 1}),
        ({"a": [{"\udfff": None}]}, {"a": [{"\\udfff": None}]}),
        (float("inf"), "inf"),
    ],
)
def test_what_is_not_plain_is_shown_as_text(value: Any, shown: Any) -> None:
    assert not is_plain(value)
    assert plain(value) == shown


def test_nesting_is_read_to_a_limit() -> None:
    assert is_plain(nested(10))
    assert not is_plain(nested(11))
    assert not is_plain(nested(100_000))
    assert "too deeply" in str(plain(nested(100_000)))
