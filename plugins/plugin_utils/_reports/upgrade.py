# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Upgrade plan: the updates, their order, and the apps that cannot be verified after them. The functions do no I/O."""

from __future__ import annotations

from collections.abc import Collection

from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record

from .account import OK

UNKNOWN = "unknown"


def plan_upgrade(report: Record, locked: Collection[str] = ()) -> Record:
    """Return the plan for the apps in a status report. ``locked`` are ids of apps that cannot be unlocked again.

    ``steps`` has an entry for each service: its ``app``, its ``service``, a ``label``, and whether to ``verify`` it.
    ``unverified`` has a sentence for each app that cannot be verified, with the reason. ``preview`` has a row for each
    step, for check mode: only the update itself shows whether a newer version exists, so versions after it are unknown.
    """
    reasons = {app["id"]: _reason(app, locked) for app in report["apps"]}
    steps = [
        {
            "app": app,
            "service": service,
            "label": f"{app['template']} {app['id']}: {service['service']}",
            "verify": not reasons[app["id"]],
        }
        for app in report["apps"]
        for service in app["services"]
    ]
    return {
        "steps": steps,
        "preview": [
            {
                "label": step["label"],
                "before": step["service"]["version"],
                "after": UNKNOWN,
                "verified": UNKNOWN if step["verify"] else False,
            }
            for step in steps
        ],
        "unverified": [
            f"{app['template']} {app['id']}: {reasons[app['id']]}" for app in report["apps"] if reasons[app["id"]]
        ],
    }


def _reason(app: Record, locked: Collection[str]) -> str:
    if app["severity"] != OK:
        return "; ".join(app["remarks"])
    if app["template"] == "phoenixd" and not app["node"]:
        return f"its node id is unknown. {app['secrets_problem']}".rstrip(". ")
    if app["id"] in locked:
        return "it cannot be unlocked after the update, because its credentials are not known"
    return ""
