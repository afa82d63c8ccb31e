# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Status report of an account: its projects, apps and nodes, their problems and costs. The functions do no I/O."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._client.records import is_node
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record

from .._apps import health_survey
from . import assessment
from .assessment import CRITICAL, NOTICE, PROBLEM, SEVERITIES, Assessment

UNKNOWN = "unknown"
COST_BASIS = (
    "The costs are in dollars if the rate of the API, which has no documented unit, is in dollars per minute. A month "
    "has 30 days. Stopped apps are billed, too."
)

_MINUTES_A_DAY = 24 * 60
_DAYS_A_MONTH = 30
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
    *,
    all_nodes: bool = False,
) -> Record:
    """Return the report of an account from its projects, its apps with their services, its nodes, and their health.

    ``projects`` are all of the account, or empty if the apps are not all of the account. ``source`` is what was listed:
    apps, nodes or all. ``unlisted`` is why the nodes could not be listed, too. The most severe problems come first.
    ``all_nodes`` is whether the nodes are all of the account.
    """
    nodes = list(nodes)
    names = {project["id"]: project["name"] for project in projects}
    health_of = {health["app_id"]: health for health in healths}
    # Without projects, the apps may be a part of those of the account.
    is_whole = (bool(projects) or not apps) and (all_nodes or not nodes)
    all_stopped = ""
    if is_whole and assessment.none_runs([*apps, *nodes], health_of):
        all_stopped = " and ".join(f"no {kind}" for kind in ("app", "node") if source in (f"{kind}s", "all"))

    def app_row(app: Record) -> Record:
        health = health_of.get(app["id"], _NOT_CHECKED)
        assessed = assessment.assess_app(app, health, generated_at, all_stopped=all_stopped)
        return _app(app, names.get(app["project_id"]), health, assessed)

    def node_row(node: Record) -> Record:
        health = health_of.get(node["id"], _NOT_CHECKED)
        return _node(node, health, assessment.assess_node(node, health, generated_at, all_stopped=all_stopped))

    app_rows, node_rows = _by_severity(map(app_row, apps)), _by_severity(map(node_row, nodes))
    rows = _by_severity([*app_rows, *node_rows])
    return {
        "generated_at": generated_at,
        "source": source,
        "unlisted": unlisted,
        "summary": {
            "projects": len(projects),
            "apps": len(app_rows),
            "nodes": len(node_rows),
            "problems": sum(row["severity"] in (CRITICAL, PROBLEM) for row in rows),
            "critical": sum(row["severity"] == CRITICAL for row in rows),
            "notices": sum(row["severity"] == NOTICE for row in rows),
            "unreadable_secrets": sum(row["secrets_unreadable"] for row in rows),
            **_costs(app_rows),
            "cost_basis": _cost_basis(app_rows, node_rows),
            "balance_sat": _total((row["node"] or {}).get("balance_sat") for row in rows),
        },
        "problems": [
            *(_in_words(row, *row["remarks"]) for row in rows if row["severity"] == CRITICAL),
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


def _by_severity(rows: Iterable[Record]) -> list[Record]:
    return sorted(rows, key=lambda row: SEVERITIES.index(row["severity"]))


def _project(project: Record, rows: list[Record]) -> Record:
    own = [app for app in rows if app["project_id"] == project["id"]]
    return {"id": project["id"], "name": project["name"], "apps": len(own), **_costs(own)}


def _costs(rows: list[Record]) -> Record:
    """Return the known costs of apps, or None if none is known, and the number of apps whose cost is not known."""
    known = {name: _total(app[name] for app in rows) for name in ("cost_a_day", "cost_a_month")}
    return {**known, "apps_without_rate": sum(app["cost_a_day"] is None for app in rows)}


def _cost_basis(app_rows: list[Record], node_rows: list[Record]) -> str:
    """Return what the costs mean, and whose costs they do not include."""
    unknown = sum(app["cost_a_day"] is None for app in app_rows)
    missing = [f"{unknown} of {len(app_rows)} apps"] if unknown else []
    missing += ["the nodes"] if node_rows else []
    if not missing:
        return COST_BASIS
    return f"{COST_BASIS} The costs do not include {' and '.join(missing)}, for which the API reports no rate."


def _app(app: Record, project: str | None, health: Record, assessed: Assessment) -> Record:
    services = app.get("services") or []
    rate = app.get("rate")
    cost = rate * _MINUTES_A_DAY if isinstance(rate, (int, float)) and not isinstance(rate, bool) else None
    row = _row(app, health, assessed)
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
        "cost_a_month": None if cost is None else cost * _DAYS_A_MONTH,
        "created_at": app["created_at"],
    }


def _node(node: Record, health: Record, assessed: Assessment) -> Record:
    return {
        **_row(node, health, assessed),
        "name": node["name"],
        "failure_message": node["failure_message"],
        "update_status": node["update_status"],
    }


def _row(record: Record, health: Record, assessed: Assessment) -> Record:
    """Return the part of a row that apps and nodes have in common."""
    return {
        "id": record["id"],
        "template": record["template"],
        "status": record["status"],
        "severity": assessed.severity,
        "state": assessed.state,
        "remarks": assessed.remarks,
        "deletion": assessed.deletion,
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


def _total(values: Any) -> Any:
    """Return the sum of the known values, or None if none is known."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None
