# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a creation hands to the controller, which puts the secrets where they shall stay."""

from __future__ import annotations

from typing import Any

from .._local.receipts import Receipt

Record = dict[str, Any]


def entry(receipt: Receipt, app: Record, secrets: Record, *, this_run: bool, on_disk: bool = True) -> Record:
    """Give one receipt as the action plugin takes it: ``path`` is where the secrets are, if they got on disk.

    ``marker`` is what to remove once they are safe; one that stays would call the app lost.
    """
    return {
        "path": receipt.path if on_disk else None,
        "marker": receipt.path,
        "this_run": this_run,
        "app": {key: app[key] for key in ("id", "project_id", "template", "url")},
        "api_url": receipt.api_url,
        "created_at": receipt.asked_at,
        "secrets": secrets,
    }
