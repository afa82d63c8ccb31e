# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build inventory hosts, with their variables and groups, from the API's records. This module sends no request."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.nodana.cloud.plugins.module_utils._client import records
from ansible_collections.nodana.cloud.plugins.module_utils._client.status import running_by_status, running_state
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record

from .hostnames import HostKey, is_name
from .selection import Selection

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Address:
    """The parts of a URL. ``port`` is None if the URL has none and its scheme has no default."""

    scheme: str
    host: str
    port: int | None


def address_of(url: Any) -> Address | None:
    """Return the parts of an app's URL, or None if the URL has no host part that is valid in an inventory."""
    try:
        parts = urlsplit(url if isinstance(url, str) else "")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if not (is_name(host) or _is_ipv6(host)):
        return None
    return Address(parts.scheme, host, _PORTS.get(parts.scheme) if port is None else port)


def _is_ipv6(host: str) -> bool:
    try:
        return "%" not in host and ipaddress.IPv6Address(host) is not None
    except ValueError:
        return False


@dataclass(frozen=True)
class Host:
    """An app or a node as an inventory host that has no name yet.

    ``url_host`` is the host part of its URL, or '' if there is none. The names in ``variables`` have the prefix.
    ``ansible_host`` is not among them. Their strings are unchanged from the API. ``groups`` are raw texts, not yet
    valid group names.
    """

    key: HostKey
    url_host: str
    variables: Record
    groups: list[str]


def build_hosts(account: Record, wanted: Selection, prefix: str, generations: Iterable[str] = ()) -> list[Host]:
    """Return a host for each wanted app and node, in the order of the API. If one is listed twice, use the first.

    ``generations`` are the groups by generation that the inventory has.
    """
    found: dict[HostKey, Host] = {}
    for item in account["projects"] or ():
        project = records.project(item)
        for app in map(records.app, item["apps"]):
            if wanted.has_app(app):
                found.setdefault(HostKey(app["id"]), _app_host(app, project, prefix))
    for node in map(records.node, account["nodes"] or ()):
        if wanted.has_app(node):
            key = HostKey(node["id"], "node")
            found.setdefault(key, _host(key, node, _node_variables(node), _kinds(node), prefix))
    for host in found.values():
        host.groups.extend(group for group in generations if group == f"generation_{host.key.kind}s")
    return list(found.values())


def project_groups(account: Record) -> list[str]:
    """Return the groups of all projects, also of those without apps. They are not yet valid group names."""
    return [_project_group(records.project(item)) for item in account["projects"] or ()]


def checked_prefix(prefix: str) -> str:
    """Return the prefix. Raises ValueError if it does not form valid variable names."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", prefix):
        raise ValueError("hostvars_prefix must be a letter or underscore, followed by letters, digits and underscores")
    return prefix


def _host(key: HostKey, item: Record, variables: Record, groups: Iterable[str], prefix: str) -> Host:
    """Return the host of an app or a node. ``variables`` are those that only one of the two has."""
    address = address_of(item["url"])
    variables = {
        **{name: item[name] for name in ("url", "template", "status")},
        "host": address.host if address else None,
        "port": address.port if address else None,
        "scheme": address.scheme if address else None,
        **variables,
    }
    return Host(
        key,
        address.host if address else "",
        {prefix + name: value for name, value in variables.items()},
        list(dict.fromkeys(groups)),
    )


def _node_variables(node: Record) -> Record:
    names = ("failure_message", "update_status")
    return {"node_id": node["id"], "node_name": node["name"], **{name: node[name] for name in names}}


def _app_host(app: Record, project: Record, prefix: str) -> Host:
    services = [_service(item) for item in app.get("services") or []]
    running = running_by_status(app) if app.get("services") is None else running_state(services)
    variables = {
        "app_id": app["id"],
        "rate": app["rate"],
        "project_id": project["id"],
        "project_name": project["name"],
        "created_at": app["created_at"],
        "updated_at": app["updated_at"],
        **({"services": services, "running": running} if "services" in app else {}),
    }
    groups = _groups(app, project, services, running if "services" in app else None)
    return _host(HostKey(app["id"]), app, variables, groups, prefix)


def _service(item: Record) -> Record:
    service = records.service(item)
    return {"name": service["service"], **{field: service[field] for field in ("version", "region", "status")}}


def _kinds(item: Record) -> list[str]:
    return [f"{kind}_{item[kind]}" for kind in ("template", "status") if item[kind]]


def _groups(app: Record, project: Record, services: list[Record], running: bool | None) -> Iterator[str]:
    yield _project_group(project)
    yield from _kinds(app)
    if running is not None:
        yield f"running_{str(running).lower()}"
    for service in services:
        if service["region"]:
            yield f"region_{service['region']}"


def _project_group(project: Record) -> str:
    return f"project_{project['name'] or project['id']}"
