# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records as results: names in one style, every field kept, ids as text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client import records
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("name", "snake"),
    [
        ("id", "id"),
        ("projectId", "project_id"),
        ("createdAt", "created_at"),
        ("restrictedPassword", "restricted_password"),
        ("webhookURL", "webhook_url"),
        ("URLOfApp", "url_of_app"),
        ("already_snake", "already_snake"),
        ("v2Seed", "v2_seed"),
    ],
)
def test_names_become_snake_case(name: str, snake: str) -> None:
    assert records.snake_case({name: 1}) == {snake: 1}


@pytest.mark.parametrize(
    "fields",
    [
        {"projectId": 1, "project_id": 2},
        {"project_id": 2, "projectId": 1},
        {"Seed": 1, "seed": 2, "SEED": 3},
        {"aB": 1, "a_b": 2, "a_B": 3, "A_B": 4},
    ],
)
def test_names_that_would_collide_stay_apart(fields: dict[str, int]) -> None:
    renamed = records.snake_case(fields)
    assert sorted(renamed.values()) == sorted(fields.values())
    assert all(renamed[name] == fields[name] for name in fields if name == name.lower())


@given(st.dictionaries(st.text("abAB_", max_size=6) | st.text(max_size=3), st.integers()))
def test_no_field_is_ever_lost(fields: dict[str, int]) -> None:
    assert sorted(records.snake_case(fields).values()) == sorted(fields.values())


@pytest.mark.parametrize("shape", [records.project, records.app, records.service])
def test_a_record_has_all_documented_fields_and_the_unknown_ones(shape: Any) -> None:
    record = shape({"id": 7, "newField": {"inner": [1]}, "createdAt": "2025-05-24T08:07:10.509Z"})
    assert record["id"] == "7"
    assert record["new_field"] == {"inner": [1]}
    assert record["created_at"] == "2025-05-24T08:07:10.509Z"
    assert record["updated_at"] is None
    assert json.dumps(record)


@pytest.mark.parametrize(
    ("item", "there"),
    [
        ({"id": "1"}, True),
        ({"id": "1", "deleted": False, "status": "running"}, True),
        ({"id": "1", "deleted": True}, False),
        ({"id": "1", "status": "deleted"}, False),
    ],
)
def test_what_is_deleted_does_not_exist(item: dict[str, Any], there: bool) -> None:
    assert records.live([item]) == ([item] if there else [])
