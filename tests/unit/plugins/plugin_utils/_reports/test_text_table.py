# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.text_table import table_lines

COLUMNS = {"app": "id", "state": "health.state", "sat": "node.balance_sat", "a day": "cost"}


def test_columns_are_aligned_and_numbers_stand_to_the_right():
    rows: list[dict[str, Any]] = [
        {"id": "app-1", "health": {"state": "healthy"}, "node": {"balance_sat": 12}, "cost": 0.33552},
        {"id": "naïve 鍵", "health": None, "node": None, "cost": 12.0},
    ]
    assert table_lines(rows, COLUMNS) == [
        "app       state    sat  a day",
        "--------  -------  ---  -----",
        "app-1     healthy   12   0.34",
        "naïve 鍵                12.00",
    ]


def test_nothing_breaks_a_line():
    (_head, _rule, line) = table_lines([{"id": "a\nb\x1b[31m\u202e", "health": {"state": ["x\r", "y"]}}], COLUMNS)
    assert line == "a?b?[31m?  x?, y"


def test_long_values_are_cut():
    (_head, _rule, line) = table_lines([{"id": "x" * 100}], {"app": "id"})
    assert line == "x" * 59 + "…"


def test_no_rows_are_a_heading():
    assert table_lines([], {"app": "id"}) == ["app", "---"]
