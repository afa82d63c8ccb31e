# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Convert the API's records to Ansible results.

The results have snake_case keys and hold all fields. The documented fields are always there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .._protocol import Record

_PROJECT = ("id", "user_id", "name", "deleted", "created_at", "updated_at")
_APP = ("id", "user_id", "project_id", "template", "rate", "url", "status", "created_at", "updated_at")
_SERVICE = ("id", "app_id", "service", "slug", "region", "status", "version", "created_at", "updated_at")
NODE_FIELDS = ("id", "name", "status", "endpointUrl", "failureMessage", "updateStatus")
_NODE = ("id", "name", "template", "url", "status", "failure_message", "update_status")
NODE_TEMPLATE = "phoenixd"
"""The template of all nodes. With it, the record of a node is also accepted where an app is expected."""


def project(item: Record) -> Record:
    """Return a project as a result. Fields that the API did not return (yet) are None."""
    return _shaped(_PROJECT, item)


def app(item: Record) -> Record:
    """Return an app as a result. Fields that the API did not return (yet) are None.

    ``running`` is None until the services of the app are read, because the API's app records do not hold it.
    """
    return {**_shaped(_APP, item), "running": None}


def service(item: Record) -> Record:
    """Return a service as a result. Fields that the API did not return (yet) are None."""
    return _shaped(_SERVICE, item)


def node(item: Record) -> Record:
    """Return a node as a result. Its ``endpointUrl`` is the ``url``. Fields that the API did not return are None."""
    fields = {"url" if name == "endpointUrl" else name: value for name, value in item.items() if name != "url"}
    return _shaped(_NODE, {**fields, "template": NODE_TEMPLATE})


def is_node(record: Record) -> bool:
    """Return whether this result is a node and not an app."""
    return "failure_message" in record


def is_same_name(one: str, other: str | None) -> bool:
    """Return whether two names of nodes differ in nothing but spaces and upper case, which the API may not keep."""
    return "".join(one.split()).casefold() == "".join((other or "").split()).casefold()


def live(items: Iterable[Record]) -> list[Record]:
    """Return the items that are not deleted. The API may keep deleted items in its lists."""
    return [item for item in items if not item.get("deleted") and item.get("status") != "deleted"]


def snake_case(fields: Record) -> Record:
    """Return the fields under snake_case names. If such a name is already used, the field keeps the API's name."""
    renamed: Record = {}
    for name, value in fields.items():
        snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
        renamed[name if snake in renamed or (snake != name and snake in fields) else snake] = value
    return renamed


def _shaped(keys: tuple[str, ...], item: Record) -> Record:
    record = {**dict.fromkeys(keys), **snake_case(item)}
    return {**record, **{key: str(record[key]) for key in keys if _is_id(key) and record[key] is not None}}


def _is_id(key: str) -> bool:
    return key == "id" or key.endswith("_id")
