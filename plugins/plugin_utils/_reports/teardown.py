# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Report of the losses that a deletion causes, and the reasons to refuse it. The functions do no I/O."""

from __future__ import annotations

from collections.abc import Collection

from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record

from .._apps import health_survey
from .account import title

WITH_BALANCE = "nodana_delete_with_balance"
WITH_UNKNOWN_BALANCE = "nodana_delete_with_unknown_balance"
WITHOUT_SECRETS = "nodana_delete_without_secrets"


def report_teardown(
    apps: list[Record], healths: list[Record], files: list[Record], allowed: Collection[str] = ()
) -> Record:
    """Return what the deletion of these apps and nodes loses, and the reasons to refuse it.

    ``files`` are the rows that ``restore_rows`` returns for their secrets files. ``losses`` has a sentence for each app
    or node: its balance, fee credit and channels, and whether its secrets file opens and contains a valid seed phrase.
    ``refusals`` has a sentence for each reason, with the variable that allows the deletion. Reasons whose variable is
    in ``allowed`` are left out. An app without a health record has an unknown balance and no secrets file.
    """
    health_of = {health["app_id"]: health for health in healths}
    losses, refusals = [], []
    for app in apps:
        health = health_of.get(app["id"], {})
        money, money_name = _money(app, health)
        secrets, secrets_name = _secrets(app, health, files)
        losses.append(f"{title(app)} has {money}; {secrets}")
        refusals += [(money_name, f"{title(app)} has {money}"), (secrets_name, f"{title(app)}: {secrets}")]
    return {
        "losses": losses,
        "refusals": [
            f"{reason}. To delete it anyway, set {name}: true"
            for name, reason in refusals
            if name is not None and name not in allowed
        ],
    }


def _money(app: Record, health: Record) -> tuple[str, str | None]:
    """Return the balance, the fee credit and the channels in words, and the variable that a deletion needs, if any."""
    node = health.get("node") or {}
    amounts = [node.get(name) for name in ("balance_sat", "channels", "fee_credit_sat", "wallets_sat")]
    balance, channels, fee_credit, wallets = amounts
    if amounts == [None] * 4:
        return f"an UNKNOWN BALANCE, and unknown channels ({_why_unknown(app, health)})", WITH_UNKNOWN_BALANCE
    if amounts[:3] == [0, 0, 0] and not wallets:
        return "no balance, no fee credit and no channels", None
    where = "an unknown number of channels" if channels is None else f"{channels} channel(s)"
    words = [f"{'an UNKNOWN BALANCE' if balance is None else f'{balance} sat'} in {where}"]
    if fee_credit != 0:
        words.append("an UNKNOWN FEE CREDIT" if fee_credit is None else f"{fee_credit} sat of fee credit")
    if wallets is not None:
        words.append(f"{wallets} sat in the wallets of its users")
    return ", ".join(words), WITH_BALANCE if any(amounts) else WITH_UNKNOWN_BALANCE


def _why_unknown(app: Record, health: Record) -> str:
    """Return why nothing is known about the money in an app."""
    if app["template"] not in ("phoenixd", "lnbits-phoenixd"):
        return "only a phoenixd and an LNbits report their balance"
    if health.get("state") == health_survey.HEALTHY:
        return "it does not report its balance"
    return str(health.get("detail", "it was not checked"))


def _secrets(app: Record, health: Record, files: list[Record]) -> tuple[str, str | None]:
    """Return the condition of an app's secrets file, and the variable that its deletion needs, if any."""
    if health.get("secrets_problem", True):
        why = str(health.get("secrets_problem", "it was not checked")).rstrip(".")
        return f"IT HAS NO READABLE SECRETS FILE ({why})", WITHOUT_SECRETS
    own = [file for file in files if file["app_id"] == app["id"] and file["file"]]
    damaged = [file for file in own if file["seed"] == "damaged"]
    if damaged:
        return f"its secrets file {damaged[0]['file']} opens, but {damaged[0]['result']}", WITHOUT_SECRETS
    valid = [file for file in own if file["seed"] == "valid"]
    if valid:
        return f"its secrets file {valid[0]['file']} opens and contains a valid seed phrase", None
    return "its secrets file opens and contains no seed phrase", None
