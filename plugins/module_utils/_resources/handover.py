# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hand over the secrets of a creation to the controller, which stores them."""

from __future__ import annotations

from .._context import Result
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
