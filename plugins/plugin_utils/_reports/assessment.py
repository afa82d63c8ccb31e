# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Severity of the state of an app or a node, with the reasons. The functions do no I/O."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from ansible_collections.nodana.cloud.plugins.module_utils._client import node_status
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
CRITICAL = "critical"
SEVERITIES = (CRITICAL, PROBLEM, NOTICE, OK)
"""All severities, the most severe one first."""

_CORDONED = "cordoned"
_HOURS_UNTIL_DELETION = 48
_CORDONED_MEANS = (
    "it is cordoned, which probably means that Nodana stopped it because the balance of the account is below zero"
)
_NONE_RUNS = (
    "it is stopped, and {} of the account runs: unless you stopped it, Nodana did, because the balance of the account "
    "is below zero"
)
_DELETION = "NODANA DELETES SUCH APPS AFTER 48 HOURS, WITH THE MONEY IN THEM: add credit at Nodana, then start it"
_TIME_UNKNOWN = "the API does not tell when it was stopped, so the time left is not known"


@dataclass(frozen=True)
class Assessment:
    """The severity of an app or node, a word for its ``state``, and the reasons.

    ``deletion`` is None if there is no reason to expect that Nodana deletes the app. Otherwise it has ``since``, the
    last change of the app's record, ``earliest``, the time from which Nodana deletes the app if it was stopped then,
    and ``hours_left`` until that time. They are None if they are not known.
    """

    severity: str
    state: str
    remarks: list[str]
    deletion: Record | None = None


def none_runs(apps: Iterable[Record], health_of: dict[str, Record]) -> bool:
    """Return whether all of these apps and nodes, which must be all of an account, are known to be stopped.

    Nodana stops all apps at once if the balance of the account is below zero. No request tells that.
    """
    states = [_is_cordoned(app) or health_of.get(app["id"], {}).get("state") == health_survey.STOPPED for app in apps]
    return bool(states) and all(states)


def _is_cordoned(record: Record) -> bool:
    return str(record["status"]).lower() == _CORDONED


def assess_app(app: Record, health: Record, now: str, *, all_stopped: str = "") -> Assessment:
    """Return the assessment of an app at the time ``now``.

    ``all_stopped`` says what does not run in the whole account, such as "no app". Otherwise it is empty.
    """
    status, services = str(app["status"]), app.get("services") or []
    if is_changing(app):
        return Assessment(NOTICE, status, [f"it is {status}"])
    if _is_cordoned(app):
        return _at_risk(app, now, status, _CORDONED_MEANS, *unhealthy(health))
    if health["state"] == health_survey.STOPPED and (is_ready(app) or running_by_status(app) is False):
        if all_stopped:
            return _at_risk(app, now, health_survey.STOPPED, _NONE_RUNS.format(all_stopped))
        return Assessment(NOTICE, health_survey.STOPPED, ["it is stopped, but billed"])
    if not is_ready(app):
        return Assessment(PROBLEM, status, [f"it is {status}", *unhealthy(health)])
    stopped = [f"its service {one['service']} is {one['status']}" for one in services if is_stopped(one)]
    if health["state"] == health_survey.UNHEALTHY:
        unclear = [] if services or app.get("running") is not None else ["the API does not tell whether it runs"]
        return Assessment(PROBLEM, health_survey.UNHEALTHY, [health["detail"], *stopped, *unclear])
    if stopped:
        return Assessment(PROBLEM, "partly stopped", stopped)
    changing = [one for one in services if is_changing(one)]
    if changing:
        remarks = [f"its service {one['service']} is {one['status']}" for one in changing]
        return Assessment(NOTICE, changing[0]["status"], remarks)
    return Assessment(OK, health["state"], [])


def assess_node(node: Record, health: Record, now: str, *, all_stopped: str = "") -> Assessment:
    """Return the assessment of a node at the time ``now``. ``all_stopped`` is as in ``assess_app``.

    The API defines few statuses, so a node with another one is assessed by its health.
    """
    if _is_cordoned(node):
        return _at_risk(node, now, _CORDONED, _CORDONED_MEANS, *unhealthy(health))
    failure = node_status.failure_of(node)
    if failure:
        return Assessment(PROBLEM, "failed", [failure, *unhealthy(health)])
    if node_status.is_changing(node):
        word = node["status"] if node_status.runs(node) is None else node["update_status"]
        return Assessment(NOTICE, str(word), [f"it is {node_status.describe(node)}"])
    if health["state"] == health_survey.STOPPED:
        if all_stopped:
            return _at_risk(node, now, health_survey.STOPPED, _NONE_RUNS.format(all_stopped))
        return Assessment(NOTICE, health_survey.STOPPED, ["it is stopped"])
    return Assessment(PROBLEM if unhealthy(health) else OK, health["state"], unhealthy(health))


def unhealthy(health: Record) -> list[str]:
    """Return the reason why an app is unhealthy, or an empty list if it is not."""
    return [health["detail"]] if health["state"] == health_survey.UNHEALTHY else []


def _at_risk(record: Record, now: str, state: str, cause: str, *more: str) -> Assessment:
    """Return the assessment of an app that Nodana may delete. The time is only as good as its basis, so name it."""
    since, at = parse_time(record.get("updated_at")), parse_time(now)
    if since is None or at is None:
        unknown = dict.fromkeys(("since", "earliest", "hours_left"))
        return Assessment(CRITICAL, state, [cause, _DELETION, _TIME_UNKNOWN, *more], unknown)
    earliest = since + timedelta(hours=_HOURS_UNTIL_DELETION)
    left = (earliest - at).total_seconds() / 3600
    remaining = f"{int(left)} hours are left" if left > 0 else "that time has passed"
    basis = (
        f"its record last changed at {_words(since)}; if it was stopped then, it is deleted from {_words(earliest)} "
        f"on: {remaining}"
    )
    deletion = {"since": since.isoformat(), "earliest": earliest.isoformat(), "hours_left": round(left, 1)}
    return Assessment(CRITICAL, state, [cause, _DELETION, basis, *more], deletion)


def parse_time(value: object) -> datetime | None:
    """Return the time in a text of the API, or None if it is not an ISO 8601 time."""
    try:
        found = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)


def _words(time: datetime) -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC")
