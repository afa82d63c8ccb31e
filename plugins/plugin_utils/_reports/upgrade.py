# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Upgrade plan: the updates, their order, and the apps that cannot be verified after them. The functions do no I/O."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ansible_collections.nodana.cloud.plugins.module_utils._client.records import is_node
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record
from ansible_collections.nodana.cloud.plugins.module_utils._resources import update_notes

from .account import OK, UNKNOWN, title


def plan_upgrade(report: Record, locked: Collection[str] = ()) -> Record:
    """Return the plan for a status report. ``locked`` are ids of apps that cannot be unlocked again.

    ``steps`` has an entry for each service, for each app without services, and for each node: its ``kind`` (service,
    app or node), its ``app``, its ``service`` if it has one, a ``label``, its version ``before``, and whether to
    ``verify`` it. ``unverified`` has a sentence for each app or node that cannot be verified, with the reason.
    ``warnings`` has a sentence for each update that needs a manual step. ``preview`` has a row for each step, for check
    mode: only the update itself shows whether a newer version exists, so versions after it are unknown.
    """
    rows = [*report["apps"], *report["nodes"]]
    reasons = {row["id"]: _reason(row, locked) for row in rows}
    steps = [{**step, "verify": not reasons[step["app"]["id"]]} for row in rows for step in _steps(row)]
    return {
        "steps": steps,
        "preview": [
            {
                "label": step["label"],
                "before": step["before"],
                "after": UNKNOWN,
                "verified": UNKNOWN if step["verify"] else False,
            }
            for step in steps
        ],
        "warnings": [note for note in map(_note, steps) if note],
        "unverified": [f"{title(row)}: {reasons[row['id']]}" for row in rows if reasons[row["id"]]],
    }


def _steps(row: Record) -> Iterator[Record]:
    """Return the steps for a row of the report. Without services, an app is updated as a whole, and so is a node."""
    for service in row.get("services", ()):
        label = f"{title(row)}: {service['service']}"
        yield {"kind": "service", "app": row, "service": service, "label": label, "before": service["version"]}
    if not row.get("services"):
        kind = "node" if is_node(row) else "app"
        yield {"kind": kind, "app": row, "label": title(row), "before": row["version"] or UNKNOWN}


def _note(step: Record) -> str | None:
    """Return the warning about a step, or None. A mint reports its version with the name of its program."""
    program = step["service"]["service"] if step["kind"] == "service" else step["app"]["template"]
    return update_notes.warning(program, step["label"], step["before"])


def _reason(app: Record, locked: Collection[str]) -> str:
    if app["severity"] != OK:
        return "; ".join(app["remarks"])
    if app["template"] == "phoenixd" and not app["node"]:
        return f"its node id is unknown. {app['secrets_problem']}".rstrip(". ")
    if app["id"] in locked:
        return "it cannot be unlocked after the update, because its credentials are not known"
    return ""
