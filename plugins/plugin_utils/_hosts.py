# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts of an inventory out of the API's apps: their names, groups and variables. Nothing here asks the API."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from ansible_collections.nodana.cloud.plugins.plugin_utils._address import Address, address_of, is_name

Record = dict[str, Any]

GROUP = "nodana"


@dataclass(frozen=True)
class Host:
    """An app as a host. Strings among ``variables`` are as the API gave them. ``warning`` is a sentence, or empty."""

    name: str
    groups: list[str]
    variables: Record
    warning: str


@dataclass(frozen=True)
class _Listed:
    app: Record
    project: Record
    address: Address | None

    @property
    def url_host(self) -> str:
        return self.address.host if self.address else ""


def hosts(projects: list[Record], group_name: Callable[[str], str], taken: Collection[str] = ()) -> list[Host]:
    """Give a host for each app of the projects: records as modules return them, with their apps under ``apps``.

    ``group_name`` turns any text into a valid name of a group. No host is named like a group, or like one of ``taken``.
    """
    listed: dict[str, _Listed] = {}
    for project in projects:
        for app in project["apps"]:
            listed.setdefault(app["id"], _Listed(app, project, address_of(app["url"])))
    groups = {app_id: [group_name(text) for text in _groups(entry)] for app_id, entry in listed.items()}
    names = _names(
        {app_id: entry.url_host for app_id, entry in listed.items()},
        {"all", "ungrouped", *taken, *(group for some in groups.values() for group in some)},
    )
    return [
        Host(names[app_id], groups[app_id], _variables(entry), _warning(entry, names[app_id]))
        for app_id, entry in listed.items()
    ]


def _names(url_hosts: dict[str, str], taken: set[str]) -> dict[str, str]:
    """Give each app's name by its id: the host of its URL, else the id.

    A name must not depend on the order of the apps, so none of those that share a host is named by it.
    """
    times = Counter(url_hosts.values())
    names = {app_id: host for app_id, host in url_hosts.items() if host and times[host] == 1 and host not in taken}
    used = taken | set(names.values())
    for app_id in url_hosts.keys() - names.keys():
        usable = is_name(app_id) and app_id not in used
        names[app_id] = app_id if usable else f"app-{_short_hash(app_id)}"
    return names


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]


def _groups(entry: _Listed) -> list[str]:
    app, project = entry.app, entry.project
    kinds = {"project": project["name"] or project["id"], "template": app["template"], "status": app["status"]}
    return [GROUP, *(f"{kind}_{value}" for kind, value in kinds.items() if value)]


def _variables(entry: _Listed) -> Record:
    app, project, address = entry.app, entry.project, entry.address
    variables = {
        "nodana_app_id": app["id"],
        "nodana_url": app["url"],
        "nodana_host": address.host if address else None,
        "nodana_port": address.port if address else None,
        "nodana_scheme": address.scheme if address else None,
        "nodana_template": app["template"],
        "nodana_status": app["status"],
        "nodana_rate": app["rate"],
        "nodana_project_id": project["id"],
        "nodana_project_name": project["name"],
        "nodana_created_at": app["created_at"],
        "nodana_updated_at": app["updated_at"],
    }
    return {**variables, "ansible_host": address.host} if address else variables


def _warning(entry: _Listed, name: str) -> str:
    if name == entry.url_host:
        return ""
    why = f"does not have the host {entry.url_host} for itself" if entry.address else "has no usable URL"
    return f"The app {entry.app['id']!r} {why}, so its name in the inventory is {name}."
