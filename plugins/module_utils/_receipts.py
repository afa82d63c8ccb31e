# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Receipts: what this machine knows of creations that are not finished, one small file each, mode 0600.

A receipt is written before a creation is sent, and gets the raw answer before anything else looks at it. It goes when
the secrets are safe elsewhere. One that is left behind tells the next run how far a killed one came.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils import _files

Record = dict[str, Any]


@dataclass
class Receipt:
    """One creation: ``template``, ``project_id``, the ids of the apps that were ``known`` before it, when it was asked.

    ``answer`` is what arrived, None if nothing did. ``lost`` are apps that it made and whose secrets never arrived.
    ``owner`` is the process that puts the secrets away, as ``host`` and ``pid``.
    """

    path: str
    template: str
    project_id: str | None
    api_url: str
    known: list[str]
    asked_at: str
    owner: Record
    answer: bytes | None = None
    lost: list[str] = field(default_factory=list)

    def answered(self, answer: bytes) -> None:
        """Keep what arrived. Raises OSError, after keeping it in memory."""
        self.answer = answer
        self.write()

    def lose(self, app_ids: list[str]) -> None:
        """Mark apps as made by this creation, without their secrets. Raises OSError."""
        self.lost = app_ids
        self.write()

    def write(self) -> None:
        """Put the receipt on disk as it is now. Raises OSError."""
        fields = {name: value for name, value in vars(self).items() if name not in ("path", "answer")}
        _files.replace(self.path, json.dumps({**fields, **_as_text(self.answer)}, indent=1).encode())

    def is_looked_after(self) -> bool:
        """Whether its owner lives, so that nobody else need care for the secrets."""
        if self.owner.get("host") != os.uname().nodename:
            return False
        try:
            os.kill(int(self.owner["pid"]), 0)
        except (ProcessLookupError, KeyError, ValueError, TypeError):
            return False
        except PermissionError:
            return True
        return True

    def remove(self) -> None:
        """Forget it; again is fine."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path)


class Receipts:
    """The receipts in one folder, which belong to one API and key."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def begin(
        self, template: str, project_id: str | None, api_url: str, known: list[str], owner: Record | None
    ) -> Receipt:
        """Write the receipt of a creation that is about to be sent. Raises OSError."""
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        path = os.path.join(self._folder, f"{now.replace(':', '')}-{secrets.token_hex(4)}.json")
        receipt = Receipt(path, template, project_id, api_url, known, now, owner or {})
        os.makedirs(self._folder, mode=0o700, exist_ok=True)
        receipt.write()
        return receipt

    def all(self) -> list[Receipt]:
        """Give all receipts, the oldest first; what is no receipt is passed over."""
        with contextlib.suppress(FileNotFoundError):
            names = sorted(name for name in os.listdir(self._folder) if name.endswith(".json"))
            return [receipt for name in names if (receipt := _read(os.path.join(self._folder, name)))]
        return []


def _read(path: str) -> Receipt | None:
    try:
        with open(path, "rb") as file:
            fields = json.load(file)
        return Receipt(path, answer=_as_bytes(fields), **{name: fields[name] for name in _FIELDS})
    except (OSError, ValueError, KeyError, TypeError):
        return None


_FIELDS = ("template", "project_id", "api_url", "known", "asked_at", "owner", "lost")


def _as_text(answer: bytes | None) -> Record:
    """Give the answer readable where it is text, and byte-exact in any case."""
    if answer is None:
        return {}
    try:
        return {"answer": answer.decode()}
    except UnicodeDecodeError:
        return {"answer_base64": base64.b64encode(answer).decode()}


def _as_bytes(fields: Record) -> bytes | None:
    if "answer_base64" in fields:
        return base64.b64decode(fields["answer_base64"])
    return fields["answer"].encode() if "answer" in fields else None
