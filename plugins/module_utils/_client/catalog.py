# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An API client whose lists also hold what this machine created and the API does not list yet.

The lists of the API may lag behind a creation. A journal entry that the list does not show costs one more request. The
object counts as existing until a list shows it or the API says that it does not exist. Normally the lists show
everything, and no additional request is sent.
"""

from __future__ import annotations

from collections.abc import Callable

from .._errors import NotFound
from .._protocol import Record
from . import records
from .api import Api
from .creations import Creations


class Catalog(Api):
    """A client with the calls of ``api`` and with complete lists."""

    def __init__(self, api: Api, creations: Creations) -> None:
        super().__init__(api._transport, api.traffic)
        self._creations = creations
        self._reader = Api(api._transport)  # not counted in the traffic: a later run may not need these requests

    def projects(self) -> list[Record]:
        """List all projects, perhaps with deleted ones."""
        listed = super().projects()
        created = self._creations.created()
        ids = [entry.id for entry in created if entry.kind == "project"]
        ids += [entry.project_id for entry in created if entry.kind == "app" and entry.project_id]
        return completed(self._creations, "project", listed, ids, self._reader.project)

    def apps(self, project_id: str) -> list[Record]:
        """List the apps of a project, perhaps with deleted ones. Raises NotFound."""
        listed = super().apps(project_id)
        created = self._creations.created()
        ids = [entry.id for entry in created if entry.kind == "app" and entry.project_id == project_id]
        return completed(self._creations, "app", listed, ids, self._reader.app)


def completed(
    creations: Creations, kind: str, listed: list[Record], ids: list[str], read: Callable[[str], Record]
) -> list[Record]:
    """Return the list completed with the created objects that it does not show.

    Remove from the journal what the list shows, and note what does not exist any more.
    """
    shown = {str(item["id"]) for item in listed}
    missing = []
    for identifier in dict.fromkeys(ids):
        if identifier in shown:
            creations.forget_created(kind, identifier)
        elif (found := _read(read, identifier)) is None:
            creations.note_gone(identifier)
        else:
            missing.append(found)
    return [*listed, *missing]


def _read(read: Callable[[str], Record], identifier: str) -> Record | None:
    try:
        return next(iter(records.live([read(identifier)])), None)
    except NotFound:
        return None
