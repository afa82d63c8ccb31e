# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of the guide and of the event filter are the files of the collection."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest
import yaml
from ansible_collections.nodana.cloud.extensions.eda.plugins.event_filter import phoenixd_event

ROOT = Path(__file__).resolve().parents[3]
GUIDE = (ROOT / "docs" / "docsite" / "rst" / "guide_events.rst").read_text(encoding="utf-8")
BLOCKS = [
    yaml.safe_load(dedent(text))
    for text in re.findall(r"code-block:: yaml(?:\+jinja)?\n(?:   :caption: \S+\n)?\n((?:   .*\n|\n)+)", GUIDE)
]
SOURCES = [source for block in BLOCKS if "sources" in block for source in block["sources"]]


def read(*path):
    return yaml.safe_load(ROOT.joinpath(*path).read_text(encoding="utf-8"))


def test_the_playbooks_are_those_of_the_examples():
    assert read("docs", "examples", "webhook", "playbooks", "payment_received.yml") in BLOCKS
    assert read("docs", "examples", "events", "playbooks", "app_cordoned.yml") in BLOCKS
    assert SOURCES


@pytest.mark.parametrize("shown", [*SOURCES, *yaml.safe_load(phoenixd_event.EXAMPLES)])
def test_the_source_is_that_of_the_rulebook(shown):
    ((used,),) = [ruleset["sources"] for ruleset in read("extensions", "eda", "rulebooks", "payments.yml")]
    assert shown["filters"] == used["filters"]
    source = "eda.builtin.webhook"
    same = {name: value for name, value in shown[source].items() if name != "port"}
    assert same.items() <= used[source].items()
    assert len(same) == 2


def test_a_webhook_that_comes_again_is_throttled_for_as_long_as_it_is_not_refused():
    (ruleset,) = read("extensions", "eda", "rulebooks", "payments.yml")
    max_age = ruleset["sources"][0]["filters"][0]["nodana.cloud.phoenixd_event"]["max_age"]
    minutes, unit = ruleset["rules"][0]["throttle"]["once_within"].split()
    assert unit == "minutes"
    assert int(minutes) * 60 >= 2 * max_age
