# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build inventory hosts, with their variables and groups, from the API's records. This module sends no request."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.nodana.cloud.plugins.module_utils._client import records
from ansible_collections.nodana.cloud.plugins.module_utils._client.status import running_by_status, running_state
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record

from .hostnames import is_name
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
    """An app as an inventory host that has no name yet.

    ``url_host`` is the host part of its URL, or '' if there is none. The names in ``variables`` have the prefix.
    ``ansible_host`` is not among them. Their strings are unchanged from the API. ``groups`` are raw texts, not yet
    valid group names.
    """

    app_id: str
    url_host: str
    variables: Record
    groups: list[str]


def build_hosts(account: Record, wanted: Selection, prefix: str) -> list[Host]:
    """Return a host for each wanted app, in the order of the API. For an app that is listed twice, use the first."""
    found: dict[str, Host] = {}
    for item in account["projects"]:
        project = records.project(item)
        for app_item in item["apps"]:
            app = records.app(app_item)
            if wanted.has_app(app):
                found.setdefault(app["id"], _host(app, project, prefix))
    return list(found.values())


def project_groups(account: Record) -> list[str]:
    """Return the groups of all projects, also of those without apps. They are not yet valid group names."""
    return [_project_group(records.project(item)) for item in account["projects"]]


def checked_prefix(prefix: str) -> str:
    """Return the prefix. Raises ValueError if it does not form valid variable names."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", prefix):
        raise ValueError("hostvars_prefix must be a letter or underscore, followed by letters, digits and underscores")
    return prefix


def _host(app: Record, project: Record, prefix: str) -> Host:
    address = address_of(app["url"])
    services = [_service(item) for item in app.get("services") or []]
    running = running_by_status(app) if app.get("services") is None else running_state(services)
    variables = {
        "app_id": app["id"],
        "url": app["url"],
        "host": address.host if address else None,
        "port": address.port if address else None,
        "scheme": address.scheme if address else None,
        "template": app["template"],
        "status": app["status"],
        "rate": app["rate"],
        "project_id": project["id"],
        "project_name": project["name"],
        "created_at": app["created_at"],
        "updated_at": app["updated_at"],
        **({"services": services, "running": running} if "services" in app else {}),
    }
    return Host(
        app["id"],
        address.host if address else "",
        {prefix + name: value for name, value in variables.items()},
        list(dict.fromkeys(_groups(app, project, services, running if "services" in app else None))),
    )


def _service(item: Record) -> Record:
    service = records.service(item)
    return {"name": service["service"], **{field: service[field] for field in ("version", "region", "status")}}


def _groups(app: Record, project: Record, services: list[Record], running: bool | None) -> Iterator[str]:
    yield _project_group(project)
    for kind, value in (("template", app["template"]), ("status", app["status"])):
        if value:
            yield f"{kind}_{value}"
    if running is not None:
        yield f"running_{str(running).lower()}"
    for service in services:
        if service["region"]:
            yield f"region_{service['region']}"


def _project_group(project: Record) -> str:
    return f"project_{project['name'] or project['id']}"
