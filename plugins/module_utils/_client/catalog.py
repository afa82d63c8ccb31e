# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API whose lists also hold what this machine created and what they do not show yet.

In the ordinary case the lists show everything, and nothing more is requested. Each entry that they miss costs one more
request: it counts as existing until a list has shown it or the API says that it is gone.
"""

from __future__ import annotations

from collections.abc import Callable

from .._errors import NotFound
from . import records
from .api import Api, Record
from .creations import Creations


class Catalog(Api):
    """The calls of ``api``, with complete lists."""

    def __init__(self, api: Api, creations: Creations) -> None:
        super().__init__(api._transport, api.traffic)
        self._creations = creations
        self._reader = Api(
            api._transport
        )  # a later run may not need these requests, so the traffic does not count them

    def projects(self) -> list[Record]:
        """List all projects; deleted ones may be among them."""
        listed = super().projects()
        created = self._creations.created()
        ids = [entry.id for entry in created if entry.kind == "project"]
        ids += [entry.project_id for entry in created if entry.kind == "app" and entry.project_id]
        return self._completed("project", listed, ids, self._reader.project)

    def apps(self, project_id: str) -> list[Record]:
        """List the apps of a project; deleted ones may be among them. Raises NotFound."""
        listed = super().apps(project_id)
        created = self._creations.created()
        ids = [entry.id for entry in created if entry.kind == "app" and entry.project_id == project_id]
        return self._completed("app", listed, ids, self._reader.app)

    def _completed(
        self, kind: str, listed: list[Record], ids: list[str], read: Callable[[str], Record]
    ) -> list[Record]:
        """Return the list with the entries that it misses; forget those that it shows and those that are gone."""
        shown = {str(item["id"]) for item in listed}
        missing = []
        for identifier in dict.fromkeys(ids):
            if identifier in shown:
                self._creations.forget_created(kind, identifier)
            elif (found := self._read(read, identifier)) is None:
                self._creations.note_gone(identifier)
            else:
                missing.append(found)
        return [*listed, *missing]

    def _read(self, read: Callable[[str], Record], identifier: str) -> Record | None:
        try:
            return next(iter(records.live([read(identifier)])), None)
        except NotFound:
            return None
