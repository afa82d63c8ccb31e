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
from typing import Any, TypeGuard

from ansible_collections.nodana.cloud.plugins.module_utils._client import records
from ansible_collections.nodana.cloud.plugins.module_utils._client.api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._client.nodes_api import NodesApi
from ansible_collections.nodana.cloud.plugins.module_utils._errors import (
    Forbidden,
    MissingRoute,
    NodanaError,
    NotFound,
    Unauthorized,
)
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record

from .selection import Selection
from .source import Source

Warn = Callable[[str], None]

_TIMES = ("createdAt", "updatedAt")
_PROJECT = ("id", "name", *_TIMES)
_APP = ("id", "projectId", "template", "rate", "url", "status", *_TIMES)
_NODE = records.NODE_FIELDS
_SERVICE = ("id", "service", "slug", "region", "status", "version", *_TIMES)
_FORM = 2
_HALF = re.compile("[\ud800-\udfff]")


def fetch(api: Api | None, nodes_api: NodesApi | None, wanted: Selection, services: bool, warn: Warn) -> Record:
    """Fetch the nodes, projects and apps that the selection needs, with as few requests as possible.

    Return the API's records with their documented fields only, so they contain no secret. ``api`` and ``nodes_api`` are
    None if the inventory does not read that generation; its list is empty then. With ``services``, fetch also the
    services of each wanted app; they are None if the API has no services. Projects and apps that are deleted meanwhile
    are left out with a warning.

    With both clients, the API may lack one of the generations, or refuse the nodes because of the scopes of the key. A
    warning says so, and the list is None. Raises MissingRoute if the API lacks everything that was requested, and what
    the clients raise.
    """
    missing: list[NodanaError] = []
    optional = (MissingRoute, Unauthorized, Forbidden) if api else (MissingRoute,)
    nodes = _listed(nodes_api.nodes, _NODE, missing, optional) if nodes_api else []
    ids = {str(node["id"]) for node in nodes or ()}
    projects: list[Record] | None = []
    if api and not wanted.is_found(ids):
        projects = _listed(api.projects, _PROJECT, missing)
        if projects is not None:
            projects = list(_with_apps(api, projects, wanted, ids, services, warn))
    _check_missing(missing, "apps" if nodes is None else "nodes", bool(api and nodes_api), warn)
    return {"form": _FORM, "projects": projects, "nodes": nodes}


def cache_key(source: Source, wanted: Selection, services: bool) -> str:
    """Return the cache key for the result of ``fetch``.

    It depends on everything that can change that result. It is a hash, so it does not disclose a URL or an API key.
    """
    inputs: dict[str, Any] = {"form": _FORM}
    if source.nodes:
        inputs["nodes"] = [source.nodes.api_url, source.nodes.api_key]
    if source.apps:
        inputs["apps"] = [source.apps.api_url, source.apps.api_key, sorted(wanted.projects), sorted(wanted.app_ids)]
    if source.apps and services:
        inputs["services_of"] = [sorted(wanted.templates), sorted(wanted.statuses)]
    return f"nodana_{hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()[:40]}"


def is_readable(account: Any) -> bool:
    """Return whether a cached value has the form that ``fetch`` returns. A cache can hold anything under a key."""
    if not isinstance(account, dict) or account.get("form") != _FORM:
        return False
    projects, nodes = account.get("projects"), account.get("nodes")
    if not _have_ids(projects) or not _have_ids(nodes):
        return False
    return all(_have_ids(project.get("apps")) for project in projects)


def _listed(
    read: Callable[[], list[Record]],
    fields: tuple[str, ...],
    missing: list[NodanaError],
    optional: tuple[type[NodanaError], ...] = (MissingRoute,),
) -> list[Record] | None:
    """Return the records of a list, or None after an ``optional`` error, which is added to ``missing``."""
    try:
        return [_only(fields, item) for item in records.live(read())]
    except optional as error:
        missing.append(error)
        return None


def _check_missing(missing: list[NodanaError], present: str, reads_both: bool, warn: Warn) -> None:
    """Warn of a missing generation. Raises its error if there is no other one."""
    if not missing:
        return
    error = missing[0]
    is_missing = isinstance(error, MissingRoute)
    if reads_both and len(missing) == 1:
        reason = f"{error.message}." if is_missing else str(error)
        warn(f"{reason} The inventory contains only {present}. With source={present}, it saves this request.")
        return
    if not is_missing:
        raise error
    if reads_both:
        error.message = f"This API has neither apps nor nodes: it also lacks {missing[1].request}"
    error.advice = "Check the option source, and api_url: it must end in /v1."
    raise error


def _with_apps(
    api: Api, listed: list[Record], wanted: Selection, found: set[str], services: bool, warn: Warn
) -> Iterator[Record]:
    """Yield the listed projects with their apps until all wanted ids are found. ``found`` has the ids of nodes."""
    app_ids = set(found)
    for project in listed:
        if wanted.is_found(app_ids):
            break
        if wanted.has_project(records.project(project)):
            apps = list(_apps(api, project, wanted, services, warn))
            app_ids.update(str(app["id"]) for app in apps)
            yield {**project, "apps": apps}
    for name in wanted.unknown_projects(map(records.project, listed)):
        warn(f"There is no project with the name or id {name!r}.")


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


def _have_ids(items: Any) -> TypeGuard[list[Record]]:
    return isinstance(items, list) and all(isinstance(item, dict) and "id" in item for item in items)


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

    A read does not write to the cache, so it does not reset an entry's expiry. Failures and records that lack a
    generation of the API are not cached.
    """
    kept = None if renew else _kept(cache, key, warn)
    if kept is None:
        kept = read()
        if is_readable(kept):
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
