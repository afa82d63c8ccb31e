# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hand over the secrets of a creation to the controller, which stores them."""

from __future__ import annotations

from .._local.receipts import Receipt
from .._protocol import Record


def entry(receipt: Receipt, app: Record, secrets: Record, *, this_run: bool, on_disk: bool = True) -> Record:
    """Return the handover entry of one receipt, for the action plugin.

    ``path`` is the receipt that holds the secrets, or None if they could not be written to the disk. ``marker`` is the
    receipt to remove once the secrets are stored. If it stayed, a later run would report the secrets as lost.
    """
    return {
        "path": receipt.path if on_disk else None,
        "marker": receipt.path,
        "this_run": this_run,
        "app": {key: app.get(key) for key in ("id", "project_id", "template", "url")},
        "api_url": receipt.api_url,
        "created_at": receipt.requested_at,
        "secrets": secrets,
    }
