# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What there is: the API's lists as results, without what is deleted."""

from __future__ import annotations

from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils import _records
from ansible_collections.nodana.cloud.plugins.module_utils._api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._errors import NotFound

Record = dict[str, Any]


def projects(api: Api) -> list[Record]:
    """List the projects of the account."""
    return [_records.project(item) for item in _records.live(api.projects())]


def apps(api: Api, project_id: str) -> list[Record]:
    """List the apps of a project. Raises NotFound."""
    return [_records.app({"projectId": project_id, **item}) for item in _records.live(api.apps(project_id))]


def apps_of_all(api: Api, projects_: list[Record]) -> list[Record]:
    """List the apps of several projects; one that was deleted in the meantime has none. Raises NotFound."""
    found: list[Record] = []
    for project in projects_:
        try:
            found += apps(api, project["id"])
        except NotFound:
            if project["id"] in [left["id"] for left in projects(api)]:
                raise  # its apps are hidden, not gone: taking them for gone would create them again
    return found


def services(api: Api, app_id: str) -> list[Record]:
    """List the services of an app. Raises NotFound."""
    return [_records.service({"appId": app_id, **item}) for item in _records.live(api.services(app_id))]


def prove_absence(api: Api) -> None:
    """Make sure that what was not found does not exist, and is not merely unknown to this host.

    It is proved once the host has answered with a record or a list in this run; otherwise its projects are listed once.
    Raises MissingRoute.
    """
    if not api.traffic.has_answered:
        api.projects()
