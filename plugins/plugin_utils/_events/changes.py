# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare lists of apps and nodes, and return what changed as events. Nothing here sends a request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record

Event = dict[str, Any]
CORDONED = "cordoned"
LISTS_UNTIL_GONE = 2
"""The number of complete lists in a row that must lack an app or node before it counts as gone."""


@dataclass(frozen=True)
class Item:
    """An app or node as it was last listed. ``missed`` counts the complete lists since then."""

    fields: Record
    missed: int = 0


Known = dict[tuple[str, str], Item]
"""The last known apps and nodes by kind and id."""


def compare(known: Known | None, listed: Iterable[Record]) -> tuple[Known, list[Event]]:
    """Return what is known after a complete list, and the events that it causes.

    Each record has a ``kind``, an ``id``, a ``status`` and ``versions``, a dict of versions by service. ``known`` is
    None before the first list, which causes no events.
    """
    items = {(record["kind"], record["id"]): record for record in listed}
    if known is None:
        return {key: Item(record) for key, record in items.items()}, []
    events: list[Event] = []
    left: Known = {}
    for key, item in known.items():
        if key in items:
            left[key] = Item({**items[key], "versions": {**item.fields["versions"], **items[key]["versions"]}})
            events += _changes(item.fields, left[key].fields)
        elif item.missed + 1 < LISTS_UNTIL_GONE:
            left[key] = replace(item, missed=item.missed + 1)
        else:
            events.append(_event("gone", item.fields))
    for key, record in items.items():
        if key not in known:
            left[key] = Item(record)
            events.append(_event("created", record))
            if _is_cordoned(record):
                events.append(_event(CORDONED, record))
    return left, events


def _changes(before: Record, after: Record) -> list[Event]:
    """Return the events of an app or node that two lists contain."""
    events = []
    if after["status"] != before["status"]:
        kind = CORDONED if _is_cordoned(after) else "status_changed"
        events.append(_event(kind, after, before))
    old, new = before["versions"], after["versions"]
    if any(new[name] != version for name, version in old.items()):  # a version that becomes known did not change
        events.append(_event("version_changed", after, before))
    return events


def _is_cordoned(record: Record) -> bool:
    return str(record["status"]).lower() == CORDONED  # the case of statuses is not documented


def _event(kind: str, record: Record, before: Record | None = None) -> Event:
    status, versions = (before["status"], before["versions"]) if before else (None, {})
    return {"type": kind, **record, "previous_status": status, "previous_versions": versions}
