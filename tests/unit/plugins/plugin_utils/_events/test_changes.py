# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the events that lists of apps cause."""

from __future__ import annotations

from ansible_collections.nodana.cloud.plugins.plugin_utils._events.changes import compare
from hypothesis import given
from hypothesis import strategies as st


def app(app_id="app-1", status="available", versions=None):
    return {"kind": "app", "id": app_id, "status": status, "versions": versions or {}}


def events_of(*lists):
    """Return the events of each list after the first one, as ``type id``."""
    known, found = None, []
    for listed in lists:
        known, events = compare(known, listed)
        found.append([f"{event['type']} {event['id']}" for event in events])
    assert found[0] == []
    return found[1:]


def test_what_is_known_at_the_start_causes_no_event_even_if_it_is_cordoned():
    assert events_of([app(), app("app-2", "cordoned")], [app(), app("app-2", "cordoned")]) == [[]]


def test_a_new_app_is_created_once():
    assert events_of([], [app()], [app()]) == [["created app-1"], []]


def test_an_app_that_is_new_and_cordoned_is_reported_as_both():
    assert events_of([], [app(status="cordoned")]) == [["created app-1", "cordoned app-1"]]


def test_a_change_of_the_status_names_both():
    known, _events = compare(None, [app()])
    _known, (event,) = compare(known, [app(status="starting")])
    assert (event["type"], event["status"], event["previous_status"]) == ("status_changed", "starting", "available")


def test_a_cordoned_app_is_not_also_a_changed_one():
    found = events_of([app()], [app(status="cordoned")], [app()])
    assert found == [["cordoned app-1"], ["status_changed app-1"]]


def test_cordoned_is_recognised_in_capitals():
    assert events_of([app()], [app(status="CORDONED"), app("app-2", "Cordoned")]) == [
        ["cordoned app-1", "created app-2", "cordoned app-2"]
    ]


def test_one_empty_list_proves_nothing():
    assert events_of([app()], [], [app()], [], []) == [[], [], [], ["gone app-1"]]


def test_what_changed_while_it_was_not_listed_is_reported():
    assert events_of([app()], [], [app(status="cordoned")]) == [[], ["cordoned app-1"]]


def test_an_app_that_comes_back_is_created():
    assert events_of([app()], [], [], [app()]) == [[], ["gone app-1"], ["created app-1"]]


def test_a_version_that_is_unknown_for_a_while_is_compared_with_the_last_known_one():
    old, new = app(versions={"phoenixd": "0.7.1"}), app(versions={"phoenixd": "0.7.2"})
    assert events_of([app()], [old], [app()], [old], [app()], [new]) == [[], [], [], [], ["version_changed app-1"]]


def test_a_node_and_an_app_may_have_the_same_id():
    node = {**app(), "kind": "node"}
    assert events_of([app()], [app(), node]) == [["created app-1"]]


STATES = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.sampled_from(["available", "cordoned", "stopped"]))


@given(st.lists(st.one_of(st.none(), STATES), max_size=12))
def test_events_lead_from_the_first_list_to_the_last_and_none_comes_twice(polls):
    """None stands for a poll that failed: the source compares no list then."""
    known, told = None, {}
    lists = [poll for poll in polls if poll is not None]
    for number, listed in enumerate(lists):
        known, events = compare(known, [app(name, status) for name, status in listed.items()])
        if number == 0:
            told = dict(listed)
        seen = [(event["type"], event["id"]) for event in events]
        assert len(seen) == len(set(seen))
        for event in events:
            name = event["id"]
            if event["type"] == "created":
                assert name not in told
            elif event["type"] == "gone":
                assert name not in {**listed, **lists[number - 1]}
                del told[name]
                continue
            else:
                assert event["previous_status"] in (None, told[name])
                assert told[name] != event["status"] or event["type"] == "cordoned"
            told[name] = event["status"]
        assert listed.items() <= told.items()
        assert all(name in lists[number - 1] for name in told.keys() - listed.keys())
