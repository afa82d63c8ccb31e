# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API's records as Ansible results: snake_case keys, every field kept, the documented ones always there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

Record = dict[str, Any]

_PROJECT = ("id", "user_id", "name", "deleted", "created_at", "updated_at")
_APP = ("id", "user_id", "project_id", "template", "rate", "url", "status", "created_at", "updated_at")
_SERVICE = ("id", "app_id", "service", "slug", "region", "status", "version", "created_at", "updated_at")


def project(item: Record) -> Record:
    """Give a project as a result; what the API has not told (yet) is None."""
    return _shaped(_PROJECT, item)


def app(item: Record) -> Record:
    """Give an app as a result; what the API has not told (yet) is None.

    ``running`` is None until somebody reads the services of the app: no record of the API tells it.
    """
    return {**_shaped(_APP, item), "running": None}


def service(item: Record) -> Record:
    """Give a service as a result; what the API has not told (yet) is None."""
    return _shaped(_SERVICE, item)


def live(items: Iterable[Record]) -> list[Record]:
    """Leave out what is deleted: it may stay listed and does not exist for us."""
    return [item for item in items if not item.get("deleted") and item.get("status") != "deleted"]


def snake_case(fields: Record) -> Record:
    """Give the fields under snake_case names; a name that is taken already stays as the API spells it."""
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
