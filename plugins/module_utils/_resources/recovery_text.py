# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts that describe interrupted creations, and what to do about them."""

from __future__ import annotations

from .._client import records
from .._client.create_response import may_hold_secrets
from .._local.receipts import Receipt
from .._protocol import Record


def described(receipt: Receipt) -> str:
    """Return what a creation creates, and where."""
    place = f"the project {receipt.project_id}" if receipt.project_id else "a new project"
    return f"a {receipt.what} in {place}" if receipt.node_name is None else f"the {receipt.what}"


def shown(app: Record) -> str:
    """Return what identifies an app or a node for a person, and what an app costs."""
    if records.is_node(app):
        return f"{app['id']} ({app['name'] or 'without a name'}, {app['url'] or 'without a URL'})"
    rate = app.get("rate")
    cost = f", about {rate * 60 * 24:.2f} per day, most likely in US dollars" if isinstance(rate, float) else ""
    return f"{app['id']} ({app['template']}{cost})"


def what_to_do(receipt: Receipt, apps: list[Record]) -> str:
    """Return the advice for apps or nodes whose secrets were lost."""
    arrived = f" The received part of the response is in {receipt.path}." if receipt.response else ""
    named = " or ".join(app["id"] for app in apps)
    module = "nodana_app" if receipt.node_name is None else "nodana_node"
    return (
        f"Unless it was created elsewhere on purpose, delete it before it receives money: use {module} with "
        f"id: {named} and state: absent. To keep it, remove the receipt {receipt.path}.{arrived}"
    )


def nothing_left(receipt: Receipt) -> str:
    """Return the advice for a creation in a project that was deleted elsewhere.

    Only an empty project can be deleted, so no app of the creation is left.
    """
    found = "That project no longer exists, and only an empty project can be deleted, so the app does not exist either."
    if may_hold_secrets(receipt):
        return f"{found} The response may contain secrets. Remove {receipt.path} when you no longer need them."
    return f"{found} Remove {receipt.path}."
