# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read what an account has, compare it with the descriptions, and print a report that contains no id and no secret."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from ...plugins.module_utils._client.redaction import without
from ...plugins.module_utils._errors import NodanaError, RateLimited
from ...plugins.module_utils._polling import Clock
from .probe import Probe, Reply
from .schema import compare, word

Print = Callable[[str], object]
Record = dict[str, Any]
UNKNOWN = "contract-0000"  # an id that does not exist
PAGES = ("next", "nextPage", "nextCursor", "hasMore", "total", "page")
MISSING = (404, 405, 410)
LONGEST_START = 120.0  # seconds
POLL = 2.0  # seconds


class Report:
    """The comparison of an API with its descriptions. It prints a line for each finding.

    ``apps`` sends requests for projects and apps, ``nodes`` for nodes. Either is None without a key. ``show`` prints
    the report. ``warn`` prints what is only for the user, because it can contain an id.
    """

    def __init__(
        self, apps: Probe | None, nodes: Probe | None, show: Print = print, warn: Print = print, clock: Clock = time
    ) -> None:
        self._apps = apps
        self._nodes = nodes
        self._show = show
        self._warn = warn
        self._clock = clock
        self._hidden = {probe.key for probe in (apps, nodes) if probe}
        self._wrong = apps.wrong_key() if apps else None
        self._projects: list[str] | None = None
        self.failed = False

    def run(self, template: str | None) -> int:
        """Read the account. With a template, also create and delete an app. Return the exit code."""
        try:
            if self._apps:
                self._read_projects(self._apps)
            if self._nodes:
                self._read_nodes(self._nodes)
            if template and self._apps:
                self._create(self._apps, template)
        except NodanaError as error:
            self.failed = True
            if isinstance(error, RateLimited):
                self._settle(error.message)
            self._say(f"stopped  {word(type(error).__name__)}")
            self._warn(f"FAILED   {error}")
        sent = sum(probe.sent for probe in (self._apps, self._nodes, self._wrong) if probe)
        self._say(f"done     {sent} requests")
        return int(self.failed)

    def _read_projects(self, probe: Probe) -> None:
        listed = self._get("list of projects", "/projects", probe)
        if not listed.is_success:
            self._settle(f"no projects and apps here, or not with this key: {listed.form}")
            return
        projects = _records(listed.data)
        self._projects = [project["id"] for project in projects]
        self._note_list("projects", listed, projects)
        apps = self._read_apps(probe, projects[:3])
        if projects:
            self._get("project", _path("projects", projects[0]), probe)
        if apps:
            self._read_app(probe, _path("apps", apps[0]))
        self._settle(f"form of an app that does not exist: {probe.send('GET', f'/apps/{UNKNOWN}').form}")
        if self._wrong:
            self._settle(f"form of a wrong key: {self._wrong.send('GET', '/projects').form}")

    def _read_apps(self, probe: Probe, projects: Iterable[Record]) -> list[Record]:
        """Return the apps of the first of these projects that has any."""
        for project in projects:
            listed = self._get("list of apps", f"{_path('projects', project)}/apps", probe)
            apps = _records(listed.data)
            self._note_list("apps", listed, apps)
            if apps:
                return apps
        self._say("unknown  apps and services, because no app was found")
        return []

    def _read_app(self, probe: Probe, path: str) -> None:
        self._get("app", path, probe)
        services = self._get("list of services", f"{path}/services", probe)
        if services.is_success:
            self._settle(f"generation of projects and apps: seed; status of services: {_words(services.data)}")
        elif services.code in MISSING:
            self._settle(f"generation of projects and apps: apps; form of a missing route: {services.form}")
        else:
            self._settle(f"form of services that cannot be listed: {services.form}")

    def _read_nodes(self, probe: Probe) -> None:
        listed = self._get("list of nodes", "/nodes", probe, nodes=True)
        if not listed.is_success:
            self._settle(f"no nodes here, or not with this key: {listed.form}")
            return
        if self._apps and self._projects is not None:
            other = listed if self._apps.key == probe.key else self._apps.send("GET", "/nodes", nodes=True)
            does = "serves" if other.is_success else "does not serve"
            self._settle(f"the key for projects and apps {does} nodes: {other.form}")
        nodes = _records(listed.body.get("nodes") if isinstance(listed.body, dict) else None)
        self._note_list("nodes", listed, nodes)
        if nodes:
            self._settle(f"updateStatus of nodes: {_words(nodes, 'updateStatus')}")
            path = _path("nodes", nodes[0])
            self._get("node", path, probe, nodes=True)
            self._get("version of a node", f"{path}/update", probe, nodes=True)
        missing = probe.send("GET", f"/nodes/{UNKNOWN}", nodes=True)
        self._settle(f"form of a node that does not exist: {missing.form}")

    def _create(self, probe: Probe, template: str) -> None:
        """Create an app, watch it, and delete it. Without a project, so the API also creates a project for it."""
        if self._projects is None:
            self._say("unknown  a new app, because the projects could not be listed; nothing was created")
            return
        started = self._clock.monotonic()
        try:
            reply = probe.send("POST", "/apps", {"template": template})
        except NodanaError:
            self._check("an app may have been created: look at the account at nodana.io")
            raise
        app = reply.data if isinstance(reply.data, dict) else reply.body
        if not reply.is_success or not _records([app]):
            self._settle(f"form of a refused or unreadable creation: {reply.form}")
            if not reply.error or reply.code >= 500:
                self._check("an app may have been created: look at the account at nodana.io")
            return
        self._hidden.update(_texts({name: app[name] for name in app if name not in ("status", "template")}))
        self._settle(f"response to a creation {'with' if 'data' in reply.body else 'without'} data around it")
        self._compare("response to a creation", "POST", "/apps", reply)
        names = set(app) - {"id", "projectId", "url"}
        self._settle(f"one-time fields of {template}: {', '.join(sorted(map(word, names))) or 'none'}")
        project = {"id": app.get("projectId")}
        left = {"app": _path("apps", app)}
        if not _records([project]):
            self._check("the new app names no project, so a new project may remain: look at the account at nodana.io")
        elif project["id"] in self._projects:
            self._settle("an app without project_id is created in an existing project")
        else:
            left["project"] = _path("projects", project)
        try:
            self._watch(probe, app, f"{_path('projects', project)}/apps" if _records([project]) else None, started)
        finally:
            self._delete(probe, left)

    def _watch(self, probe: Probe, app: Record, apps_path: str | None, started: float) -> None:
        """Poll the status of a new app until it is ready, then stop it, and print the statuses."""
        path = _path("apps", app)
        if apps_path:
            shown = app["id"] in [item["id"] for item in _records(probe.send("GET", apps_path).data)]
            self._settle(f"the list {'shows' if shown else 'does not show'} a new app at once")
        words = [self._status(probe, path)]
        while words[-1] not in ("available", "running") and self._clock.monotonic() - started < LONGEST_START:
            self._clock.sleep(POLL)
            words.append(self._status(probe, path))
        seconds = self._clock.monotonic() - started
        self._settle(f"status of a new app: {', then '.join(dict.fromkeys(words))}, after {seconds:.0f} s")
        self._settle(f"form of the response to a stop: {probe.send('POST', f'{path}/stop').form}")
        self._clock.sleep(5.0)
        self._settle(f"status of a stopped app: {self._status(probe, path)}")

    def _status(self, probe: Probe, path: str) -> str:
        reply = probe.send("GET", path)
        return word(reply.data.get("status")) if isinstance(reply.data, dict) else reply.form

    def _delete(self, probe: Probe, left: dict[str, str]) -> None:
        """Delete the new app and its project, and name to the user what is left, also if this is interrupted."""
        deleted = dict(left)
        try:
            for kind, path in deleted.items():
                if not self._is_deleted(probe, path):
                    return
                del left[kind]
        finally:
            for kind, path in left.items():
                self._check(f"the new {kind} was not deleted and may be billed: delete {path} at nodana.io")
        for kind, path in deleted.items():
            self._settle(f"form of a deleted {kind}: {probe.send('GET', path).form}")

    def _is_deleted(self, probe: Probe, path: str) -> bool:
        """Delete an object, with three attempts, because a project can be deleted only when its app is gone."""
        for pause in (0.0, 5.0, 10.0):
            self._clock.sleep(pause)
            if probe.send("POST", f"{path}/delete").is_success:
                return True
        return False

    def _get(self, name: str, path: str, probe: Probe, *, nodes: bool = False) -> Reply:
        """Send a GET request, compare a success with its description, and return it. ``name`` is for the report."""
        reply = probe.send("GET", path, nodes=nodes)
        if reply.is_success:
            self._compare(name, "GET", path, reply)
        return reply

    def _compare(self, name: str, method: str, path: str, reply: Reply) -> None:
        agreeing, differing = compare(method, path, reply.status, reply.body)
        self._say(f"agrees   {name}: {', '.join(agreeing) or 'no fields'}")
        for text in differing:
            self._say(f"differs  {name}: {text}")

    def _note_list(self, kind: str, reply: Reply, items: list[Record]) -> None:
        pages = [name for name in PAGES if isinstance(reply.body, dict) and name in reply.body]
        self._settle(f"list of {kind}: {len(items)}, {'pages by ' + ', '.join(pages) if pages else 'no pages'}")
        if kind != "projects" and items:
            self._settle(f"status of {kind}: {_words(items)}")
        if any(item.get("deleted") or item.get("status") == "deleted" for item in items):
            self._settle(f"deleted {kind} stay in the list")

    def _settle(self, text: str) -> None:
        self._say(f"settles  {text}")

    def _say(self, text: str) -> None:
        self._show(without(text, self._hidden))

    def _check(self, text: str) -> None:
        self.failed = True
        self._warn(f"CHECK    {text}")


def _records(listed: Any) -> list[Record]:
    """Return the objects in a list that have an id which can be a part of a path."""

    def has_id(item: Any) -> bool:
        found = item.get("id") if isinstance(item, dict) else None
        return isinstance(found, str) and found.isprintable() and found.strip(". ") != ""

    return [item for item in listed if has_id(item)] if isinstance(listed, list) else []


def _path(kind: str, record: Record) -> str:
    return f"/{kind}/{quote(record['id'], safe='')}"


def _words(items: Any, name: str = "status") -> str:
    """Return the different values of a field that are words."""
    values = [item.get(name) for item in _records(items)]
    return ", ".join(sorted({"null" if value is None else word(value) for value in values})) or "none"


def _texts(value: Any) -> Iterable[str]:
    """Yield the texts in a value that are long enough to be secrets or ids."""
    if isinstance(value, str) and len(value) > 3:
        yield value
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
