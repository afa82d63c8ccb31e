# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import itertools
import re

import pytest
from ansible_collections.nodana.cloud.plugins.plugin_utils._inventory import hostnames
from ansible_collections.nodana.cloud.plugins.plugin_utils._inventory.hostnames import HostKey


def distinct(wanted, taken):
    """Return the names of apps by id."""
    return {key.id: name for key, name in hostnames.distinct(keyed(wanted), taken).items()}


def keyed(names):
    return {HostKey(app_id): name for app_id, name in names.items()}


def test_a_name_of_one_app_stays():
    assert distinct({"app-1": "a.example", "app-2": "b.example"}, taken=["all"]) == {
        "app-1": "a.example",
        "app-2": "b.example",
    }


def test_apps_that_share_a_name_get_their_ids_behind_it():
    assert distinct({"app-1": "shop", "app-2": "shop", "app-3": "mint"}, taken=()) == {
        "app-1": "shop-app-1",
        "app-2": "shop-app-2",
        "app-3": "mint",
    }


def test_an_app_without_a_wanted_name_is_named_by_its_id():
    assert distinct({"app-1": "", "app-2": ""}, taken=()) == {"app-1": "app-1", "app-2": "app-2"}


def test_a_taken_name_is_passed_over():
    assert distinct({"app-1": "nodana"}, taken=["nodana"]) == {"app-1": "nodana-app-1"}


def test_an_address_that_is_shared_cannot_get_an_id_behind_it():
    assert distinct(dict.fromkeys(("app-1", "app-2"), "2001:db8::1"), taken=()) == {
        "app-1": "app-1",
        "app-2": "app-2",
    }


def test_names_do_not_depend_on_the_order_of_the_apps():
    short = distinct({"{{ 7 }}": ""}, taken=())["{{ 7 }}"]
    wanted = {
        "app-1": "a",
        "app-2": "a",
        "app-3": "",
        "app-4": "app-3",
        "app-5": "a-app-1",
        "a b": "",
        "{{ 7 }}": "",
        short: "",
    }
    expected = distinct(wanted, taken=())
    assert len(set(expected.values())) == len(wanted)
    orders = itertools.islice(itertools.permutations(wanted), 0, None, 97)
    assert all(distinct({app_id: wanted[app_id] for app_id in order}, ()) == expected for order in orders)


@pytest.mark.parametrize(
    "app_id", ["{{ lookup('pipe','id') }}", "a,b", "all", "-f", "\ud800", "é" * 10_000 + "!", "a\0", "a\n"]
)
def test_an_id_that_cannot_name_a_host_is_replaced_by_a_short_hash(app_id):
    assert re.fullmatch("app-[0-9a-f]{16}", distinct({app_id: ""}, taken=["all"])[app_id])


def wanted(templates, made):
    warnings: list[str] = []
    name = hostnames.wanted(templates, made.get, HostKey("app-1"), "a.example", warnings.append)
    return name, warnings


@pytest.mark.parametrize(
    ("made", "name"),
    [
        ({"first": "shop", "second": "mint"}, "shop"),
        ({"first": "", "second": "mint"}, "mint"),
        ({"first": None, "second": " mint "}, "mint"),
        ({"first": 42, "second": "mint"}, "42"),
        ({"first": None, "second": ""}, "a.example"),
    ],
)
def test_the_first_template_that_makes_a_name_wins(made, name):
    assert wanted(["first", "second"], made) == (name, [])


@pytest.mark.parametrize("text", ["my shop", "{{ 7 }}", "a,b", "!a", "-f", "a\0", "a\nb"])
def test_what_cannot_be_a_name_is_passed_over_with_a_warning(text):
    name, (warning,) = wanted(["first"], {"first": text})
    assert name == "a.example"
    assert warning.startswith(f"The app 'app-1' cannot be named {text!r}")


@pytest.mark.parametrize(
    ("option", "templates"), [("a, b", ["a, b"]), (["a", "b"], ["a", "b"]), ([], []), (None, []), ("", [])]
)
def test_hostname_is_a_template_or_a_list_of_them(option, templates):
    assert hostnames.templates(option) == templates


@pytest.mark.parametrize("option", [7, {"a": "b"}, ["a", 7], [["a"]]])
def test_hostname_is_nothing_else(option):
    with pytest.raises(ValueError, match="hostname must be a template or a list of templates"):
        hostnames.templates(option)


def test_other_names_than_the_wanted_ones_are_told():
    assert hostnames.remarks(keyed({"app-1": "a"}), keyed({"app-1": "a"})) == []
    names = keyed({"app-1": "app-1", "app-2": "a-app-2"})
    assert hostnames.remarks(keyed({"app-1": "", "app-2": "a"}), names) == [
        "These apps have no usable URL and are named by their ids: 'app-1': app-1.",
        "These apps have no unique name, so their ids are appended: 'app-2': a-app-2.",
    ]


def test_a_thousand_other_names_are_told_in_one_short_sentence():
    ids = {f"app-{number:03}": "" for number in range(1000)}
    (sentence,) = hostnames.remarks(keyed(ids), keyed({app_id: app_id for app_id in ids}))
    assert sentence.endswith("'app-009': app-009, and 990 more.")
    assert len(sentence) < 400


def test_an_app_and_a_node_with_one_id_and_one_name_get_different_names():
    app, node = HostKey("1"), HostKey("1", "node")
    names = hostnames.distinct({node: "shop", app: "shop"}, taken=())
    assert names == {app: "shop-1", node: "1"}
    assert hostnames.distinct({app: "shop", node: "shop"}, taken=()) == names
    unnamed = hostnames.distinct({node: "", app: ""}, taken=())
    assert unnamed[app] == "1"
    assert re.fullmatch("node-[0-9a-f]{16}", unnamed[node])


@pytest.mark.parametrize(("other", "words"), [("node", "These apps and nodes have"), ("app", "These apps have")])
def test_what_has_another_name_is_told_by_its_kind(other, words):
    keys = [HostKey("a"), HostKey("b", other)]
    (sentence,) = hostnames.remarks(dict.fromkeys(keys, ""), {key: key.id for key in keys})
    assert sentence.startswith(words)
