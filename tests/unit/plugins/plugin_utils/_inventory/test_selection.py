# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.nodana.cloud.plugins.plugin_utils._inventory.hostnames import HostKey
from ansible_collections.nodana.cloud.plugins.plugin_utils._inventory.selection import filter_rules, is_selected


def takes_in(option, **values):
    return is_selected(filter_rules(option), HostKey("app-1"), values.__getitem__)


@pytest.mark.parametrize("option", [None, [], [{"include": "no"}], [{"exclude": "no"}], [{"exclude": False}]])
def test_what_no_rule_holds_for_is_in(option):
    assert takes_in(option, no=False)


def test_the_first_rule_that_holds_decides():
    assert takes_in([{"include": "yes"}, {"exclude": "yes"}], yes=True)
    assert not takes_in([{"exclude": "yes"}, {"include": "yes"}], yes=True)
    assert takes_in([{"exclude": "no"}, {"include": "yes"}, {"exclude": True}], yes=True, no=False)
    assert not takes_in([{"include": "no"}, {"exclude": True}], no=False)


def test_later_rules_are_not_looked_at():
    assert takes_in([{"include": "yes"}, {"exclude": "unknown"}], yes=True)


@pytest.mark.parametrize("result", ["available", "", "True", 1, None, []])
def test_an_expression_must_be_true_or_false(result):
    with pytest.raises(ValueError, match="The filter 'status' did not return a boolean for the app 'app-1'"):
        takes_in([{"include": "status"}], status=result)


def test_an_expression_that_fails_is_an_error():
    with pytest.raises(ValueError, match="The filter 'unknown' failed for the app 'app-1': 'unknown'"):
        takes_in([{"include": "unknown"}])


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (["a"], "Entry 1 of filters must have one key"),
        ([{"include": "a"}, {"keep": "a"}], "Entry 2 of filters must have one key"),
        ([{"include": "a", "exclude": "b"}], "Entry 1 of filters must have one key"),
        ([{}], "Entry 1 of filters must have one key"),
        ([{"include": None}], "The include of entry 1 of filters must be an expression"),
        ([{"exclude": ""}], "The exclude of entry 1 of filters must be an expression"),
        ([{"exclude": ["a"]}], "The exclude of entry 1 of filters must be an expression"),
    ],
)
def test_entries_of_another_form_are_refused(option, words):
    with pytest.raises(ValueError, match=words):
        filter_rules(option)
