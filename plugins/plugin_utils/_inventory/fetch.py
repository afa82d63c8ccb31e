# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fetch an inventory's records from the API, or read them from the cache.

The records are plain data, so every cache plugin can keep them.
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
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record

from .selection import Selection

Warn = Callable[[str], None]

_TIMES = ("createdAt", "updatedAt")
_PROJECT = ("id", "name", *_TIMES)
_APP = ("id", "projectId", "template", "rate", "url", "status", *_TIMES)
_SERVICE = ("id", "service", "slug", "region", "status", "version", *_TIMES)
_FORM = 1
_HALF = re.compile("[\ud800-\udfff]")


def fetch(api: Api, wanted: Selection, services: bool, warn: Warn) -> Record:
    """Fetch the projects and the apps that the selection needs, with as few requests as possible.

    Return the API's records with their documented fields only, so they contain no secret. With ``services``, fetch also
    the services of each wanted app; they are None if the API has no services. Projects and apps that are deleted
    meanwhile are left out with a warning. Raises what ``Api`` raises.
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
    """Return the cache key for the result of ``fetch``.

    It depends on everything that can change that result. It is a hash, so it does not disclose the URL or the API key.
    """
    inputs: dict[str, Any] = {
        "form": _FORM,
        "url": connection.api_url,
        "key": connection.api_key,
        "projects": sorted(wanted.projects),
        "app_ids": sorted(wanted.app_ids),
    }
    if services:
        inputs["services_of"] = [sorted(wanted.templates), sorted(wanted.statuses)]
    return f"nodana_{hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()[:40]}"


def is_readable(account: Any) -> bool:
    """Return whether a cached value has the form that ``fetch`` returns. A cache can hold anything under a key."""
    if not isinstance(account, dict) or account.get("form") != _FORM or not isinstance(account.get("projects"), list):
        return False
    projects = account["projects"]
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
        except MissingRoute:
            warn("This API has no services, so gather_services adds none to the hosts.")  # Ansible shows it once
            yield {**app, "services": None}
        except NotFound:
            warn(f"The app {app['id']} was deleted while the inventory was read.")


def _has_id(item: Any) -> bool:
    return isinstance(item, dict) and "id" in item


def _only(fields: tuple[str, ...], item: Record) -> Record:
    return {name: _data(item[name]) for name in fields if name in item}


def _data(value: Any) -> Any:
    """Return data that every cache and output can hold.

    Lone surrogates, which JSON can escape but UTF-8 cannot encode, become U+FFFD. Keys of nested objects that begin
    with ``__ansible`` are left out: Ansible's JSON decoder reads them as marks of vaulted and unsafe strings.
    """
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_data(name): _data(inner) for name, inner in value.items() if not name.startswith("__ansible")}
    return [_data(inner) for inner in value] if isinstance(value, list) else value


def read_cached(
    cache: MutableMapping[str, Any], key: str, renew: bool, read: Callable[[], Record], warn: Warn
) -> Record:
    """Return the cached records, or call ``read`` and cache what it returns. With ``renew``, do not read the cache.

    A read does not write to the cache, so it does not reset an entry's expiry. A failure is not cached.
    """
    kept = None if renew else _kept(cache, key, warn)
    if kept is None:
        kept = read()
        cache[key] = kept
    return kept


def _kept(cache: MutableMapping[str, Any], key: str, warn: Warn) -> Record | None:
    try:
        kept = cache[key]
    except KeyError:
        return None
    except Exception as error:  # a cache plugin can raise anything for a damaged entry
        warn(f"The cache cannot be read, so the records are read from the API: {error}")
        return None
    return kept if is_readable(kept) else None
