# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the API is asked for an inventory, and its answers: plain data that a cache can keep.

Answers from a cache, asked for only where it has none.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._client import records
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._client.connection import Connection
from ansible_collections.nodana.cloud.plugins.module_utils._errors import MissingRoute, NotFound

from .selection import Selection

Record = dict[str, Any]
Warn = Callable[[str], None]

_TIMES = ("createdAt", "updatedAt")
_PROJECT = ("id", "name", *_TIMES)
_APP = ("id", "projectId", "template", "rate", "url", "status", *_TIMES)
_SERVICE = ("id", "service", "slug", "region", "status", "version", *_TIMES)
_FORM = 1
_HALF = re.compile("[\ud800-\udfff]")


def fetch(api: Api, wanted: Selection, services: bool, warn: Warn) -> Record:
    """Ask for the projects, and for the apps of those that can have a wanted one, and no more than that.

    Gives the API's own records, with documented fields only: no secret could be among them. ``services`` also asks for
    those of each wanted app. What is deleted in between is left out with a warning. Raises what ``Api`` raises, and
    MissingRoute for an app that exists and whose services are not found.
    """
    found: list[Record] = []
    listed = [_only(_PROJECT, item) for item in records.live(api.projects())]
    app_ids: set[str] = set()
    for project in listed:
        if wanted.is_found(app_ids):
            break
        if wanted.has_project(records.project(project)):
            apps = list(_apps(api, project, wanted, services, warn))
            app_ids.update(str(app["id"]) for app in apps)
            found.append({**project, "apps": apps})
    for name in wanted.unknown_projects(map(records.project, listed)):
        warn(f"There is no project with the name or id {name!r}.")
    return {"form": _FORM, "projects": found}


def cache_key(connection: Connection, wanted: Selection, services: bool) -> str:
    """Give the name of the answers to ``ask``: it differs where they may, and does not tell URL or key."""
    asked: dict[str, Any] = {
        "form": _FORM,
        "url": connection.api_url,
        "key": connection.api_key,
        "projects": sorted(wanted.projects),
        "app_ids": sorted(wanted.app_ids),
    }
    if services:
        asked["services_of"] = [sorted(wanted.templates), sorted(wanted.statuses)]
    return f"nodana_{hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:40]}"


def is_readable(answers: Any) -> bool:
    """Whether these are answers as ``ask`` gives them, and not something else that a cache had under their name."""
    if not isinstance(answers, dict) or answers.get("form") != _FORM or not isinstance(answers.get("projects"), list):
        return False
    projects = answers["projects"]
    if not all(_has_id(project) and isinstance(project.get("apps"), list) for project in projects):
        return False
    return all(_has_id(app) for project in projects for app in project["apps"])


def _apps(api: Api, project: Record, wanted: Selection, services: bool, warn: Warn) -> Iterator[Record]:
    try:
        listed = records.live(api.apps(str(project["id"])))
    except NotFound:
        warn(f"The project {project['id']} was deleted while the inventory was read.")
        return
    for item in listed:
        app = {"projectId": project["id"], **_only(_APP, item)}
        if not services or not wanted.has_app(records.app(app)):
            yield app
            continue
        try:
            yield {**app, "services": [_only(_SERVICE, part) for part in records.live(api.services(str(app["id"])))]}
        except NotFound as error:
            _refuse_existing(api, str(app["id"]), error)
            warn(f"The app {app['id']} was deleted while the inventory was read.")


def _refuse_existing(api: Api, app_id: str, error: NotFound) -> None:
    """Leave out no app that exists because its services are not found. Raises MissingRoute."""
    try:
        exists = bool(records.live([api.app(app_id)]))
    except NotFound:
        return
    if exists:
        raise MissingRoute(
            f"The API has the app {app_id} and does not list its services ({error.message})",
            code=error.code,
            request=error.request,
            advice="Set gather_services: false, or check that api_url is an API with services of apps.",
        ) from None


def _has_id(item: Any) -> bool:
    return isinstance(item, dict) and "id" in item


def _only(fields: tuple[str, ...], item: Record) -> Record:
    return {name: _data(item[name]) for name in fields if name in item}


def _data(value: Any) -> Any:
    """Give data that any cache and output can hold.

    Halves of characters, which JSON can escape and no text can hold, become U+FFFD. What Ansible's own files would take
    for their marks of vaulted and unsafe texts is left out of nested objects.
    """
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_data(name): _data(inner) for name, inner in value.items() if not name.startswith("__ansible")}
    return [_data(inner) for inner in value] if isinstance(value, list) else value


Record = dict[str, Any]


def cached_answers(
    cache: MutableMapping[str, Any], key: str, renew: bool, ask: Callable[[], Record], warn: Callable[[str], None]
) -> Record:
    """Give what the cache has under the key, else what ``ask`` gives, which is kept; always so with ``renew``.

    Reading changes nothing in the cache, so it does not make an entry younger. What fails is not kept.
    """
    kept = None if renew else _kept(cache, key, warn)
    if kept is None:
        kept = ask()
        cache[key] = kept
    return kept


def _kept(cache: MutableMapping[str, Any], key: str, warn: Callable[[str], None]) -> Record | None:
    try:
        kept = cache[key]
    except KeyError:
        return None
    except Exception as error:  # whatever a cache plugin raises over what it finds
        warn(f"The API is asked, since the cache cannot be read: {error}")
        return None
    return kept if is_readable(kept) else None
