# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.node_selection import select_named
from ansible_collections.nodana.cloud.tests.support.accounts import node
from hypothesis import given
from hypothesis import strategies as st

NODES = [node(1, "shop"), node(2, "till"), node(3, "till"), node(4, "node-1"), node(5, None)]


@pytest.mark.parametrize(
    ("wanted", "ids", "problems"),
    [
        ("shop", ["node-1"], []),
        (["node-2", "shop"], ["node-2", "node-1"], []),
        (" node-3 \n\nshop\nshop\n", ["node-3", "node-1"], []),
        (
            ["shop", "node-4", "node-1"],
            ["node-1", "node-4"],
            ["Several nodes match node-1, use an id: node shop (node-1), node node-1 (node-4)"],
        ),
        ("till", [], ["Several nodes match till, use an id: node till (node-2), node till (node-3)"]),
        ("Shop", [], ["There is no node Shop"]),
        (["shop", "None"], ["node-1"], ["There is no node None"]),
        (7, [], ["There is no node 7"]),
        *((empty, [], ["No node is named"]) for empty in ("", " \n ", [], [""])),
    ],
)
def test_each_name_or_id_must_identify_one_node(wanted, ids, problems):
    selected = select_named(NODES, wanted)
    assert [one["id"] for one in selected["nodes"]] == ids
    assert selected["problems"] == problems


@given(st.one_of(st.text(), st.lists(st.text())))
def test_no_node_is_selected_that_was_not_named(wanted):
    selected = select_named(NODES, wanted)
    assert all(one["id"] in wanted or (one["name"] and one["name"] in str(wanted)) for one in selected["nodes"])
    assert selected["nodes"] or selected["problems"]
