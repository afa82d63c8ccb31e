# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Receipts of unfinished creations, one small file each, with mode 0600.

A receipt is written before the request of a creation is sent. It gets the bytes of the response as they arrive, before
they are parsed, because the API shows secrets only once. It is removed when the secrets are stored elsewhere. A receipt
that is left behind shows the next run how far a killed run came.

The first line of the file holds the facts as JSON, and the rest is the response, byte for byte. Zeros behind it are
disk space that was reserved before the request was sent, so that a disk that fills up later loses nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import time
from collections.abc import Collection
from dataclasses import dataclass, field

from .._protocol import Owner, Record
from . import atomic_file

SUFFIX = ".receipt"
SET_ASIDE = ".remains"
ROOM = 64 << 10
"""Bytes reserved for a response. A larger response is kept as long as the disk has space."""


@dataclass
class Receipt:
    """The receipt of one creation.

    ``known`` are the ids of the apps that existed before it, and of apps that other creations made since. ``lost`` are
    the ids of apps that it may have created and whose secrets never arrived. ``owner`` is the process that stores the
    secrets, see ``lease``. ``response`` is the part of the response that has arrived. ``requested_at`` is the time of
    the creation in UTC, and ``began`` is the same time by the machine's monotonic clock: ``{boot, monotonic}``.
    ``node_name`` is the name of a node, or None for an app.
    """

    path: str
    template: str
    project_id: str | None
    api_url: str
    known: list[str]
    requested_at: str
    owner: Record
    began: Record = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    node_name: str | None = None
    response: bytes = b""

    @property
    def what(self) -> str:
        """Return what is created, for messages."""
        return f"{self.template} app" if self.node_name is None else f"node {self.node_name}"

    def begin(self) -> None:
        """Discard the response to an earlier try, which the API refused, because a new response begins."""
        size, self.response = len(self.response), b""
        with contextlib.suppress(OSError):
            if size:
                atomic_file.write_at(self.path, len(self._facts()), bytes(size))
            if size > ROOM:
                os.truncate(self.path, len(self._facts()) + ROOM)

    def add(self, piece: bytes) -> None:
        """Keep a piece of the response.

        A full disk is not an error here, because the run can still return the secrets; see ``is_on_disk``.
        """
        at = len(self._facts()) + len(self.response)
        self.response += piece
        with contextlib.suppress(OSError):
            atomic_file.write_at(self.path, at, piece)

    def end(self) -> None:
        """Free the reserved space that the complete response did not need."""
        with contextlib.suppress(OSError):
            os.truncate(self.path, len(self._facts()) + len(self.response))

    def is_on_disk(self) -> bool:
        """Sync the file and return whether it holds the whole receipt, even if the machine crashes now."""
        whole = self._facts() + self.response
        try:
            with open(self.path, "rb") as file:
                os.fsync(file.fileno())
                content = file.read()
        except OSError:
            return False
        return content.startswith(whole) and not content[len(whole) :].strip(b"\0")

    def mark_lost(self, app_ids: list[str]) -> None:
        """Mark apps as created by this creation, with lost secrets. Raises OSError."""
        self.lost = app_ids
        self.write()

    def add_known(self, app_id: str) -> None:
        """Note an app that another creation created. Raises OSError."""
        self.known = [*self.known, app_id]
        self.write()

    def write(self, room: int = 0) -> None:
        """Write the receipt to the disk, and reserve ``room`` bytes for a response. Raises OSError."""
        atomic_file.replace(self.path, self._facts() + self.response, room)

    def remove(self) -> None:
        """Remove the receipt if it exists. Raises OSError."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path)

    def set_aside(self) -> str:
        """Rename the file so that it is not a receipt any more, and return its new path. Raises OSError.

        The file keeps the part of the response that arrived.
        """
        path = self.path[: -len(SUFFIX)] + SET_ASIDE
        self.end()
        os.rename(self.path, path)
        return path

    def _facts(self) -> bytes:
        facts = {name: value for name, value in vars(self).items() if name not in ("path", "response")}
        return json.dumps(facts).encode() + b"\n"


class Receipts:
    """The receipts of one API and key, in one folder."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def begin(
        self,
        template: str,
        project_id: str | None,
        api_url: str,
        known: list[str],
        owner: Owner | None,
        began: Record | None = None,
        node_name: str | None = None,
    ) -> Receipt:
        """Write and return the receipt of a creation whose request is about to be sent.

        Raises OSError, also if the disk has no space for the response.
        """
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        path = os.path.join(self._folder, f"{now.replace(':', '')}-{secrets.token_hex(4)}{SUFFIX}")
        receipt = Receipt(
            path, template, project_id, api_url, known, now, owner.to_json() if owner else {}, began or {}
        )
        receipt.node_name = node_name
        os.makedirs(self._folder, mode=0o700, exist_ok=True)
        atomic_file.sync_folder(os.path.dirname(self._folder))
        receipt.write(ROOM)
        return receipt

    def all(self, besides: Collection[str] = ()) -> list[Receipt]:
        """Return all receipts except those at the paths ``besides``, the oldest first. Raises OSError.

        Other files in the folder are skipped.
        """
        try:
            names = sorted(name for name in os.listdir(self._folder) if name.endswith(SUFFIX))
        except FileNotFoundError:
            return []
        paths = [os.path.join(self._folder, name) for name in names]
        return [receipt for path in paths if path not in besides and (receipt := _read(path))]

    def sweep(self) -> None:
        """Remove the temporary files of killed runs. Raises OSError.

        Only the holder of the creation lock may call this: other files may still be in use.
        """
        with contextlib.suppress(FileNotFoundError):
            atomic_file.sweep_folder(self._folder)


def _read(path: str) -> Receipt | None:
    try:
        content = atomic_file.read(path)
        if content is None:
            return None
        facts, _newline, response = content.partition(b"\n")
        fields = json.loads(facts)
        receipt = Receipt(path, response=response.rstrip(b"\0"), **{name: fields[name] for name in _FIELDS})
        time.strptime(receipt.requested_at, "%Y-%m-%dT%H:%M:%SZ")
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
    "requested_at": str,
    "owner": dict,
    "began": dict,
    "lost": list,
    "node_name": (str, type(None)),
}
