# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The thirteen calls of the API. Each takes the world, the account, the ids of the path and the body, gives the data."""

from __future__ import annotations

from typing import Any

from .accounts import Account, App, Project, Service, new_id
from .errors import BadRequest, Forbidden, NotFound
from .records import app_record, project_record, service_record
from .templates import TEMPLATES, Template
from .world import World

Body = dict[str, Any]


def list_projects(world: World, account: Account, body: Body) -> list[dict[str, Any]]:
    """GET /projects"""
    shown = account.projects.values() if world.settings.list_deleted else account.live_projects()
    return [project_record(account, project) for project in shown]


def create_project(world: World, account: Account, body: Body) -> dict[str, Any]:
    """POST /projects"""
    _only(body, "name")
    project = _new_project(world, account, _name(body))
    return {"id": project.id, "name": project.name}


def get_project(world: World, account: Account, body: Body, project_id: str) -> dict[str, Any]:
    """GET /projects/:id"""
    return project_record(account, _project(world, account, project_id))


def update_project(world: World, account: Account, body: Body, project_id: str) -> dict[str, Any]:
    """POST /projects/:id/update"""
    project = _live_project(account, project_id)
    _only(body, "name")
    project.name = _name(body)
    project.touch()
    return {"id": project.id, "updated": True}


def delete_project(world: World, account: Account, body: Body, project_id: str) -> dict[str, Any]:
    """POST /projects/:id/delete"""
    project = _live_project(account, project_id)
    if account.live_apps(project.id):
        raise Forbidden("Project is not empty")
    project.deleted = True
    project.touch()
    return {"id": project.id, "deleted": True}


def list_apps(world: World, account: Account, body: Body, project_id: str) -> list[dict[str, Any]]:
    """GET /projects/:id/apps"""
    project = _project(world, account, project_id)
    every = [app for app in account.apps.values() if app.project_id == project.id]
    shown = every if world.settings.list_deleted else account.live_apps(project.id)
    return [app_record(account, app, world.now(), world.settings) for app in shown]


def create_app(world: World, account: Account, body: Body) -> dict[str, Any]:
    """POST /apps; without ``project_id`` a project is made for it. The only answer with the secrets."""
    _only(body, "project_id", "template", "params")
    name, template = _template(body)
    params = body.get("params", {})
    if not isinstance(params, dict):
        raise BadRequest("params must be an object")
    template.check_params(params)
    project = _project_of_new_app(world, account, body)
    app = _new_app(world, project, name, template, params)
    account.apps[app.id] = app
    return {"projectId": project.id, "id": app.id, "url": app.url, **app.secrets}


def get_app(world: World, account: Account, body: Body, app_id: str) -> dict[str, Any]:
    """GET /apps/:id"""
    return app_record(account, _app(world, account, app_id), world.now(), world.settings)


def start_app(world: World, account: Account, body: Body, app_id: str) -> dict[str, Any]:
    """POST /apps/:id/start"""
    app = _live_app(account, app_id)
    for service in app.services:
        service.start(world.now(), world.settings.transition_delay)
    app.touch()
    return {"id": app.id}


def stop_app(world: World, account: Account, body: Body, app_id: str) -> dict[str, Any]:
    """POST /apps/:id/stop"""
    app = _live_app(account, app_id)
    for service in app.services:
        service.stop(world.now(), world.settings.transition_delay)
    app.touch()
    return {"id": app.id}


def delete_app(world: World, account: Account, body: Body, app_id: str) -> dict[str, Any]:
    """POST /apps/:id/delete"""
    app = _live_app(account, app_id)
    app.deleted = True
    app.touch()
    return {"id": app.id}


def list_services(world: World, account: Account, body: Body, app_id: str) -> list[dict[str, Any]]:
    """GET /apps/:id/services"""
    app = _app(world, account, app_id)
    return [service_record(app, service, world.now()) for service in app.services]


def update_service(world: World, account: Account, body: Body, app_id: str, service_id: str) -> dict[str, Any]:
    """POST /apps/:id/services/:serviceId/update; answers the same where there is nothing newer."""
    app = _live_app(account, app_id)
    service = next((service for service in app.services if service.id == service_id), None)
    if service is None:
        raise NotFound("Service not found")
    service.update(world.releases[service.service], world.now(), world.settings.transition_delay)
    app.touch()
    return {"id": app.id, "serviceId": service.id, "version": service.version, "updated": True}


def _only(body: Body, *names: str) -> None:
    unknown = sorted(set(body) - set(names))
    if unknown:
        raise BadRequest(f"Unknown property: {', '.join(unknown)}")


def _name(body: Body) -> str:
    name = body.get("name")
    if not isinstance(name, str) or not name.strip():
        raise BadRequest("name must be a non-empty string")
    return name


def _template(body: Body) -> tuple[str, Template]:
    name = body.get("template")
    if not isinstance(name, str):
        raise BadRequest("template must be a string")
    if name not in TEMPLATES:
        raise BadRequest(f"Unknown template: {name}")
    return name, TEMPLATES[name]


def _project_of_new_app(world: World, account: Account, body: Body) -> Project:
    if "project_id" not in body:
        return _new_project(world, account, "New Project")
    if not isinstance(body["project_id"], str):
        raise BadRequest("project_id must be a string")
    return _live_project(account, body["project_id"])


def _new_project(world: World, account: Account, name: str) -> Project:
    if 0 < world.settings.project_limit <= len(account.live_projects()):
        raise Forbidden(f"You can create a maximum of {world.settings.project_limit} projects")
    project = Project(_unused("prj", 4, account.projects), name)
    account.projects[project.id] = project
    return project


def _new_app(world: World, project: Project, name: str, template: Template, params: Body) -> App:
    ready_at = world.now() + world.settings.startup_delay
    every_app = {app_id for account in world.accounts.values() for app_id in account.apps}
    return App(
        id=_unused("app", 6, every_app),
        project_id=project.id,
        template=name,
        rate=template.rate,
        url=f"https://{new_id(name, 4)}.nodana.app:{template.port}",
        params=params,
        secrets=template.new_secrets(params),
        services=[
            Service(new_id("svc", 8), part, new_id(part, 4), world.releases[part], "starting", ready_at)
            for part in template.services
        ],
    )


def _unused(prefix: str, digits: int, taken: Any) -> str:
    while (fresh := new_id(prefix, digits)) in taken:
        pass
    return fresh


def _project(world: World, account: Account, project_id: str) -> Project:
    project = account.projects.get(project_id)
    if project is None or (project.deleted and not world.settings.list_deleted):
        raise NotFound("Project not found")
    return project


def _live_project(account: Account, project_id: str) -> Project:
    project = account.projects.get(project_id)
    if project is None or project.deleted:
        raise NotFound("Project not found")
    return project


def _app(world: World, account: Account, app_id: str) -> App:
    app = account.apps.get(app_id)
    if app is None or (app.deleted and not world.settings.list_deleted):
        raise NotFound("App not found")
    return app


def _live_app(account: Account, app_id: str) -> App:
    app = account.apps.get(app_id)
    if app is None or app.deleted:
        raise NotFound("App not found")
    return app
