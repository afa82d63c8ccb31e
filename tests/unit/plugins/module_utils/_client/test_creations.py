# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The receipt of a creation lists everything that existed before."""

from __future__ import annotations

from unittest.mock import Mock

import pytest
from ansible_collections.nodana.cloud.plugins.module_utils._client.creations import Creations
from ansible_collections.nodana.cloud.plugins.module_utils._local import atomic_file
from ansible_collections.nodana.cloud.plugins.module_utils._local.receipts import Receipt
from ansible_collections.nodana.cloud.tests.support.clock import FakeClock

pytestmark = pytest.mark.usefixtures("state_folder")


@pytest.fixture
def creations(clock: FakeClock) -> Creations:
    return other(clock)


def other(clock: FakeClock) -> Creations:
    """The creations of one process. All use the same key."""
    return Creations("https://api.example.com/v1", "key", clock)


def create(creations: Creations, app_id: str, known: list[str] | None = None) -> Receipt:
    """Create an app as a run does that holds the lock."""
    receipt = creations.begin("phoenixd", "prj-1", known or [], None)
    receipt.add(b'{"id": "%s", "projectId": "prj-1", "seed": "one two"}' % app_id.encode())
    receipt.end()
    creations.note_app(receipt)
    creations.add_known_app(app_id)
    return receipt


def test_it_names_what_was_listed_and_all_earlier_creations_of_the_run(creations: Creations) -> None:
    with creations.one_at_a_time("creating"):
        receipts = [create(creations, app_id, ["listed"]) for app_id in ("app-1", "app-2", "app-3")]
    assert [receipt.known for receipt in receipts] == [
        ["listed"],
        ["listed", "app-1"],
        ["listed", "app-1", "app-2"],
    ]


def test_it_names_creations_of_other_runs_between_two_locks(creations: Creations, clock: FakeClock) -> None:
    with creations.one_at_a_time("creating"):
        create(creations, "app-1")
    stranger = other(clock)
    with stranger.one_at_a_time("creating"):
        create(stranger, "app-2").remove()  # its secrets are stored, and the journal still has it
    with creations.one_at_a_time("creating"):
        assert set(create(creations, "app-3").known) == {"app-1", "app-2"}


def test_the_cost_of_a_creation_does_not_grow_with_those_before(
    creations: Creations, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Mock(wraps=atomic_file.read)
    monkeypatch.setattr(atomic_file, "read", read)
    with creations.one_at_a_time("creating"):
        create(creations, "app-0")
        read.reset_mock()
        create(creations, "app-1")
        second = read.call_count
        for number in range(2, 10):
            create(creations, f"app-{number}")
    assert read.call_count == 9 * second
