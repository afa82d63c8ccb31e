# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Implement the calls of the generations seed and apps: ids and body of a request in, data of its response out."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from .accounts import Account, App, Project, Service, new_id, unused_id
from .bodies import Body, only, read_name
from .errors import BadRequest, Forbidden, NotFound
from .records import app_record, project_record, service_record
from .templates import TEMPLATES, Template
from .world import World

Record = dict[str, Any]


class Calls:
    """The calls that one account can make. Every public method is a call and raises ``ApiError`` on failure."""

    def __init__(self, world: World, account: Account) -> None:
        self._world = world
        self._account = account

    def list_projects(self) -> list[Record]:
        """Return the projects of the account (``GET /projects``)."""
        account = self._account
        shown = account.projects.values() if self._world.settings.list_deleted else account.live_projects()
        return [project_record(account, project) for project in shown if self._world.shows(project)]

    def create_project(self, body: Body) -> Record:
        """Create a project (``POST /projects``)."""
        only(body, "name")
        project = self._new_project(read_name(body))
        return {"id": project.id, "name": project.name}

    def get_project(self, project_id: str) -> Record:
        """Return a project (``GET /projects/:id``)."""
        project = self._project(project_id)
        if not self._world.can_read(project):
            raise NotFound("Project not found")
        return project_record(self._account, project)

    def update_project(self, project_id: str, body: Body) -> Record:
        """Rename a project (``POST /projects/:id/update``)."""
        project = self._live_project(project_id)
        only(body, "name")
        project.name = read_name(body)
        project.touch()
        return {"id": project.id, "updated": True}

    def delete_project(self, project_id: str) -> Record:
        """Delete an empty project (``POST /projects/:id/delete``)."""
        project = self._live_project(project_id)
        if self._account.live_apps(project.id):
            raise Forbidden("Project is not empty")
        project.deleted = True
        project.touch()
        return {"id": project.id, "deleted": True}

    def list_apps(self, project_id: str) -> list[Record]:
        """Return the apps of a project (``GET /projects/:id/apps``)."""
        project = self._project(project_id)
        apps = [app for app in self._account.apps_of(project.id) if self._world.shows(app)]
        return [self._app_record(app) for app in apps if self._world.settings.list_deleted or not app.deleted]

    def create_app(self, body: Body) -> Record:
        """Create an app (``POST /apps``). Without ``project_id``, also create a project for the app.

        Only this response contains the one-time secrets.
        """
        only(body, "project_id", "template", "params")
        name, template = _template(body)
        params = body.get("params", {})
        if not isinstance(params, dict):
            raise BadRequest("params must be an object")
        template.check_params(params)
        project = self._project_of_new_app(body)
        app = self._new_app(project, name, template, params)
        return {"projectId": project.id, "id": app.id, "url": app.url, **app.secrets}

    def get_app(self, app_id: str) -> Record:
        """Return an app (``GET /apps/:id``)."""
        app = self._app(app_id)
        if not self._world.can_read(app):
            raise NotFound("App not found")
        return self._app_record(app)

    def start_app(self, app_id: str) -> Record:
        """Start the services of an app (``POST /apps/:id/start``)."""
        app = self._live_app(app_id)
        for service in app.services:
            service.start(self._world.now(), self._world.settings.transition_delay)
        app.touch()
        self._world.programs.follow(app)
        return {"id": app.id}

    def restart_app(self, app_id: str) -> Record:
        """Restart the services of an app (``POST /apps/:id/restart``)."""
        app = self._live_app(app_id)
        for service in app.services:
            service.restart(self._world.now(), self._world.settings.transition_delay)
        app.touch()
        self._world.programs.restart(app)
        return {"id": app.id}

    def update_app(self, app_id: str) -> Record:
        """Update the services of an app to their newest versions (``POST /apps/:id/update``)."""
        app = self._live_app(app_id)
        for service in app.services:
            newest = self._world.releases[service.service][-1]
            service.update(newest, self._world.now(), self._world.settings.transition_delay)
        app.touch()
        version = app.services[0].version
        return {"id": app.id, "image": f"nodana/{app.template}:{version}", "version": version}

    def stop_app(self, app_id: str) -> Record:
        """Stop the services of an app (``POST /apps/:id/stop``)."""
        app = self._live_app(app_id)
        for service in app.services:
            service.stop(self._world.now(), self._world.settings.transition_delay)
        app.touch()
        self._world.programs.follow(app)
        return {"id": app.id}

    def delete_app(self, app_id: str) -> Record:
        """Delete an app (``POST /apps/:id/delete``)."""
        app = self._live_app(app_id)
        app.deleted = True
        app.touch()
        self._world.programs.follow(app)
        return {"id": app.id}

    def list_services(self, app_id: str) -> list[Record]:
        """Return the services of an app (``GET /apps/:id/services``)."""
        app = self._app(app_id)
        return [service_record(app, service, self._world.now()) for service in app.services]

    def update_service(self, app_id: str, service_id: str) -> Record:
        """Update a service to the newest version (``POST /apps/:id/services/:serviceId/update``).

        The response is the same if the service already has the newest version.
        """
        app = self._live_app(app_id)
        service = next((service for service in app.services if service.id == service_id), None)
        if service is None:
            raise NotFound("Service not found")
        newest = self._world.releases[service.service][-1]
        service.update(newest, self._world.now(), self._world.settings.transition_delay)
        app.touch()
        return {"id": app.id, "serviceId": service.id, "version": newest, "updated": True}

    def _app_record(self, app: App) -> Record:
        return app_record(self._account, app, self._world.now(), self._world.settings)

    def _project(self, project_id: str) -> Project:
        project = self._account.projects.get(project_id)
        if project is None or (project.deleted and not self._world.settings.list_deleted):
            raise NotFound("Project not found")
        return project

    def _live_project(self, project_id: str) -> Project:
        project = self._project(project_id)
        if project.deleted:
            raise NotFound("Project not found")
        return project

    def _app(self, app_id: str) -> App:
        app = self._account.apps.get(app_id)
        if app is None or (app.deleted and not self._world.settings.list_deleted):
            raise NotFound("App not found")
        return app

    def _live_app(self, app_id: str) -> App:
        app = self._app(app_id)
        if app.deleted:
            raise NotFound("App not found")
        return app

    def _project_of_new_app(self, body: Body) -> Project:
        if "project_id" not in body:
            return self._new_project("New Project")
        if not isinstance(body["project_id"], str):
            raise BadRequest("project_id must be a string")
        return self._live_project(body["project_id"])

    def _new_project(self, name: str) -> Project:
        limit = self._world.settings.project_limit
        if 0 < limit <= len(self._account.live_projects()):
            raise Forbidden(f"You can create a maximum of {limit} projects")
        project = Project(unused_id("prj", 4, self._account.projects), name, self._world.now())
        self._account.projects[project.id] = project
        return project

    def _new_app(self, project: Project, name: str, template: Template, params: Body) -> App:
        now = self._world.now()
        ready_at = now + self._world.settings.startup_delay
        versions = self._world.releases
        app = App(
            id=unused_id("app", 6, self._account.apps),
            project_id=project.id,
            template=name,
            rate=template.rate,
            url=f"https://{self._unused_host(name)}.nodana.app:{template.port}",
            params=params,
            secrets={**template.new_secrets(params), **json.loads(self._world.settings.extra_secrets)},
            services=[
                Service(new_id("svc", 8), part, new_id(part, 4), versions[part][-1], "starting", ready_at)
                for part in template.services
            ],
            made_at=now,
        )
        self._account.apps[app.id] = app
        if self._world.settings.serve_apps:
            self._world.programs.serve(app)
        return app

    def _unused_host(self, template: str) -> str:
        taken = {urlsplit(app.url).netloc.partition(".")[0] for app in self._account.apps.values()}
        return unused_id(template, 4, taken)


def _template(body: Body) -> tuple[str, Template]:
    name = body.get("template")
    if not isinstance(name, str):
        raise BadRequest("template must be a string")
    if name not in TEMPLATES:
        raise BadRequest(f"Unknown template: {name}")
    return name, TEMPLATES[name]
