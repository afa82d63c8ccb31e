# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the API shows projects, apps and services."""

from __future__ import annotations

from typing import Any

from .accounts import Account, App, Project, Service
from .settings import Settings


def project_record(account: Account, project: Project) -> dict[str, Any]:
    """A project as ``GET /projects/:id`` gives it."""
    return {
        "id": project.id,
        "userId": account.user_id,
        "name": project.name,
        "deleted": project.deleted,
        "createdAt": project.created_at,
        "updatedAt": project.updated_at,
    }


def app_record(account: Account, app: App, now: float, settings: Settings) -> dict[str, Any]:
    """An app as ``GET /apps/:id`` gives it: neither params nor secrets."""
    return {
        "id": app.id,
        "userId": account.user_id,
        "projectId": app.project_id,
        "template": app.template,
        "rate": app.rate,
        "url": app.url,
        "status": app.status_at(now, settings),
        "createdAt": app.created_at,
        "updatedAt": app.updated_at,
    }


def service_record(app: App, service: Service, now: float) -> dict[str, Any]:
    """A service as ``GET /apps/:id/services`` gives it."""
    return {
        "id": service.id,
        "appId": app.id,
        "service": service.service,
        "slug": service.slug,
        "region": service.region,
        "status": "deleted" if app.deleted else service.status_at(now),
        "version": service.version_at(now),
        "createdAt": service.created_at,
        "updatedAt": service.updated_at,
    }


def account_record(account: Account, now: float, settings: Settings) -> dict[str, Any]:
    """Everything of an account, secrets included, for tests that read behind the API's back.

    ``projects`` and ``apps`` are the live ones; what was deleted is in ``deleted_projects`` and ``deleted_apps``.
    """
    apps = [_whole_app(account, app, now, settings) for app in account.apps.values()]
    projects = [project_record(account, project) for project in account.projects.values()]
    return {
        "projects": [project for project in projects if not project["deleted"]],
        "apps": [app for app in apps if app["status"] != "deleted"],
        "deleted_projects": [project for project in projects if project["deleted"]],
        "deleted_apps": [app for app in apps if app["status"] == "deleted"],
        "violations": account.violations,
        "banned": account.banned,
    }


def _whole_app(account: Account, app: App, now: float, settings: Settings) -> dict[str, Any]:
    return {
        **app_record(account, app, now, settings),
        "params": app.params,
        "secrets": app.secrets,
        "services": [service_record(app, service, now) for service in app.services],
    }
