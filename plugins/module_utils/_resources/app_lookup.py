# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the apps that the options of a module identify."""

from __future__ import annotations

from dataclasses import dataclass, field

from .._client import records
from .._client.api import Api, list_apps_of_projects, list_projects, prove_absence
from .._errors import Conflict, NotFound
from .._protocol import Record
from .project import NAME_ADVICE, looks_like_id, read_content


@dataclass(eq=False, repr=False)
class Found:
    """The result of a lookup: the matching apps, the project if it was given and exists, and the listed projects.

    ``all_apps`` also holds the listed apps of other templates.
    """

    apps: list[Record]
    project: Record | None = None
    projects: list[Record] = field(default_factory=list)
    all_apps: list[Record] = field(default_factory=list)


def find_apps(api: Api, options: Record) -> Found:
    """Find apps by the options ``id`` and ``template``, or ``project`` (name or id) and ``template``.

    Options that are None are ignored. Raises Conflict if several projects have the name.
    """
    if options["id"] is not None:
        app = find_by_id(api, options["id"])
        apps = [app] if app else []
        return Found(_filter_template(apps, options["template"]), all_apps=apps)
    if options["project"] is not None:
        content = read_content(api, options["project"])
        matching = _filter_template(content.apps, options["template"])
        return Found(matching, content.project, content.projects, content.apps)
    projects = list_projects(api)
    apps = list_apps_of_projects(api, projects)
    return Found(_filter_template(apps, options["template"]), None, projects, apps)


def find_app(api: Api, options: Record) -> Record:
    """Return the one app that the options identify. Raises NotFound, and Conflict if several match."""
    found = find_apps(api, options)
    refuse_several(found.apps, options)
    if not found.apps:
        raise not_found(found, options)
    return found.apps[0]


def find_by_id(api: Api, app_id: str) -> Record | None:
    """Return the app with this id, or None. Raises MissingRoute if the host does not have projects and apps."""
    try:
        found = records.live([api.app(app_id)])
    except NotFound:
        prove_absence(api)
        return None
    return records.app(found[0]) if found else None


def _filter_template(apps: list[Record], template: str | None) -> list[Record]:
    return [app for app in apps if template is None or app["template"] == template]


def refuse_several(apps: list[Record], options: Record) -> None:
    """Raise Conflict if there is more than one app; its message lists them."""
    if len(apps) > 1:
        listed = ", ".join(f"{app['id']} (project {app['project_id']})" for app in apps)
        raise Conflict(
            f"{len(apps)} {options['template']} apps match: {listed}",
            advice="Identify the app by its id, or by project and template.",
        )


def not_found(found: Found, options: Record) -> NotFound:
    """Return the error for apps or a project that do not exist."""
    if options["id"] is not None:
        return NotFound(f"The app {options['id']} does not exist", code=404)
    if options["project"] is None:
        return NotFound(f"No {options['template']} app exists")
    if found.project is None:
        create = "Create it with nodana_project, or set create_project: true in nodana_app."
        is_id = looks_like_id(options["project"])
        return NotFound(f"The project {options['project']} does not exist", advice=NAME_ADVICE if is_id else create)
    return NotFound(f"The project {options['project']} has no {options['template']} app")
