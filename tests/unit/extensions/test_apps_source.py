# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the options and the loop of the event source. tests/rulebook runs it in ansible-rulebook."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
import yaml
from ansible_collections.nodana.cloud.extensions.eda.plugins.event_source import apps
from ansible_collections.nodana.cloud.plugins.module_utils._client.connection import DEFAULT_URL
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Invalid
from jinja2 import Environment

RULEBOOK = Path(apps.__file__).parents[2] / "rulebooks" / "cordoned.yml"
DOCUMENTED = yaml.safe_load(apps.DOCUMENTATION)["options"]


def test_the_options_and_their_defaults_are_the_documented_ones():
    assert {name: option.get("default") for name, option in DOCUMENTED.items()} == apps.DEFAULTS


@pytest.mark.parametrize("source", yaml.safe_load(apps.EXAMPLES))
def test_the_examples_have_valid_options(source):
    assert apps.read_options(source["nodana.cloud.apps"])["source"] in ("apps", "all")


def test_variables_of_a_rulebook_may_be_strings(monkeypatch):
    for names in apps.VARIABLES.values():
        for name in names:
            monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NODANA_API_KEY", "key-of-the-environment")
    options = apps.read_options({"interval": "90", "versions": "yes", "projects": "shop", "eda_feedback_queue": None})
    assert (options["interval"], options["versions"], options["projects"]) == (90.0, True, ["shop"])
    assert (options["api_key"], options["api_url"]) == ("key-of-the-environment", DEFAULT_URL)


def test_an_option_that_is_null_is_not_set(monkeypatch):
    monkeypatch.setenv("NODANA_API_KEY", "key-of-the-environment")
    assert apps.read_options(dict.fromkeys(apps.DEFAULTS)) == apps.read_options({})


def test_the_spaces_in_a_list_of_projects_do_not_count():
    assert apps.read_options({"projects": "shop, till"})["projects"] == ["shop", "till"]


@pytest.mark.parametrize("empty", ["", None])
def test_empty_variables_of_the_rulebook_are_not_set(empty):
    (rulebook,) = yaml.safe_load(RULEBOOK.read_text(encoding="utf-8"))
    arguments = rulebook["sources"][0]["nodana.cloud.apps"]
    variables = {"nodana_source": empty, "nodana_poll_interval": empty}
    given = {name: Environment().from_string(text).render(variables) for name, text in arguments.items()}
    options = apps.read_options(given)
    assert (options["source"], options["interval"]) == ("apps", 60.0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"intervall": 5}, "has no option intervall"),
        ({"interval": "soon"}, "interval must be a number"),
        ({"interval": 0}, "interval must be a number of seconds from 1"),
        ({"interval": float("nan")}, "interval must be a number of seconds from 1"),
        ({"versions": "perhaps"}, "versions must be true or false"),
        ({"source": "app"}, "source must be apps, nodes or all"),
        ({"source": "nodes", "projects": ["shop"]}, "with source=nodes"),
        ({"api_key": ""}, "The API key is missing"),
        ({"api_url": 5}, "api_url must be a string"),
    ],
)
def test_a_wrong_option_ends_the_start_before_any_request(options, message):
    with pytest.raises(Invalid, match=message):
        asyncio.run(apps.main(asyncio.Queue(), {"api_key": "a-fake-key-0123456789", **options}))


def test_the_loop_runs_while_a_request_is_pending_and_its_end_does_not_wait_for_it():
    answered, started = threading.Event(), threading.Event()

    def request():
        started.set()
        return answered.wait(30)

    async def interrupted():
        waiting = asyncio.ensure_future(apps.in_thread(request))
        while not started.is_set():
            await asyncio.sleep(0)
        waiting.cancel()

    asyncio.run(interrupted())
    assert not answered.is_set()
    answered.set()


def test_an_error_in_the_thread_reaches_the_caller():
    with pytest.raises(ZeroDivisionError):
        asyncio.run(apps.in_thread(lambda: 1 // 0))
