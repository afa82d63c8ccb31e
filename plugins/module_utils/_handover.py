# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a creation hands to the controller, which puts the secrets where they shall stay."""

from __future__ import annotations

from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils import _answers, _records, _secrets
from ansible_collections.nodana.cloud.plugins.module_utils._errors import NodanaError, Unreadable
from ansible_collections.nodana.cloud.plugins.module_utils._plain import is_plain, plain
from ansible_collections.nodana.cloud.plugins.module_utils._receipts import Receipt

Record = dict[str, Any]

RAW_ANSWER = "raw_answer"
"""The name of the secret that is the whole answer, where a field of it is nothing that Ansible or YAML can hold."""


def opened(receipt: Receipt) -> tuple[Record, Record] | None:
    """Give the app and the secrets that an answer holds; None when nothing arrived, or nothing readable."""
    if not receipt.answer:
        return None
    try:
        answer = _answers.read(200, receipt.answer, bare=True)
    except NodanaError:
        return None
    return parts(receipt, answer) if isinstance(answer, dict) and answer.get("id") else None


def parts(receipt: Receipt, answer: Record) -> tuple[Record, Record]:
    """Give the app and the secrets in the answer to a creation.

    If anything among the secrets is not plain, the whole answer is one of them, as text.
    """
    public, secrets = _secrets.split(answer)
    app = _records.app({"template": receipt.template, "projectId": receipt.project_id, **plain(public)})
    named = _records.snake_case({name: value for name, value in secrets.items() if is_plain({name: value})})
    if len(named) < len(secrets):
        named[_free_name(named)] = receipt.answer.decode("utf-8", "backslashreplace")
    return app, named


def _free_name(taken: Record) -> str:
    name = RAW_ANSWER
    while name in taken:
        name += "_"
    return name


def is_worth_keeping(receipt: Receipt) -> bool:
    """Whether an answer that cannot be opened may hold a part of secrets: it is, or began as, JSON and no refusal."""
    try:
        return bool(_answers.read(200, receipt.answer, bare=True))
    except Unreadable:
        return receipt.answer.lstrip().startswith(b"{")
    except NodanaError:
        return False


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
