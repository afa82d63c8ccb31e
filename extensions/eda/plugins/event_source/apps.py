# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: apps
short_description: Events of the apps and nodes of a Nodana account
description:
  - An event source for ansible-rulebook. It reads the apps of an account again and again and sends an event for each
    change. With O(source), it reads the nodes, too, or only the nodes.
  - Each event has a C(type). V(created) is a new app. V(cordoned) is an app whose status became V(cordoned), also a new
    one. V(status_changed) is any other change of the status. V(version_changed) is a change of a version and needs
    O(versions=true). V(gone) is an app that does not exist any more.
  - An event also has C(kind), which is V(app) or V(node), C(id), C(template), C(url), C(status), C(previous_status),
    C(project_id), C(project_name), C(name), C(versions) and C(previous_versions). C(name) is the name of a node. It is
    null for apps, and the project is null for nodes. The versions are dictionaries by service. In an event V(gone),
    C(status) is the last known status.
  - What exists at the start causes no event, also if it is cordoned. The source keeps what it knows in memory only, so
    changes while ansible-rulebook does not run cause no events. A status that changes and changes back between two
    polls causes none either.
  - An app is gone if two complete lists in a row do not contain it. A list that fails proves nothing.
  - If the API fails, the source warns once, continues, and says when the API works again. Then it sends the events for
    what changed meanwhile. If only the versions cannot be read, it sends the other events.
  - It ends with an error if the API refuses the key, or lacks what O(source) selects, at the start. Later, it
    ends with an error if the API refuses the key in two polls in a row, because the API bans keys that continue.
  - Braces in texts of the API become parentheses, because Ansible evaluates events as templates.
  - The requests share the rate limit with all other processes that use the key and the folder E(NODANA_STATE_DIR). A
    poll takes one request for the list of projects and one for the apps of each project. For nodes, it takes one.
author:
  - nodana.cloud contributors (@nodana)
options:
  source:
    description:
      - Whether to read apps, nodes or both, as in the inventory plugin P(nodana.cloud.nodana#inventory).
    type: str
    choices: [apps, nodes, all]
    default: apps
  projects:
    description:
      - Limit the apps to projects with one of these names or ids. This saves the requests for other projects.
      - A project that was read once is read until the end, also under another name.
    type: list
    elements: str
    default: []
  interval:
    description:
      - Seconds between the end of a poll and the start of the next one, from 1 to 86400.
    type: float
    default: 60.0
  versions:
    description:
      - Whether to read the versions. This takes one more request for each app and node in each poll. Apps have versions
        only if the API has services.
    type: bool
    default: false
  api_key:
    description:
      - The API key. If not set, the environment variable E(NODANA_API_KEY) of ansible-rulebook is used. Prefer the
        variable.
    type: str
  nodes_api_key:
    description:
      - Another API key for nodes. If not set, the environment variable E(NODANA_NODES_API_KEY) is used, and if that is
        not set either, O(api_key).
    type: str
  api_url:
    description:
      - The base URL of the API. If not set, the environment variable E(NODANA_API_URL) or E(NODANA_API_BASE_URL) is
        used. For nodes, E(NODANA_API_ORIGIN) comes before both.
    type: str
    default: https://api.nodana.io/v1
  validate_certs:
    description:
      - Whether to verify the API's TLS certificate. Disable this only for tests.
    type: bool
    default: true
  ca_path:
    description:
      - A file or folder of CA certificates to trust instead of those that Python's C(requests) trusts.
    type: path
  request_timeout:
    description:
      - Seconds after which a single request times out, from 0.1 to 3600.
    type: float
    default: 30.0
  retry_timeout:
    description:
      - Seconds that all attempts of one request may take together, at most 86400.
    type: float
    default: 120.0
  request_interval:
    description:
      - Seconds between two requests with an API key, shared with all other processes that use it.
    type: float
    default: 1.0
requirements:
  - requests
"""

EXAMPLES = r"""
- nodana.cloud.apps:
    interval: 60

- nodana.cloud.apps:
    source: all
    projects: [shop]
    versions: true
"""

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

try:
    import ansible_collections.nodana.cloud.plugins
except ImportError:  # ansible-rulebook runs this file by its path, without Ansible's loader of collections
    COLLECTIONS = Path(__file__).absolute().parents[6]
    sys.path.append(str(COLLECTIONS.parent))
    import ansible_collections

    if str(COLLECTIONS) not in ansible_collections.__path__:  # the package ansible brings this folder, too
        ansible_collections.__path__.append(str(COLLECTIONS))

from ansible_collections.nodana.cloud.extensions.eda.plugins.event_filter.phoenixd_event import inert
from ansible_collections.nodana.cloud.plugins.module_utils._client.connection import DEFAULT_URL, check_seconds
from ansible_collections.nodana.cloud.plugins.module_utils._client.transport import REQUESTS_IMPORT_ERROR
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Invalid
from ansible_collections.nodana.cloud.plugins.plugin_utils._events.poller import Poller
from ansible_collections.nodana.cloud.plugins.plugin_utils._inventory.selection import Selection
from ansible_collections.nodana.cloud.plugins.plugin_utils._inventory.source import Source

logger = logging.getLogger("nodana.cloud.apps")

DEFAULTS: dict[str, Any] = {
    "source": "apps",
    "projects": [],
    "interval": 60.0,
    "versions": False,
    "api_key": None,
    "nodes_api_key": None,
    "api_url": DEFAULT_URL,
    "validate_certs": True,
    "ca_path": None,
    "request_timeout": 30.0,
    "retry_timeout": 120.0,
    "request_interval": 1.0,
}
VARIABLES = {
    "api_key": ("NODANA_API_KEY",),
    "nodes_api_key": ("NODANA_NODES_API_KEY",),
    "api_url": ("NODANA_API_URL", "NODANA_API_BASE_URL"),
}
IGNORED = "eda_feedback_queue"  # ansible-rulebook adds it
BOOLEANS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


async def main(queue: asyncio.Queue[dict[str, Any]], args: dict[str, Any]) -> None:
    """Put the events into the queue. Raises Invalid for wrong options, and what ``Poller.poll`` raises."""
    options = read_options(args)
    check_seconds("interval", options["interval"], 1.0, 86400.0)
    if REQUESTS_IMPORT_ERROR:
        raise Invalid("The Python package requests is missing", advice=f"Install it for {sys.executable}.")
    try:
        source = Source.from_options(options, has_url=args.get("api_url") is not None)
    except ValueError as error:
        raise Invalid(str(error)) from None
    selection = Selection(projects=frozenset(options["projects"]))
    poller = Poller(*source.clients(logger.warning), selection, options["versions"], logger.warning)
    while True:
        for event in await in_thread(poller.poll):
            await queue.put(inert(event))
        await asyncio.sleep(options["interval"])


def read_options(args: dict[str, Any]) -> dict[str, Any]:
    """Return all options with their types: those in ``args``, then environment variables, then defaults.

    Variables of a rulebook can be strings. An option that is null is not set. Raises Invalid.
    """
    wrong = sorted(args.keys() - DEFAULTS.keys() - {IGNORED})
    if wrong:
        raise Invalid(f"nodana.cloud.apps has no option {wrong[0]}", advice=f"The options are {', '.join(DEFAULTS)}.")
    given = {name: value for name, value in args.items() if value is not None}
    options = {name: typed(name, given.get(name, from_environment(name))) for name in DEFAULTS}
    if options["source"] not in ("apps", "nodes", "all"):
        raise Invalid("source must be apps, nodes or all")
    return options


def from_environment(name: str) -> Any:
    """Return the value of the first environment variable of an option that is set, or its default."""
    return next((os.environ[key] for key in VARIABLES.get(name, ()) if key in os.environ), DEFAULTS[name])


def typed(name: str, value: Any) -> Any:
    """Return the value of an option with the type of its default. Raises Invalid."""
    default = DEFAULTS[name]
    if isinstance(default, bool):
        if str(value).lower() not in BOOLEANS:
            raise Invalid(f"{name} must be true or false")
        return BOOLEANS[str(value).lower()]
    if isinstance(default, float):
        try:
            return float(value)
        except (TypeError, ValueError):
            raise Invalid(f"{name} must be a number of seconds") from None
    if isinstance(default, list):
        items = value if isinstance(value, list) else str(value).split(",")
        return [text for text in (str(item).strip() for item in items) if text]
    if value is not None and not isinstance(value, str):
        raise Invalid(f"{name} must be a string")
    return os.path.expanduser(value) if name == "ca_path" and value else value


async def in_thread(work: Callable[[], Any]) -> Any:
    """Run a function in a thread and return its result.

    The thread is a daemon, unlike those of asyncio, so that ansible-rulebook ends without waiting for its requests.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Any] = loop.create_future()

    def settle(result: Any, error: BaseException | None) -> None:
        if future.cancelled():
            return
        if error:
            future.set_exception(error)
        else:
            future.set_result(result)

    def run() -> None:
        result, failure = None, None
        try:
            result = work()
        except BaseException as error:
            failure = error
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(settle, result, failure)

    threading.Thread(target=run, daemon=True).start()
    return await future
