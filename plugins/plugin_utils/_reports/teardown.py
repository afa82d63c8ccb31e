# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reasons to refuse the deletion of apps and nodes. The functions do no I/O."""

from __future__ import annotations

from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record

from .account import title

WITH_BALANCE = "nodana_delete_with_balance"
WITH_UNKNOWN_BALANCE = "nodana_delete_with_unknown_balance"
WITHOUT_SECRETS = "nodana_delete_without_secrets"


def find_refusals(apps: list[Record], healths: list[Record], allowed: list[str]) -> list[str]:
    """Return the reasons to refuse the deletion of each app or node, with the variable that allows it.

    Reasons whose variable is in ``allowed`` are left out. One without a health record has an unknown balance and no
    secrets file.
    """
    health_of = {health["app_id"]: health for health in healths}
    found = [reason for app in apps for reason in _reasons(app, health_of.get(app["id"], {}))]
    return [f"{reason}. To delete it anyway, set {name}: true" for name, reason in found if name not in allowed]


def _reasons(app: Record, health: Record) -> list[tuple[str, str]]:
    name, found = title(app), []
    if "phoenixd" in str(app["template"]):
        node = health.get("node") or {}
        balance, channels = node.get("balance_sat"), node.get("channels")
        if balance or channels:
            found.append((WITH_BALANCE, f"{name} has {_amount(balance)} in {channels} channel(s)"))
        elif balance is None or channels is None:
            found.append((WITH_UNKNOWN_BALANCE, f"{name} has an unknown balance ({health.get('detail')})"))
    if health.get("secrets_problem", True):
        reason = str(health.get("secrets_problem", "it was not checked")).rstrip(".")
        found.append((WITHOUT_SECRETS, f"{name} has no readable secrets file ({reason})"))
    return found


def _amount(balance: int | None) -> str:
    return "an unknown balance" if balance is None else f"{balance} sat"
