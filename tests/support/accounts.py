# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Provide accounts for report tests: one with an app for each kind of problem, and healthy ones."""

from __future__ import annotations

from typing import Any

from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.account import account_report

NOW = "2026-11-23T20:25:48Z"
NODE: dict[str, Any] = {
    "node_id": "03864ef025fde8fb587d989186ce6a4a186895ee44a926bfc370e2c366597a3f8f",
    "chain": "mainnet",
    "version": "0.7.1",
    "channels": 2,
    "balance_sat": 1_234_567,
    "fee_credit_sat": 40,
    "wallets_sat": None,
}
PROJECTS = [
    {"id": "prj-1", "name": "shop"},
    {"id": "prj-2", "name": "Mints & more"},
    {"id": "prj-3", "name": "empty"},
]


def app(number: int, template: str, services: tuple[str, ...] = ("running",), **fields: Any) -> dict[str, Any]:
    """Return an app of this template with one service for each status."""
    return {
        "id": f"app-{number}",
        "project_id": "prj-1",
        "template": template,
        "rate": 0.000233,
        "url": f"https://{template}-ad4{number}.nodana.app:9740",
        "status": "available",
        "created_at": "2026-05-24T08:07:10.509Z",
        "services": [
            {"service": template, "version": "0.7.1", "status": status, "region": "ewr"} for status in services
        ],
        **fields,
    }


def health(number: int, state: str, detail: str, **fields: Any) -> dict[str, Any]:
    told = {"app_id": f"app-{number}", "state": state, "detail": detail, "version": None, "node": None}
    return {**told, "secrets_problem": "", "secrets_unreadable": False, **fields}


def node(number: int, name: str | None, **fields: Any) -> dict[str, Any]:
    """Return a node, with its version."""
    return {
        "id": f"node-{number}",
        "name": name,
        "template": "phoenixd",
        "url": f"https://phoenixd-ad4{number}.nodana.app",
        "status": "running",
        "failure_message": None,
        "update_status": None,
        "version": "0.8.0",
        **fields,
    }


HEALTHY = [app(1, "phoenixd")], [health(1, "healthy", "it is healthy", node=NODE)]
SEALED = (
    [app(1, "phoenixd"), app(2, "nutshell")],
    [
        health(1, "healthy", "it is healthy", node=NODE),
        health(
            2,
            "healthy",
            "it is healthy",
            secrets_problem="/home/me/secrets/nutshell-app-2.yml cannot be read: None of the vault passwords opens it "
            "(tried: default). Use the password that encrypted it.",
            secrets_unreadable=True,
        ),
    ],
)
TROUBLE = (
    [
        app(1, "phoenixd"),
        app(2, "phoenixd", ("stopped",), status="cordoned"),
        app(3, "alby-hub-phoenixd", ("running", "running"), rate=0.000466),
        app(4, "lnbits-phoenixd", ("stopped", "stopped")),
        app(5, "nutshell", ("updating",), project_id="prj-2"),
        app(6, "cdk-mintd", project_id="prj-2", rate=None),
        app(7, "phoenixd", (), status="starting", project_id="prj-2"),
        app(8, "lnbits-phoenixd", ("running", "stopped"), project_id="prj-2"),
        app(9, "phoenixd", project_id="prj-2", url=None),
    ],
    [
        health(1, "healthy", "it is healthy", node=NODE),
        health(2, "unhealthy", "GET /getinfo: timed out"),
        health(3, "unhealthy", "GET /api/info returned 200, and it is locked, as after each restart"),
        health(4, "stopped", "it is stopped"),
        health(5, "healthy", "it is healthy"),
        health(6, "healthy", "it is healthy"),
        health(7, "unhealthy", "GET /getinfo: the connection was refused"),
        health(8, "healthy", "it is healthy"),
        health(9, "unhealthy", "IT IS NOT CLAIMED: its first visitor will own it"),
    ],
)
AT_RISK = (
    [
        app(1, "phoenixd", ("stopped",), updated_at="2026-11-23T10:25:48.509Z"),
        app(2, "nutshell", ("stopped",), status="cordoned", project_id="prj-2", updated_at="2026-11-20T10:25:48.509Z"),
        app(3, "cdk-mintd", ("stopped",), status="cordoned", project_id="prj-2"),
    ],
    [health(number, "stopped", "it is stopped") for number in (1, 2, 3)],
)


def risk_report() -> dict[str, Any]:
    """Return a report in which all apps and nodes are at risk: stopped by the vendor or cordoned."""
    updated = "2026-11-23T10:25:48.509Z"
    nodes = [node(1, None, status="stopped"), node(2, "till", status="cordoned", updated_at=updated)]
    healths = [health(number, "stopped", "it is stopped", app_id=f"node-{number}") for number in (1, 2)]
    apps, of_apps = AT_RISK
    return account_report(PROJECTS, apps, [*of_apps, *healths], NOW, nodes, "all", all_nodes=True)


def report(account: tuple[list[dict[str, Any]], list[dict[str, Any]]]) -> dict[str, Any]:
    return account_report(PROJECTS, *account, NOW)


def node_report(nodes: list[dict[str, Any]], healths: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a report of nodes alone. The health records have the ids of the nodes, in their order."""
    healths = [{**one, "app_id": node["id"]} for node, one in zip(nodes, healths)]
    return account_report([], [], healths, NOW, nodes, "nodes")


def hostile(text: str) -> dict[str, Any]:
    """Return a report in which every string from an external source is ``text``."""
    bad = app(1, text, (text,), id=text, status=text, url=text, rate=text, created_at=text, project_id="prj-1")
    bad["services"][0].update(service=text, version=text, region=text)
    failed = node(3, text, id=f"{text}3", url=text, status=text, failure_message=text, update_status=text, version=text)
    link = app(2, text, ("stopped", text), url=f"https://a.example/{text}")
    lightning = {**NODE, "node_id": text, "chain": text, "version": text}
    sealed = {"secrets_problem": text, "secrets_unreadable": True}
    healths = [
        health(1, "healthy", text, app_id=text, node=lightning, **sealed),
        health(2, "unhealthy", text, node=lightning),
    ]
    projects = [{"id": "prj-1", "name": text}, {"id": text, "name": text}]
    return account_report(projects, [bad, link], healths, NOW, [failed], "all")
