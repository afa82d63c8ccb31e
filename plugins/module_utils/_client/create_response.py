# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the response to a creation: the app that was created, and its one-time secrets."""

from __future__ import annotations

from typing import Any

from .._errors import NodanaError, Unreadable
from .._local.receipts import Receipt
from .._plain import is_plain, plain
from . import records
from .response import read_response

Record = dict[str, Any]


PUBLIC_CREATE_FIELDS = frozenset({"id", "projectId", "url"})
"""The fields of a create response that are not secret. Every other field is treated as a secret."""


def split_fields(data: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Split a create response into its public fields and its secrets, both under the API's names."""
    public = {name: value for name, value in data.items() if name in PUBLIC_CREATE_FIELDS}
    secret = {name: value for name, value in data.items() if name not in PUBLIC_CREATE_FIELDS}
    return public, secret


RAW_ANSWER = "raw_answer"
"""The name of the secret that holds the whole response, if Ansible or YAML cannot hold one of its fields."""


def read_receipt(receipt: Receipt) -> tuple[Record, Record] | None:
    """Return the app and the secrets in the response of a receipt, or None if no readable response arrived."""
    if not receipt.response:
        return None
    try:
        data = read_response(200, receipt.response, allow_unwrapped=True)
    except NodanaError:
        return None
    return split_response(receipt, data) if isinstance(data, dict) and data.get("id") else None


def split_response(receipt: Receipt, data: Record) -> tuple[Record, Record]:
    """Return the app and the secrets in the response to a creation.

    If a secret is not plain, the whole response is added to the secrets as text.
    """
    public, secrets = split_fields(data)
    app = records.app({"template": receipt.template, "projectId": receipt.project_id, **plain(public)})
    named = records.snake_case({name: value for name, value in secrets.items() if is_plain({name: value})})
    if len(named) < len(secrets):
        named[_free_name(named)] = receipt.response.decode("utf-8", "backslashreplace")
    return app, named


def _free_name(taken: Record) -> str:
    name = RAW_ANSWER
    while name in taken:
        name += "_"
    return name


def may_hold_secrets(receipt: Receipt) -> bool:
    """Return whether a response may hold secrets, or a part of them.

    That is a readable response with content, or an unreadable one that begins as a JSON object. The API's own errors
    hold no secrets.
    """
    try:
        return bool(read_response(200, receipt.response, allow_unwrapped=True))
    except Unreadable:
        return receipt.response.lstrip().startswith(b"{")
    except NodanaError:
        return False
