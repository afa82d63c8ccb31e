# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the response to a creation: the app that was created, and its one-time secrets."""

from __future__ import annotations

from typing import Any

from .._errors import NodanaError, Unreadable
from .._local.receipts import Receipt
from .._plain import is_plain, plain
from .._protocol import Record
from . import records
from .redaction import credentials
from .response import read_bare_response, read_response

PUBLIC_CREATE_FIELDS = frozenset({"id", "projectId", "url"})
"""The fields of a create response that are not secret. Every other field is treated as a secret."""


def split_fields(data: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Split a create response into its public fields and its secrets, both under the API's names."""
    public = {name: value for name, value in data.items() if name in PUBLIC_CREATE_FIELDS}
    secret = {name: value for name, value in data.items() if name not in PUBLIC_CREATE_FIELDS}
    return public, secret


def _split_node(data: Record) -> tuple[Record, Record]:
    """Split the response to the creation of a node into the node and its secrets, both under the API's names.

    ``credentials`` is secret as a whole, and so is every field beside it. So is a field of the node with the name of a
    credential.
    """
    node = data["node"]
    hidden = {name: value for name, value in node.items() if any(credentials({name: value}))}
    hidden = {name: value for name, value in hidden.items() if name not in records.NODE_FIELDS}
    given = data.get("credentials", {})
    more = {name: value for name, value in data.items() if name not in ("node", "credentials")}
    secret: Record = {}
    for fields in (given if isinstance(given, dict) else {"credentials": given}, more, hidden):
        for name, value in fields.items():
            secret[_free_name(secret, name)] = value
    return {name: value for name, value in node.items() if name not in hidden}, secret


RAW_RESPONSE = "raw_response"
"""The name of the secret that holds the whole response, if a field of it cannot be kept or the seed is missing."""


def read_receipt(receipt: Receipt) -> tuple[Record, Record] | None:
    """Return the app and the secrets in the response of a receipt, or None if no readable response arrived."""
    if not receipt.response:
        return None
    try:
        data = _read(receipt)
    except NodanaError:
        return None
    made = data.get("node") if receipt.node_name is not None and isinstance(data, dict) else data
    return split_response(receipt, data) if isinstance(made, dict) and made.get("id") else None


def split_response(receipt: Receipt, data: Record) -> tuple[Record, Record]:
    """Return the app and the secrets in the response to a creation.

    If a secret is not plain, or if the seed phrase is missing, the whole response is added to the secrets as text.
    """
    if receipt.node_name is None:
        public, secrets = split_fields(data)
        app = records.app({"template": receipt.template, "projectId": receipt.project_id, **plain(public)})
    else:
        public, secrets = _split_node(data)
        app = records.node(plain(public))
    named = records.snake_case({name: value for name, value in secrets.items() if is_plain({name: value})})
    if len(named) < len(secrets) or lacks_seed(receipt, named):
        named[_free_name(named, RAW_RESPONSE)] = receipt.response.decode("utf-8", "backslashreplace")
    return app, named


def lacks_seed(receipt: Receipt, secrets: Record) -> bool:
    """Return whether a seed phrase is certainly missing among the secrets of a phoenixd.

    For nodes, the name of its field is known. For apps, it is not, so any secret may be the seed phrase.
    """
    if receipt.template != records.NODE_TEMPLATE:
        return False
    given = {name: value for name, value in secrets.items() if not name.startswith(RAW_RESPONSE)}
    seeds = [given.get("seed")] if receipt.node_name is not None else given.values()
    return not any(seed.strip() if isinstance(seed, str) else seed for seed in seeds)


def _read(receipt: Receipt) -> Any:
    if receipt.node_name is None:
        return read_response(200, receipt.response, allow_unwrapped=True)
    return read_bare_response(200, receipt.response)


def _free_name(taken: Record, name: str) -> str:
    while name in taken:
        name += "_"
    return name


def may_hold_secrets(receipt: Receipt) -> bool:
    """Return whether a response may hold secrets, or a part of them.

    That is a readable response with content, or an unreadable one that begins as a JSON object. The API's own errors
    hold no secrets.
    """
    try:
        return bool(_read(receipt))
    except Unreadable:
        return receipt.response.lstrip().startswith(b"{")
    except NodanaError:
        return False
