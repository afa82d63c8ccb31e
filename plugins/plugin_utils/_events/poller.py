# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Poll the apps and nodes of an account, and return what changed since the last poll."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ansible_collections.nodana.cloud.plugins.module_utils._client.api import (
    Api,
    list_apps_of_projects,
    list_projects,
    list_services,
)
from ansible_collections.nodana.cloud.plugins.module_utils._client.nodes_api import NodesApi, list_nodes
from ansible_collections.nodana.cloud.plugins.module_utils._errors import (
    Forbidden,
    MissingRoute,
    NodanaError,
    NotFound,
    RateLimited,
    ServerFault,
    Unauthorized,
    Unreachable,
)
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record
from ansible_collections.nodana.cloud.plugins.plugin_utils._inventory.selection import Selection

from .changes import Event, Known, compare

_TRANSIENT = (NotFound, RateLimited, ServerFault, Unreachable)
_REFUSALS = (Forbidden, Unauthorized)
_FIELDS = ("id", "template", "url", "status")
REFUSALS_UNTIL_END = 2
"""The number of polls in a row that must be refused before the key counts as refused."""


class Poller:
    """A poller of one account. It keeps what it knows in memory only.

    A client is None if its generation is not wanted. ``versions`` is whether to read the versions, too. ``warn`` takes
    warnings for the user.
    """

    def __init__(
        self,
        api: Api | None,
        nodes_api: NodesApi | None,
        selection: Selection,
        versions: bool,
        warn: Callable[[str], object],
    ) -> None:
        self._api = api
        self._nodes_api = nodes_api
        self._selection = selection
        self._versions = versions
        self._warn = warn
        self._known: Known | None = None
        self._unknown_projects: list[str] = []
        self._selected: set[str] = set()
        self._failing: set[str] = set()
        self._refusals = 0

    def poll(self) -> list[Event]:
        """Return the events since the last poll. A poll that fails returns none, and the first of them warns.

        If only the versions cannot be read, the other events are returned.
        Before the first successful poll, raises the errors of the clients that a later poll cannot cure, such as
        Unauthorized and MissingRoute. Later, raises Unauthorized or Forbidden if the API refuses
        ``REFUSALS_UNTIL_END`` polls in a row, because it bans keys that continue.
        """
        try:
            listed = [*self._apps(), *self._nodes()]
        except NodanaError as error:
            if self._is_final(error):
                raise
            self._note_failure("the account", error)
            return []
        self._refusals = 0
        self._note_success("the account")
        if self._versions:
            self._read_versions(listed)
        self._known, events = compare(self._known, listed)
        return events

    def _is_final(self, error: NodanaError) -> bool:
        """Return whether a later poll cannot cure this error of a poll."""
        if self._known is None:
            return not isinstance(error, _TRANSIENT)
        # A single refusal proves little: a project may have been deleted during the poll.
        self._refusals = self._refusals + 1 if isinstance(error, _REFUSALS) else 0
        return self._refusals >= REFUSALS_UNTIL_END

    def _note_failure(self, what: str, error: NodanaError) -> None:
        if what not in self._failing:
            self._warn(f"Cannot read {what}, so events are late until the API works again. {error}")
        self._failing.add(what)

    def _note_success(self, what: str) -> None:
        if what in self._failing:
            self._warn("The API works again.")
        self._failing.discard(what)

    def _read_versions(self, listed: list[Record]) -> None:
        """Add the versions to the records. After an error, the others stay unknown until the next poll."""
        try:
            for record in listed:
                record["versions"] = self._versions_of(record)
        except NodanaError as error:
            self._note_failure("the versions", error)
        else:
            self._note_success("the versions")

    def _apps(self) -> Iterator[Record]:
        if not self._api:
            return
        listed = list_projects(self._api)
        self._warn_of_unknown(self._selection.unknown_projects(listed))
        # The apps of a project that was renamed still exist.
        self._selected |= {project["id"] for project in listed if self._selection.has_project(project)}
        projects = {project["id"]: project for project in listed if project["id"] in self._selected}
        for app in list_apps_of_projects(self._api, list(projects.values())):
            project = projects.get(app["project_id"], {"name": None})
            names = {"name": None, "project_id": app["project_id"], "project_name": project["name"]}
            yield {"kind": "app", **_chosen(app), **names, "versions": {}}

    def _nodes(self) -> Iterator[Record]:
        if not self._nodes_api:
            return
        for node in list_nodes(self._nodes_api):
            names = {"name": node["name"], "project_id": None, "project_name": None}
            yield {"kind": "node", **_chosen(node), **names, "versions": {}}

    def _versions_of(self, record: Record) -> dict[str, str]:
        """Return the known versions of an app or node by service."""
        try:
            if record["kind"] == "node" and self._nodes_api:
                version = self._nodes_api.current_version(record["id"])
                return {record["template"]: version} if version else {}
            services = list_services(self._api, record["id"]) if self._api else []
        except (MissingRoute, NotFound):  # no services at all, or deleted since the list: the next list lacks the app
            return {}
        return {str(service["service"]): str(service["version"]) for service in services if service["version"]}

    def _warn_of_unknown(self, names: list[str]) -> None:
        for name in names:
            if name not in self._unknown_projects:
                self._warn(f"There is no project with the name or id {name!r}.")
        self._unknown_projects = names


def _chosen(record: Record) -> Record:
    return {name: record[name] for name in _FIELDS}
