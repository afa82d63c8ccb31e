# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An API client whose lists also hold what this machine created and the API does not list yet, see ``lag``."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from .._errors import NotFound
from .._protocol import Record
from .api import Api
from .creations import Creations

if TYPE_CHECKING:
    from .lag import Lag


class Catalog(Api):
    """A client with the calls of ``api`` and with complete lists.

    ``templates`` are the templates of the apps that the run looks for, and ``project`` is the name or id of the
    project; None stands for all. With ``lenient``, a new object that is not found is left out.
    """

    def __init__(
        self,
        api: Api,
        creations: Creations,
        templates: Collection[str] | None = None,
        project: str | None = None,
        *,
        lenient: bool = False,
    ) -> None:
        super().__init__(api._transport, api.traffic)
        self._creations = creations
        self._templates = templates
        self._project = project
        self._lenient = lenient

    def projects(self) -> list[Record]:
        """List all projects, perhaps with deleted ones. Raises Conflict if a new one is not found."""
        listed = super().projects()
        created = self._creations.created()
        of_apps = [
            replace(entry, id=entry.project_id, names=[])
            for entry in created
            if entry.kind == "app" and entry.project_id
        ]
        new = [*of_apps, *(entry for entry in created if entry.kind == "project")]
        return self._lag("project").complete(listed, new) if new else listed

    def project(self, project_id: str) -> Record:
        """Return the project with this id. Raises NotFound, and Conflict if it is new and not found."""
        try:
            return super().project(project_id)
        except NotFound as error:
            return self._lag("project").find_later(project_id, error)

    def apps(self, project_id: str) -> list[Record]:
        """List the apps of a project, perhaps with deleted ones. Raises NotFound, and Conflict as ``projects``."""
        listed = super().apps(project_id)
        created = self._creations.created()
        new = [entry for entry in created if entry.kind == "app" and entry.project_id == project_id]
        return self._lag("app").complete(listed, new) if new else listed

    def app(self, app_id: str) -> Record:
        """Return the app with this id. Raises NotFound, and Conflict if it is new and not found."""
        try:
            return super().app(app_id)
        except NotFound as error:
            return self._lag("app").find_later(app_id, error)

    def _lag(self, kind: str) -> Lag:
        from .lag import Lag  # in most runs, nothing is new

        reader = Api(self._transport)  # not counted in the traffic: a later run may not need these requests
        projects = None if self._project is None else [self._project]
        read, wanted = (reader.app, self._templates) if kind == "app" else (reader.project, projects)
        return Lag(self._creations, self._transport, kind, read, wanted, lenient=self._lenient)
