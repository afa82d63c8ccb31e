# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Receipts: what this machine knows of creations that are not finished, one small file each, mode 0600.

A receipt is written before a creation is sent, and gets the bytes of the answer as they arrive, before anything looks
at them. It goes when the secrets are safe elsewhere. One that is left behind tells the next run how far a killed one
came. The first line of the file holds the facts as JSON, all that follows is the answer, byte for byte. Zeros behind it
are room that was reserved before the creation was sent, so that a disk that is full by then loses nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from . import atomic_file, process

Record = dict[str, Any]

SUFFIX = ".receipt"
SET_ASIDE = ".remains"
ROOM = 64 << 10
"""Bytes reserved for an answer. A larger one is kept as long as the disk has room."""


@dataclass
class Receipt:
    """One creation: ``template``, ``project_id``, the ids of the apps that were ``known`` before it, when it was asked.

    ``lost`` are apps that it made and whose secrets never arrived. ``owner`` is the process that puts the secrets away,
    see ``_owners``. ``answer`` is what arrived so far. ``began`` is when it was asked by the clock of the machine that
    only goes forward: ``{boot, monotonic}``.
    """

    path: str
    template: str
    project_id: str | None
    api_url: str
    known: list[str]
    asked_at: str
    owner: Record
    began: Record = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    answer: bytes = b""

    def begin(self) -> None:
        """A new answer begins; one before it was a refusal."""
        size, self.answer = len(self.answer), b""
        with contextlib.suppress(OSError):
            if size:
                atomic_file.write_at(self.path, len(self._facts()), bytes(size))
            if size > ROOM:
                os.truncate(self.path, len(self._facts()) + ROOM)

    def add(self, piece: bytes) -> None:
        """Keep a piece of the answer. A full disk must not keep the secrets from getting out: see ``is_on_disk``."""
        at = len(self._facts()) + len(self.answer)
        self.answer += piece
        with contextlib.suppress(OSError):
            atomic_file.write_at(self.path, at, piece)

    def end(self) -> None:
        """Give back the room that the answer, which is whole now, did not take."""
        with contextlib.suppress(OSError):
            os.truncate(self.path, len(self._facts()) + len(self.answer))

    def is_on_disk(self) -> bool:
        """Whether all of it is in the file, even if the machine crashes now."""
        whole = self._facts() + self.answer
        try:
            with open(self.path, "rb") as file:
                os.fsync(file.fileno())
                content = file.read()
        except OSError:
            return False
        return content.startswith(whole) and not content[len(whole) :].strip(b"\0")

    def lose(self, app_ids: list[str]) -> None:
        """Mark apps as made by this creation, without their secrets. Raises OSError."""
        self.lost = app_ids
        self.write()

    def know(self, app_id: str) -> None:
        """Note an app that another creation made. Raises OSError."""
        self.known = [*self.known, app_id]
        self.write()

    def write(self, room: int = 0) -> None:
        """Put the receipt on disk as it is now, and reserve room for an answer. Raises OSError."""
        atomic_file.replace(self.path, self._facts() + self.answer, room)

    def remove(self) -> None:
        """Forget it; again is fine. Raises OSError."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path)

    def set_aside(self) -> str:
        """Keep what arrived of the answer and be no receipt any more; gives the path. Raises OSError."""
        path = self.path[: -len(SUFFIX)] + SET_ASIDE
        self.end()
        os.rename(self.path, path)
        return path

    def _facts(self) -> bytes:
        facts = {name: value for name, value in vars(self).items() if name not in ("path", "answer")}
        return json.dumps(facts).encode() + b"\n"


class Receipts:
    """The receipts in one folder, which belong to one API and key."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def begin(
        self,
        template: str,
        project_id: str | None,
        api_url: str,
        known: list[str],
        owner: Record | None,
        began: Record | None = None,
    ) -> Receipt:
        """Write the receipt of a creation that is about to be sent. Raises OSError, also where it has no room."""
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        path = os.path.join(self._folder, f"{now.replace(':', '')}-{secrets.token_hex(4)}{SUFFIX}")
        receipt = Receipt(path, template, project_id, api_url, known, now, process.identified(owner), began or {})
        os.makedirs(self._folder, mode=0o700, exist_ok=True)
        atomic_file.sync_folder(os.path.dirname(self._folder))
        receipt.write(ROOM)
        return receipt

    def all(self, besides: Collection[str] = ()) -> list[Receipt]:
        """Give all receipts, the oldest first, ``besides`` those at some paths; what is none is passed over.

        Raises OSError.
        """
        try:
            names = sorted(name for name in os.listdir(self._folder) if name.endswith(SUFFIX))
        except FileNotFoundError:
            return []
        paths = [os.path.join(self._folder, name) for name in names]
        return [receipt for path in paths if path not in besides and (receipt := _read(path))]

    def sweep(self) -> None:
        """Remove the temporary files of killed runs. Only for who alone writes receipts now. Raises OSError."""
        with contextlib.suppress(FileNotFoundError):
            atomic_file.sweep_folder(self._folder)


def _read(path: str) -> Receipt | None:
    try:
        content = atomic_file.read(path)
        if content is None:
            return None
        facts, _newline, answer = content.partition(b"\n")
        fields = json.loads(facts)
        receipt = Receipt(path, answer=answer.rstrip(b"\0"), **{name: fields[name] for name in _FIELDS})
        time.strptime(receipt.asked_at, "%Y-%m-%dT%H:%M:%SZ")
    except (FileNotFoundError, IsADirectoryError, ValueError, KeyError, TypeError, RecursionError):
        return None
    fits = all(isinstance(fields[name], kind) for name, kind in _FIELDS.items())
    ids = [*receipt.known, *receipt.lost] if fits else [None]
    return receipt if all(isinstance(name, str) for name in ids) else None


_FIELDS: dict[str, type | tuple[type, ...]] = {
    "template": str,
    "project_id": (str, type(None)),
    "api_url": str,
    "known": list,
    "asked_at": str,
    "owner": dict,
    "began": dict,
    "lost": list,
}
