# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Upgrade plan: the updates, their order, and the apps that cannot be verified after them. The functions do no I/O."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta

from ansible_collections.nodana.cloud.plugins.module_utils._client import node_status
from ansible_collections.nodana.cloud.plugins.module_utils._client.records import is_node
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record
from ansible_collections.nodana.cloud.plugins.module_utils._resources import update_notes
from ansible_collections.nodana.cloud.plugins.module_utils._resources.node_update import MOST_STEPS

from .._apps import health_survey
from .._secrets.file_format import name_of
from .account import UNKNOWN, title
from .assessment import OK, PROBLEM, SEVERITIES, parse_time

_RECENT = timedelta(days=1)
_BEFORE = ("node", "health", "severity", "status", "update_status", "running")
"""The fields of an app in its record that a later run must not lose."""


def plan_upgrade(
    report: Record, locked: Collection[str] = (), unfinished: Iterable[Record] = (), wait_timeout: float = 300
) -> Record:
    """Return the plan for a status report. ``locked`` are ids of apps that cannot be unlocked again.

    ``unfinished`` are the records that an earlier run left, because it did not end: the ``app`` before its first
    update, whether to ``verify`` it, the time ``at`` which the record was written, and the labels of the steps that are
    ``done``. Those steps are not in the plan, unless they were done more than a day ago, or the app was healthy before
    them and is not healthy now. An app whose update had begun comes first, is started before it if it ran before, and
    is compared with its record afterwards. ``wait_timeout`` is in seconds.

    ``steps`` has an entry for each service, for each app without services, and for each node: its ``kind`` (service,
    app or node), its ``app``, its ``service`` if it has one, a ``label``, its version ``before``, whether to
    ``verify`` it, the state to bring it to before (``resume``, may be empty), the labels of this app that are ``done``,
    and the ``file`` for its record. ``files`` are the files of all apps. ``unverified`` has a sentence for each app or
    node that cannot be verified, with the reason. ``downtime`` says how long each app may be down. ``skipped`` are the
    labels that an earlier run has done, and ``earlier`` has a sentence for each step that it has done or begun.
    ``warnings`` has a sentence for each update that needs a manual step. ``preview`` has a row for each step, for check
    mode: only the update itself shows whether a newer version exists, so versions after it are unknown.
    """
    begun = {
        record["app"]["id"]: {**record, "done": record["done"] if _is_recent(record.get("at"), report) else []}
        for record in unfinished
    }
    rows = sorted(
        [*report["apps"], *report["nodes"]],
        key=lambda row: (row["id"] not in begun, -SEVERITIES.index(row["severity"])),
    )
    steps: list[Record] = []
    skipped: list[str] = []
    earlier: list[str] = []
    unverified: list[str] = []
    for row in rows:
        record = begun.pop(row["id"], None)
        found = list(_steps(row))
        left = _left(found, row, record)
        reason = "" if record and record["verify"] else _reason(row, locked)
        if reason and (left or row["severity"] != OK):
            unverified.append(f"{title(row)}: {reason}")
        steps += [{**step, **_progress(row, record), "verify": not reason} for step in left]
        if record:
            skipped += [step["label"] for step in found if step not in left]
            earlier += [_earlier(step, record, step in left) for step in found]
    earlier += [
        f"{title(record['app'])}: an earlier run began its update and did not end. It is not among the apps and nodes "
        f"of this run: run the playbook for it, too, or remove {_file(record['app'])} if it was deleted"
        for record in begun.values()
    ]
    return {
        "steps": steps,
        "files": [_file(row) for row in rows],
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
        "unverified": unverified,
        "skipped": skipped,
        "earlier": earlier,
        "downtime": _downtime(steps, wait_timeout),
    }


def _is_recent(at: object, report: Record) -> bool:
    written, now = parse_time(at), parse_time(report["generated_at"])
    return written is not None and now is not None and now - written < _RECENT


def _steps(row: Record) -> Iterator[Record]:
    """Return the steps for a row of the report. Without services, an app is updated as a whole, and so is a node."""
    for service in row.get("services", ()):
        label = f"{title(row)}: {service['service']}"
        yield {"kind": "service", "app": row, "service": service, "label": label, "before": service["version"]}
    if not row.get("services"):
        kind = "node" if is_node(row) else "app"
        yield {"kind": kind, "app": row, "label": title(row), "before": row["version"] or UNKNOWN}


def _left(found: list[Record], row: Record, record: Record | None) -> list[Record]:
    """Return the steps that an earlier run has not done.

    If it has done all, and the app was healthy before and is not healthy now, the last step is repeated, so that the
    app is started and verified.
    """
    if record is None:
        return found
    left = [step for step in found if step["label"] not in record["done"]]
    is_worse = row["severity"] != OK and record["app"].get("severity") == OK
    return found[-1:] if is_worse and not left else left


def _progress(row: Record, record: Record | None) -> Record:
    """Return the fields of a step that depend on the record of an earlier run.

    The wallet and the health must be those before the first update, so they come from the record.
    """
    if record is None:
        return {"file": _file(row), "resume": "", "done": []}
    # Without services, the status of an app does not tell whether it runs. A start is then not sent, but a restart is.
    is_unclear = not is_node(row) and not row["services"] and row["severity"] == PROBLEM
    before = {name: record["app"][name] for name in _BEFORE if name in record["app"]}
    return {
        "file": _file(row),
        "app": {**row, **before},
        "resume": "" if not _ran(record["app"]) else "restarted" if is_unclear else "started",
        "done": record["done"],
    }


def _ran(before: Record) -> bool:
    """Return whether an app ran before its first update. One that does not tell, or was stopped, is not started."""
    state = (before.get("health") or {}).get("state")
    if state == health_survey.UNHEALTHY:
        return (node_status.runs(before) if is_node(before) else before.get("running")) is True
    return state != health_survey.STOPPED


def _earlier(step: Record, record: Record, is_left: bool) -> str:
    """Return what an earlier run did in a step, and what this run does."""
    is_done = step["label"] in record["done"]
    if is_left and is_done:
        words = "updated by an earlier run, but it is not healthy now, so it is started and updated again"
        return f"{step['label']}: {words}"
    if is_left:
        again = "started and updated" if _ran(record["app"]) else "updated"
        return f"{step['label']}: its update had begun, so it is {again} first"
    remarks = "; ".join(step["app"]["remarks"])
    return f"{step['label']}: updated by an earlier run, not repeated" + (f". Now: {remarks}" if remarks else "")


def _file(row: Record) -> str:
    return name_of("upgrade-unfinished", row["id"]).removesuffix(".yml") + ".json"


def _downtime(steps: list[Record], wait_timeout: float) -> list[str]:
    """Return a sentence for each app or node that will be down, and one for all of them."""
    seconds: dict[str, float] = {}
    for step in steps:
        name = title(step["app"])
        seconds[name] = seconds.get(name, 0) + _waits(step) * wait_timeout
    lines = [f"{name}: at most {_minutes(value)}" for name, value in seconds.items()]
    return [*lines, f"all, one after the other: at most {_minutes(sum(seconds.values()))}"] if len(lines) > 1 else lines


def _waits(step: Record) -> int:
    """Return how many waits of a step can each take the whole timeout: start, updates, unlock, check of the health."""
    verification = 1 + (step["app"]["template"] == "alby-hub-phoenixd") if step["verify"] else 0
    return bool(step["resume"]) + (MOST_STEPS if step["kind"] == "node" else 1) + verification


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:g} minutes" if seconds >= 120 and seconds % 60 == 0 else f"{seconds:g} seconds"


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
