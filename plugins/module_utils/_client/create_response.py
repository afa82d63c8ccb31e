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
"""The fields of a create answer that are no secret; every other one is taken for one."""


def split_fields(answer: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Part a create answer into its public fields and its secrets, both under the API's names."""
    public = {name: value for name, value in answer.items() if name in PUBLIC_CREATE_FIELDS}
    secret = {name: value for name, value in answer.items() if name not in PUBLIC_CREATE_FIELDS}
    return public, secret


RAW_ANSWER = "raw_answer"
"""The name of the secret that is the whole answer, where a field of it is nothing that Ansible or YAML can hold."""


def read_receipt(receipt: Receipt) -> tuple[Record, Record] | None:
    """Give the app and the secrets that an answer holds; None when nothing arrived, or nothing readable."""
    if not receipt.answer:
        return None
    try:
        answer = read_response(200, receipt.answer, allow_unwrapped=True)
    except NodanaError:
        return None
    return split_response(receipt, answer) if isinstance(answer, dict) and answer.get("id") else None


def split_response(receipt: Receipt, answer: Record) -> tuple[Record, Record]:
    """Give the app and the secrets in the answer to a creation.

    If anything among the secrets is not plain, the whole answer is one of them, as text.
    """
    public, secrets = split_fields(answer)
    app = records.app({"template": receipt.template, "projectId": receipt.project_id, **plain(public)})
    named = records.snake_case({name: value for name, value in secrets.items() if is_plain({name: value})})
    if len(named) < len(secrets):
        named[_free_name(named)] = receipt.answer.decode("utf-8", "backslashreplace")
    return app, named


def _free_name(taken: Record) -> str:
    name = RAW_ANSWER
    while name in taken:
        name += "_"
    return name


def may_hold_secrets(receipt: Receipt) -> bool:
    """Whether an answer that cannot be opened may hold a part of secrets: it is, or began as, JSON and no refusal."""
    try:
        return bool(read_response(200, receipt.answer, allow_unwrapped=True))
    except Unreadable:
        return receipt.answer.lstrip().startswith(b"{")
    except NodanaError:
        return False
