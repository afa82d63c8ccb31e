# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a project holds, found with as few requests as its name allows."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils import _lists, _project, _records
from ansible_collections.nodana.cloud.plugins.module_utils._api import Api
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Forbidden, NotFound

Record = dict[str, Any]

ONLY_NAMES = "Give a name, not an id, to have a project made."


@dataclass(frozen=True)
class Content:
    """A project and its apps, and all ``projects`` as far as they were listed. No ``project``: there is none."""

    project: Record | None
    apps: list[Record] = field(default_factory=list)
    projects: list[Record] = field(default_factory=list)


def of(api: Api, name_or_id: str) -> Content:
    """Give the content of the project of this id, else of this name: one request for an id, two for a name.

    Of a project that was found by its id alone, only the id is known. Raises Conflict when several have the name.
    """
    apps = None
    if looks_like_an_id(name_or_id):
        with contextlib.suppress(NotFound, Forbidden):
            apps = _lists.apps(api, name_or_id)
        if apps:  # a deleted project may answer as well, but it holds nothing
            return Content(_records.project({"id": name_or_id, "deleted": False}), apps)
    projects = _lists.projects(api)
    project = _project.select(projects, name_or_id)
    if project is None:
        return Content(None, [], projects)
    if apps is None or project["id"] != name_or_id:
        apps = _lists.apps(api, project["id"])
    return Content(project, apps, projects)


def looks_like_an_id(text: str) -> bool:
    """Whether the text has the form that ids of projects are known to have."""
    return re.fullmatch(r"prj-\w+", text) is not None
