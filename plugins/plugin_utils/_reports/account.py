# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Status report of an account: its projects, apps and nodes, their problems and costs. The functions do no I/O."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._client import node_status
from ansible_collections.nodana.cloud.plugins.module_utils._client.records import is_node
from ansible_collections.nodana.cloud.plugins.module_utils._client.status import (
    is_changing,
    is_ready,
    is_stopped,
    running_by_status,
)
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record

from .._apps import health_survey

OK = "ok"
NOTICE = "notice"
PROBLEM = "problem"
UNKNOWN = "unknown"

_MINUTES_A_DAY = 24 * 60
_NOT_CHECKED: Record = {
    "state": health_survey.RESPONDING,
    "detail": "it was not checked",
    "version": None,
    "node": None,
    "secrets_problem": "",
    "secrets_unreadable": False,
}


def account_report(
    projects: list[Record],
    apps: list[Record],
    healths: list[Record],
    generated_at: str,
    nodes: Iterable[Record] = (),
    source: str = "apps",
    unlisted: str = "",
) -> Record:
    """Return the report of an account from its projects, its apps with their services, its nodes, and their health.

    ``source`` is what was listed: apps, nodes or all. ``unlisted`` is why the nodes could not be listed, too.
    """
    names = {project["id"]: project["name"] for project in projects}
    health_of = {health["app_id"]: health for health in healths}
    app_rows = [_app(app, names.get(app["project_id"]), health_of.get(app["id"], _NOT_CHECKED)) for app in apps]
    node_rows = [_node(node, health_of.get(node["id"], _NOT_CHECKED)) for node in nodes]
    rows = [*app_rows, *node_rows]
    return {
        "generated_at": generated_at,
        "source": source,
        "unlisted": unlisted,
        "summary": {
            "projects": len(projects),
            "apps": len(app_rows),
            "nodes": len(node_rows),
            "problems": sum(row["severity"] == PROBLEM for row in rows),
            "notices": sum(row["severity"] == NOTICE for row in rows),
            "unreadable_secrets": sum(row["secrets_unreadable"] for row in rows),
            "cost_a_day": _total(app["cost_a_day"] for app in app_rows),
            "balance_sat": _total((row["node"] or {}).get("balance_sat") for row in rows),
        },
        "problems": [
            *([f"the nodes were not listed: {unlisted}"] if unlisted else []),
            *(_in_words(row, *row["remarks"]) for row in rows if row["severity"] == PROBLEM),
            *(_in_words(row, row["secrets_problem"].rstrip(".")) for row in rows if row["secrets_unreadable"]),
        ],
        "projects": [_project(project, app_rows) for project in projects],
        "apps": app_rows,
        "nodes": node_rows,
    }


def title(record: Record) -> str:
    """Return the words that identify an app or a node in messages."""
    if not is_node(record):
        return f"{record['template']} {record['id']}"
    return f"node {record['name']} ({record['id']})" if record.get("name") else f"node {record['id']}"


def _project(project: Record, rows: list[Record]) -> Record:
    costs = [app["cost_a_day"] for app in rows if app["project_id"] == project["id"]]
    return {"id": project["id"], "name": project["name"], "apps": len(costs), "cost_a_day": _total(costs)}


def _app(app: Record, project: str | None, health: Record) -> Record:
    services = app.get("services") or []
    rate = app.get("rate")
    cost = rate * _MINUTES_A_DAY if isinstance(rate, (int, float)) and not isinstance(rate, bool) else None
    row = _row(app, health, _assess(app, services, health))
    return {
        **row,
        "project": project,
        "project_id": app["project_id"],
        "running": app.get("running"),
        "services": [
            {name: service.get(name) for name in ("id", "service", "version", "status", "region")}
            for service in services
        ],
        "versions": [f"{service.get('service')} {service.get('version')}" for service in services]
        or [row["version"] or UNKNOWN],
        "rate": rate,
        "cost_a_day": cost,
        "created_at": app["created_at"],
    }


def _node(node: Record, health: Record) -> Record:
    return {
        **_row(node, health, _assess_node(node, health)),
        "name": node["name"],
        "failure_message": node["failure_message"],
        "update_status": node["update_status"],
    }


def _row(record: Record, health: Record, assessed: tuple[str, str, list[str]]) -> Record:
    """Return the part of a row that apps and nodes have in common."""
    severity, state, remarks = assessed
    return {
        "id": record["id"],
        "template": record["template"],
        "status": record["status"],
        "severity": severity,
        "state": state,
        "remarks": remarks,
        "url": record["url"],
        "version": record.get("version") or health["version"],
        "health": {"state": health["state"], "detail": health["detail"]},
        "node": health["node"],
        "secrets_problem": health["secrets_problem"],
        "secrets_unreadable": health["secrets_unreadable"],
    }


def _in_words(row: Record, *remarks: str) -> str:
    where = f" in {row['project']}" if row.get("project") else ""
    return f"{title(row)}{where}: {'; '.join(remarks)}"


def _assess(app: Record, services: list[Record], health: Record) -> tuple[str, str, list[str]]:
    """Return an app's severity, a word for its state, and the reasons."""
    status = str(app["status"])
    if is_changing(app):
        return NOTICE, status, [f"it is {status}"]
    if health["state"] == health_survey.STOPPED and (is_ready(app) or running_by_status(app) is False):
        return NOTICE, health_survey.STOPPED, ["it is stopped, but billed"]
    if not is_ready(app):
        return PROBLEM, status, [f"it is {status}", *_unhealthy(health)]
    stopped = [f"its service {one['service']} is {one['status']}" for one in services if is_stopped(one)]
    if health["state"] == health_survey.UNHEALTHY:
        unclear = [] if services or app.get("running") is not None else ["the API does not tell whether it runs"]
        return PROBLEM, health_survey.UNHEALTHY, [health["detail"], *stopped, *unclear]
    if stopped:
        return PROBLEM, "partly stopped", stopped
    changing = [one for one in services if is_changing(one)]
    if changing:
        return NOTICE, changing[0]["status"], [f"its service {one['service']} is {one['status']}" for one in changing]
    return OK, health["state"], []


def _assess_node(node: Record, health: Record) -> tuple[str, str, list[str]]:
    """Return a node's severity, a word for its state, and the reasons.

    The API defines few statuses, so a node with another one is assessed by its health.
    """
    failure = node_status.failure_of(node)
    if failure:
        return PROBLEM, "failed", [failure, *_unhealthy(health)]
    if node_status.is_changing(node):
        word = node["status"] if node_status.runs(node) is None else node["update_status"]
        return NOTICE, str(word), [f"it is {node_status.describe(node)}"]
    if health["state"] == health_survey.STOPPED:
        return NOTICE, health_survey.STOPPED, ["it is stopped"]
    return (PROBLEM if _unhealthy(health) else OK), health["state"], _unhealthy(health)


def _unhealthy(health: Record) -> list[str]:
    return [health["detail"]] if health["state"] == health_survey.UNHEALTHY else []


def _total(values: Any) -> Any:
    """Return the sum of the known values, or None if none is known."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None
