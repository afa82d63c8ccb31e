# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal: the projects and apps that this machine created and that no list of the API has shown yet.

The lists of the API may lag behind creations. A run that relied on such a list would create the same object again.
There is one small file per entry, so that entries can be added and removed without a lock.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import asdict, dataclass, field

from .._protocol import Record
from . import atomic_file

_SUFFIX = ".created"


@dataclass(frozen=True)
class Created:
    """A creation whose response was read.

    ``kind`` is ``app``, ``project``, ``node`` or ``gone``. The kind ``gone`` is for an object that only a receipt still
    lists and that does not exist any more. ``project_id`` is the id of an app's project. ``names`` holds the requested
    name and, if it differs, the name in the response; of an app, it holds the requested template. It is empty if no
    name is known. ``made_at`` is the time of the creation in UTC, and ``began`` is the same time as a ``moment``.
    """

    kind: str
    id: str
    project_id: str | None = None
    names: list[str] = field(default_factory=list)
    made_at: str = ""
    began: Record = field(default_factory=dict)


class Journal:
    """The journal of one API and key, in one folder."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def add(self, created: Created) -> None:
        """Add an entry unless it exists. Raises OSError."""
        path = self.path_of(created)
        if os.path.exists(path):
            return
        os.makedirs(self._folder, mode=0o700, exist_ok=True)
        atomic_file.replace(path, json.dumps(asdict(created)).encode())

    def entries(self) -> list[Created]:
        """Return all entries. Other files in the folder are skipped. Raises OSError."""
        try:
            names = sorted(name for name in os.listdir(self._folder) if name.endswith(_SUFFIX))
        except FileNotFoundError:
            return []
        found = (_read(os.path.join(self._folder, name)) for name in names)
        return [created for created in found if created is not None]

    def holds(self, kind: str, identifier: str) -> bool:
        """Return whether there is an entry of this kind and id. Raises OSError."""
        return _read(self.path_of(Created(kind, identifier))) is not None

    def remove(self, kind: str, identifier: str) -> None:
        """Remove an entry if it exists. Raises OSError."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path_of(Created(kind, identifier)))

    def sweep(self) -> None:
        """Remove the temporary files of killed runs. Raises OSError.

        Only the holder of the creation lock may call this: other files may still be in use.
        """
        with contextlib.suppress(FileNotFoundError):
            atomic_file.sweep_folder(self._folder)

    def path_of(self, created: Created) -> str:
        """Return the path of an entry. An id may be any text, so its hash is used as the file name."""
        name = hashlib.sha256(created.id.encode()).hexdigest()[:32]
        return os.path.join(self._folder, f"{created.kind}-{name}{_SUFFIX}")


def _read(path: str) -> Created | None:
    try:
        content = atomic_file.read(path)
        created = Created(**json.loads(content)) if content else None
    except (FileNotFoundError, ValueError, TypeError, RecursionError):
        return None
    return created if created is not None and _is_valid(created) else None


_FIELDS: dict[str, type | tuple[type, ...]] = {
    "id": str,
    "project_id": (str, type(None)),
    "names": list,
    "made_at": str,
    "began": dict,
}


def _is_valid(created: Created) -> bool:
    if created.kind not in ("app", "project", "node", "gone"):
        return False
    if not all(isinstance(getattr(created, name), kind) for name, kind in _FIELDS.items()):
        return False
    return all(isinstance(name, str) for name in created.names)
