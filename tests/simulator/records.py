# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Convert projects, apps, services and nodes to the records of the API."""

from __future__ import annotations

from typing import Any

from .accounts import Account, App, Project, Service
from .nodes import Node
from .settings import Settings


def project_record(account: Account, project: Project) -> dict[str, Any]:
    """Return a project as in the response to ``GET /projects/:id``."""
    return {
        "id": project.id,
        "userId": account.user_id,
        "name": project.name,
        "deleted": project.deleted,
        "createdAt": project.created_at,
        "updatedAt": project.updated_at,
    }


def app_record(account: Account, app: App, now: float, settings: Settings) -> dict[str, Any]:
    """Return an app as in the response to ``GET /apps/:id``, without params and secrets."""
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
    """Return a service as in the response to ``GET /apps/:id/services``."""
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


def node_record(node: Node, now: float, settings: Settings) -> dict[str, Any]:
    """Return a node as in the response to ``GET /nodes/:id``, without secrets."""
    return {
        "id": node.id,
        "name": node.name,
        "status": node.status_at(now, settings),
        "endpointUrl": node.url,
        "failureMessage": node.failure_at(now),
        "updateStatus": node.update_at(now),
        **({} if node.deleted else node.forced),
    }


def account_record(account: Account, now: float, settings: Settings) -> dict[str, Any]:
    """Return the whole contents of an account, including secrets, for tests that inspect the state directly.

    ``projects``, ``apps`` and ``nodes`` contain only items that are not deleted. The deleted items are in
    ``deleted_projects``, ``deleted_apps`` and ``deleted_nodes``.
    """
    apps = [_whole_app(account, app, now, settings) for app in account.apps.values()]
    projects = [project_record(account, project) for project in account.projects.values()]
    return {
        "projects": [project for project in projects if not project["deleted"]],
        "apps": [app for app in apps if app["status"] != "deleted"],
        "deleted_projects": [project for project in projects if project["deleted"]],
        "deleted_apps": [app for app in apps if app["status"] == "deleted"],
        "nodes": [_whole_node(node, now, settings) for node in account.nodes.values() if not node.deleted],
        "deleted_nodes": [_whole_node(node, now, settings) for node in account.nodes.values() if node.deleted],
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


def _whole_node(node: Node, now: float, settings: Settings) -> dict[str, Any]:
    return {
        **node_record(node, now, settings),
        "version": node.service.version_at(now),
        "accessMode": node.access_mode,
        "autoLiquidity": node.auto_liquidity,
        "secrets": node.secrets,
    }
