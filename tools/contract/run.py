# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read what an account has, compare it with the descriptions, and print a report that contains no id and no secret."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import requests

from ...plugins.module_utils._errors import NodanaError
from .probe import Probe, Reply
from .schema import differences, word

Print = Callable[[str], object]
Record = dict[str, Any]
UNKNOWN = "contract-0000"  # an id that does not exist
PAGES = ("next", "nextPage", "nextCursor", "hasMore", "total", "page")
LONGEST_START = 120.0  # seconds


class Contract:
    """The comparison of one API with its descriptions. It prints a line for each finding."""

    def __init__(self, probe: Probe, say: Print = print, clock: Any = time) -> None:
        self._probe = probe
        self._say = say
        self._clock = clock

    def read(self) -> None:
        """Send the requests that change nothing: about ten."""
        self._read_projects()
        self._read_nodes()
        self._say(f"done     {self._probe.requests} requests")

    def create(self, template: str) -> None:
        """Create an app, watch it, and delete it. Without a project, so the API also creates a project for it."""
        sent = self._clock.monotonic()
        reply = self._probe.basic("POST", "/apps", {"template": template})
        app = reply.data if isinstance(reply.data, dict) else reply.body
        if not reply.is_success or not isinstance(app, dict) or not app.get("id"):
            self._settle(f"form of a refused or unreadable create: {reply.form}")
            self._say("CHECK    the account at nodana.io: an app may have been created")
            return
        self._settle(f"create response {'with' if 'data' in reply.body else 'without'} data around it")
        known = ("id", "projectId", "url")
        self._settle(f"one-time fields of {template}: {', '.join(sorted(map(word, set(app) - set(known)))) or 'none'}")
        try:
            self._watch(str(app["id"]), str(app.get("projectId")), sent)
        finally:
            self._delete(str(app["id"]), str(app.get("projectId")))

    def _read_projects(self) -> None:
        get = self._probe.basic
        listed = self._get("list of projects", "/projects", get)
        if not listed.is_success:
            self._settle(f"no projects and apps here, or not with this key: {listed.form}")
            return
        projects = _records(listed.data)
        self._note_list("projects", listed, projects)
        apps = self._read_apps(projects[:3])
        if projects:
            self._get("project", f"/projects/{projects[0]['id']}", get)
        if apps:
            self._read_app(f"/apps/{apps[0]['id']}")
        self._settle(f"form of an app that does not exist: {get('GET', f'/apps/{UNKNOWN}').form}")
        self._settle(f"form of a wrong key: {self._probe.wrong_key('/projects').form}")

    def _read_apps(self, projects: list[Record]) -> list[Record]:
        for project in projects:
            listed = self._get("list of apps", f"/projects/{project['id']}/apps", self._probe.basic)
            apps = _records(listed.data)
            self._note_list("apps", listed, apps)
            if apps:
                return apps
        self._say("unknown  no app was found, so nothing is known of apps")
        return []

    def _read_app(self, path: str) -> None:
        self._get("app", path, self._probe.basic)
        services = self._get("list of services", f"{path}/services", self._probe.basic)
        self._settle(f"generation of projects and apps: {'seed' if services.is_success else 'apps'}")
        if services.is_success:
            self._settle(f"status of services: {_words(_records(services.data))}")
        else:
            self._settle(f"form of a missing route: {services.form}")

    def _read_nodes(self) -> None:
        get = self._probe.bearer
        listed = self._get("list of nodes", "/nodes", get)
        if not listed.is_success:
            self._settle(f"no nodes here, or not with this key: {listed.form}")
            return
        nodes = _records(listed.body.get("nodes") if isinstance(listed.body, dict) else None)
        self._note_list("nodes", listed, nodes)
        if nodes:
            path = f"/nodes/{nodes[0]['id']}"
            self._get("node", path, get)
            self._get("version of a node", f"{path}/update", get)
        self._settle(f"form of a node that does not exist: {get('GET', f'/nodes/{UNKNOWN}').form}")

    def _watch(self, app_id: str, project_id: str, sent: float) -> None:
        """Follow the status of a new app until it is ready, then stop it, and print the statuses."""
        listed = self._probe.basic("GET", f"/projects/{project_id}/apps")
        shown = app_id in [str(app["id"]) for app in _records(listed.data)]
        self._settle(f"the list {'shows' if shown else 'does not show'} a new app at once")
        words: list[str] = []
        while self._clock.monotonic() - sent < LONGEST_START:
            words.append(self._status(app_id))
            if words[-1] in ("available", "running"):
                break
        seconds = self._clock.monotonic() - sent
        self._settle(f"status of a new app: {', then '.join(dict.fromkeys(words))}, after {seconds:.0f} s")
        self._settle(f"form of the response to a stop: {self._probe.basic('POST', f'/apps/{app_id}/stop').form}")
        self._clock.sleep(5.0)
        self._settle(f"status of a stopped app: {self._status(app_id)}")

    def _status(self, app_id: str) -> str:
        reply = self._probe.basic("GET", f"/apps/{app_id}")
        return word(reply.data.get("status")) if isinstance(reply.data, dict) else reply.form

    def _delete(self, app_id: str, project_id: str) -> None:
        for kind, path in (("app", f"/apps/{app_id}"), ("project", f"/projects/{project_id}")):
            reply = self._probe.basic("POST", f"{path}/delete")
            if not reply.is_success:
                self._say(f"CHECK    the new {kind} was not deleted, and may be billed: {path} ({reply.form})")
                return
            self._settle(f"form of a deleted {kind}: {self._probe.basic('GET', path).form}")

    def _get(self, name: str, path: str, send: Callable[[str, str], Reply]) -> Reply:
        """Send a GET request, compare a success with its description, and return it. ``name`` is for the report."""
        reply = send("GET", path)
        if not reply.is_success:
            return reply
        found = differences("GET", path, reply.status, reply.body)
        for text in found or [""]:
            self._say(f"differs  {name}: {text}" if text else f"agrees   {name}")
        return reply

    def _note_list(self, kind: str, reply: Reply, items: list[Record]) -> None:
        pages = [name for name in PAGES if isinstance(reply.body, dict) and name in reply.body]
        self._settle(f"list of {kind}: {len(items)}, {f'pages by {pages}' if pages else 'no pages'}")
        if kind != "projects" and items:
            self._settle(f"status of {kind}: {_words(items)}")
        if any(item.get("deleted") or item.get("status") == "deleted" for item in items):
            self._settle(f"deleted {kind} stay in the list")

    def _settle(self, text: str) -> None:
        self._say(f"settles  {text}")


def _records(listed: Any) -> list[Record]:
    return [item for item in listed if isinstance(item, dict) and "id" in item] if isinstance(listed, list) else []


def _words(items: list[Record]) -> str:
    return ", ".join(sorted({word(item.get("status")) for item in items}))


def run(probe: Probe, template: str | None, say: Print = print) -> int:
    """Read the account, then create and delete an app if ``template`` is set. Return the exit code."""
    contract = Contract(probe, say)
    try:
        contract.read()
        if template:
            contract.create(template)
    except NodanaError as error:
        say(f"FAILED   {error}")
        return 1
    except requests.RequestException as error:
        say(f"FAILED   {type(error).__name__}: {probe.api_url} did not respond; check the URL and the network")
        return 1
    return 0
