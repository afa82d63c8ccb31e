# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Current health of several apps: check each app once, in parallel."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._client import node_status, records
from ansible_collections.nodana.cloud.plugins.module_utils._client.status import is_up
from ansible_collections.nodana.cloud.plugins.module_utils._errors import NodanaError, NotFound
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record

from . import health
from .client import App
from .credentials import KnownSecrets
from .lnbits import log_in

HEALTHY = "healthy"
RESPONDING = "responding"
STOPPED = "stopped"
UNHEALTHY = "unhealthy"

_AT_ONCE = 16
_TICK = 0.5  # seconds


@dataclass(frozen=True)
class Health:
    """The health of an app: ``state`` is one of the constants above, ``node`` is what it reports about its money."""

    state: str
    detail: str
    version: str | None = None
    node: Record | None = None


def check_apps(
    apps: list[Record],
    known: KnownSecrets,
    request_timeout: float,
    validate_certs: bool = True,
    show: Callable[[str], object] = str,
) -> list[Record]:
    """Check the health of apps and nodes with their known secrets. ``request_timeout`` is in seconds.

    ``show`` gets the progress again and again, in the calling thread.

    Return a record for each app: the fields of ``Health``, ``app_id``, ``secrets_problem`` (why its secrets file was
    not read) and ``secrets_unreadable`` (whether a file exists and cannot be opened).
    """

    def check(app: Record, found: tuple[Record, str, bool]) -> Health:
        return _check(app, found[0], request_timeout, validate_certs)

    secrets = [_secrets(known, str(app["id"])) for app in apps]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        checks = [pool.submit(check, app, found) for app, found in zip(apps, secrets)]
        while wait(checks, _TICK).not_done:
            left = [str(app["id"]) for app, future in zip(apps, checks) if not future.done()]
            show(f"checked {len(apps) - len(left)} of {len(apps)} apps and nodes; waiting for {', '.join(left)}")
        healths = [future.result() for future in checks]
    return [
        {"app_id": str(app["id"]), **asdict(health), "secrets_problem": problem, "secrets_unreadable": unreadable}
        for app, health, (_found, problem, unreadable) in zip(apps, healths, secrets)
    ]


def _secrets(known: KnownSecrets, app_id: str) -> tuple[Record, str, bool]:
    """Return an app's secrets, why its secrets file was not read, and whether a file exists but is unreadable.

    An app without a secrets file can have credentials that this collection generated for its claim.
    """
    if known.folder is None:
        return {}, "No secrets_dir is set", False
    found: Record = {}
    try:
        found = known.of(app_id)
        known.folder.of_app(app_id)
    except NotFound as error:
        return found, str(error), False
    except NodanaError as error:
        return {}, str(error), True
    return found, "", False


def _check(app: Record, secrets: Record, request_timeout: float, validate_certs: bool) -> Health:
    if _is_stopped(app):
        return Health(STOPPED, "it is stopped")
    template = str(app.get("template"))
    try:
        client = App(str(app["id"]), template, str(app.get("url") or ""), validate_certs, request_timeout)
    except NodanaError as error:
        return Health(UNHEALTHY, error.message)
    verdict = health.rule(template)(client, secrets, health.Expected())
    version = verdict.facts.get("version")
    if not verdict.healthy:
        return Health(UNHEALTHY, verdict.reason, version)
    if template not in health.RULES or "note" in verdict.facts:
        return Health(RESPONDING, verdict.facts.get("note") or "it responds", version)
    return Health(HEALTHY, "it is healthy", version, _node(client, secrets, verdict.facts))


def _is_stopped(app: Record) -> bool:
    """Return whether an app or a node is known to be stopped.

    Without services, that is known only from its status. An app may be stopped while it is ``available``.
    """
    if records.is_node(app):
        return node_status.runs(app) is False
    services = app.get("services")
    return not any(is_up(service) for service in services) if services else app.get("running") is False


def _node(app: App, secrets: Record, facts: Record) -> Record | None:
    """Return what a phoenixd reports about itself, or an LNbits about its money. An unknown amount is None."""
    if facts.get("funding_source"):
        return _money_of_lnbits(app, secrets)
    if not facts.get("node_id"):
        return None
    balance = app.request("GET /getbalance", password=str(secrets["password"])).fields()
    return {
        **{name: facts[name] for name in ("node_id", "chain", "version", "channels")},
        "balance_sat": _sat(balance.get("balanceSat")),
        "fee_credit_sat": _sat(balance.get("feeCreditSat")),
        "wallets_sat": None,
    }


def _money_of_lnbits(app: App, secrets: Record) -> Record | None:
    """Return the money of an LNbits that accepts our credentials, or None if it does not report it.

    LNbits reads only the first channel of its phoenixd, so even a balance of 0 does not prove that there is no money.
    """
    token = log_in(app, secrets).fields().get("access_token")
    audit = app.request("GET /admin/api/v1/audit", token=str(token)).fields()
    balance, wallets = (_sat(audit.get(name)) for name in ("node_balance_sats", "lnbits_balance_sats"))
    if balance is None and wallets is None:
        return None
    unknown = dict.fromkeys(("node_id", "chain", "version", "channels", "fee_credit_sat"))
    return {**unknown, "balance_sat": balance, "wallets_sat": wallets}


def _sat(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
