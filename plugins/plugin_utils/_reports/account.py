# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Status report of an account: its projects and apps, their problems, and their costs. The functions do no I/O."""

from __future__ import annotations

from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._client.status import is_changing, is_ready, is_stopped
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record

from .._apps import health_survey

OK = "ok"
NOTICE = "notice"
PROBLEM = "problem"

_MINUTES_A_DAY = 24 * 60
_NOT_CHECKED: Record = {
    "state": health_survey.RESPONDING,
    "detail": "it was not checked",
    "node": None,
    "secrets_problem": "",
    "secrets_unreadable": False,
}


def account_report(projects: list[Record], apps: list[Record], healths: list[Record], generated_at: str) -> Record:
    """Return the report of an account from its projects, its apps with their services, and their health records."""
    names = {project["id"]: project["name"] for project in projects}
    health_of = {health["app_id"]: health for health in healths}
    rows = [_app(app, names.get(app["project_id"]), health_of.get(app["id"])) for app in apps]
    return {
        "generated_at": generated_at,
        "summary": {
            "projects": len(projects),
            "apps": len(rows),
            "problems": sum(app["severity"] == PROBLEM for app in rows),
            "notices": sum(app["severity"] == NOTICE for app in rows),
            "unreadable_secrets": sum(app["secrets_unreadable"] for app in rows),
            "cost_a_day": _total(app["cost_a_day"] for app in rows),
            "balance_sat": _total((app["node"] or {}).get("balance_sat") for app in rows),
        },
        "problems": [
            *(_in_words(app, *app["remarks"]) for app in rows if app["severity"] == PROBLEM),
            *(_in_words(app, app["secrets_problem"].rstrip(".")) for app in rows if app["secrets_unreadable"]),
        ],
        "projects": [_project(project, rows) for project in projects],
        "apps": rows,
    }


def _project(project: Record, rows: list[Record]) -> Record:
    costs = [app["cost_a_day"] for app in rows if app["project_id"] == project["id"]]
    return {"id": project["id"], "name": project["name"], "apps": len(costs), "cost_a_day": _total(costs)}


def _app(app: Record, project: str | None, health: Record | None) -> Record:
    services = app.get("services") or []
    health = health or _NOT_CHECKED
    severity, state, remarks = _assess(app, services, health)
    rate = app.get("rate")
    cost = rate * _MINUTES_A_DAY if isinstance(rate, (int, float)) and not isinstance(rate, bool) else None
    return {
        "project": project,
        "project_id": app["project_id"],
        "id": app["id"],
        "template": app["template"],
        "status": app["status"],
        "severity": severity,
        "state": state,
        "remarks": remarks,
        "url": app["url"],
        "health": {"state": health["state"], "detail": health["detail"]},
        "node": health["node"],
        "secrets_problem": health["secrets_problem"],
        "secrets_unreadable": health["secrets_unreadable"],
        "services": [
            {name: service.get(name) for name in ("id", "service", "version", "status", "region")}
            for service in services
        ],
        "versions": [f"{service.get('service')} {service.get('version')}" for service in services],
        "rate": rate,
        "cost_a_day": cost,
        "created_at": app["created_at"],
    }


def _in_words(app: Record, *remarks: str) -> str:
    where = f" in {app['project']}" if app["project"] else ""
    return f"{app['template']} {app['id']}{where}: {'; '.join(remarks)}"


def _assess(app: Record, services: list[Record], health: Record) -> tuple[str, str, list[str]]:
    """Return an app's severity, a word for its state, and the reasons."""
    status = str(app["status"])
    if is_changing(app):
        return NOTICE, status, [f"it is {status}"]
    if not is_ready(app):
        return (
            PROBLEM,
            status,
            [f"it is {status}", *([health["detail"]] if health["state"] == health_survey.UNHEALTHY else [])],
        )
    if health["state"] == health_survey.STOPPED:
        return NOTICE, health_survey.STOPPED, ["it is stopped, but billed"]
    stopped = [f"its service {one['service']} is {one['status']}" for one in services if is_stopped(one)]
    if health["state"] == health_survey.UNHEALTHY:
        return PROBLEM, health_survey.UNHEALTHY, [health["detail"], *stopped]
    if stopped:
        return PROBLEM, "partly stopped", stopped
    changing = [one for one in services if is_changing(one)]
    if changing:
        return NOTICE, changing[0]["status"], [f"its service {one['service']} is {one['status']}" for one in changing]
    return OK, health["state"], []


def _total(values: Any) -> Any:
    """Return the sum of the known values, or None if none is known."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None
