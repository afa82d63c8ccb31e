# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hand over the secrets of a creation to the controller, which stores them."""

from __future__ import annotations

from .._client import records
from .._client.create_response import RAW_RESPONSE
from .._context import ModuleContext, Result
from .._errors import Unreadable
from .._local.receipts import Receipt
from .._protocol import AppSecrets, Record


def add(
    result: Result, receipt: Receipt, app: Record, secrets: Record, *, this_run: bool, on_disk: bool = True
) -> None:
    """Add the secrets of an app to the handover. ``on_disk`` is False if the receipt does not hold them."""
    result.secrets.append(
        AppSecrets(
            app["id"],
            app.get("project_id"),
            app["template"],
            app["url"],
            receipt.requested_at,
            receipt.api_url,
            secrets,
            receipt.path,
            on_disk,
            this_run,
        )
    )


def no_seed(context: ModuleContext, app: Record) -> Unreadable:
    """Return the error for a new app or node whose response holds no seed phrase."""
    kind, name = ("node", app["name"]) if records.is_node(app) else ("app", app["template"])
    folder = context.options["secrets_dir"]
    place = f"its secrets file in {folder}" if folder else "the returned secrets"
    error = Unreadable(
        f"The {kind} {app['id']} ({name}) was created, but the response of the API holds no seed phrase",
        advice="Do not put money on it, because it cannot be restored. The whole response is kept as "
        f"{RAW_RESPONSE} in {place}. Ask Nodana's support for the seed phrase, or delete the {kind}: use "
        f"nodana_{kind} with id: {app['id']} and state: absent.",
    )
    error.created = app["id"]
    return error
