# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API client, with one method per endpoint, and functions that list its objects as Ansible results.

The methods take and return dictionaries, and every method raises what ``Transport.call`` raises. All writes of the API
are POST requests with the verb in the route. Only this file decides which of them are idempotent.

The ``list_*`` functions leave out deleted objects.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from .._errors import AmbiguousOutcome, Invalid, MissingRoute, NotFound, Unreadable
from .._protocol import Record
from . import records
from .status import is_changing
from .transport import Recheck, Sink, Transport


@dataclass(eq=False, repr=False)
class Traffic:
    """The traffic of a run.

    ``calls`` counts the calls. ``has_succeeded`` is True once the API has returned a record or a list. That proves that
    this host has projects and apps. ``has_services`` is whether it lists services of apps, or None until that is known.
    """

    calls: int = 0
    has_succeeded: bool = False
    has_services: bool | None = None


class Api:
    """A client for the projects, apps and services of the API. It counts its calls in ``traffic``."""

    def __init__(self, transport: Transport, traffic: Traffic | None = None) -> None:
        self._transport = transport
        self.traffic = traffic or Traffic()

    def projects(self) -> list[Record]:
        """List all projects, perhaps with deleted ones. Raises MissingRoute if the host does not have projects."""
        try:
            return self._list("/projects")
        except (NotFound, MissingRoute) as error:
            raise MissingRoute(
                "This API has no projects and apps; use nodana_node: "
                f"{self._transport.api_url} does not find its list of projects ({error.message})",
                code=error.code,
                request=error.request,
                advice="If the account has projects, check api_url: it must end in /v1.",
            ) from None

    def project(self, project_id: str) -> Record:
        """Return the project with this id. Raises NotFound."""
        return self._record(f"/projects/{path_segment(project_id)}")

    def create_project(self, name: str, recheck: Recheck | None = None) -> Record:
        """Create a project and return ``{id, name}``. ``recheck`` is as in ``Transport.call``.

        Raises AmbiguousOutcome if the project may exist but its id is not known.
        """
        return self._create("/projects", {"name": name}, allow_unwrapped=False, recheck=recheck)

    def rename_project(self, project_id: str, name: str) -> None:
        """Rename a project."""
        self._call("POST", f"/projects/{path_segment(project_id)}/update", {"name": name}, idempotent=True)

    def delete_project(self, project_id: str) -> None:
        """Delete an empty project."""
        self._call("POST", f"/projects/{path_segment(project_id)}/delete", idempotent=True)

    def apps(self, project_id: str) -> list[Record]:
        """List the apps of a project, perhaps with deleted ones. Raises NotFound."""
        return self._list(f"/projects/{path_segment(project_id)}/apps")

    def app(self, app_id: str) -> Record:
        """Return the app with this id. Raises NotFound."""
        return self._record(f"/apps/{path_segment(app_id)}")

    def create_app(
        self,
        template: str,
        params: Record,
        project_id: str | None,
        sink: Sink | None = None,
        recheck: Recheck | None = None,
    ) -> Record:
        """Create an app and return ``{id, projectId, url, ...one-time secrets}``.

        If ``project_id`` is None, the API creates a project for the app. ``sink`` and ``recheck`` are as in
        ``Transport.call``.
        Raises AmbiguousOutcome if the app may exist but its id is not known.
        """
        body: Record = {"template": template}
        if project_id:
            body["project_id"] = project_id
        if params:
            body["params"] = params
        return self._create("/apps", body, allow_unwrapped=True, sink=sink, recheck=recheck)

    def start_app(self, app_id: str) -> None:
        """Start all services of an app."""
        self._call("POST", f"/apps/{path_segment(app_id)}/start", idempotent=True)

    def stop_app(self, app_id: str) -> None:
        """Stop all services of an app. A stopped app is still billed."""
        self._call("POST", f"/apps/{path_segment(app_id)}/stop", idempotent=True)

    def restart_app(self, app_id: str) -> None:
        """Restart an app. Raises MissingRoute if the API has no such request."""
        self._of_app(app_id, lambda path: self._call("POST", f"{path}/restart", idempotent=True))

    def update_app(self, app_id: str) -> Record:
        """Update an app to the newest supported version and return ``{id, image, version}``.

        A retry is safe, because it leads to the same version. Raises MissingRoute if the API has no such request.
        """
        response = self._of_app(app_id, lambda path: self._call("POST", f"{path}/update", idempotent=True))
        return response if isinstance(response, dict) else {}

    def delete_app(self, app_id: str) -> None:
        """Delete an app and its services."""
        self._call("POST", f"/apps/{path_segment(app_id)}/delete", idempotent=True)

    def services(self, app_id: str) -> list[Record]:
        """List the services of an app. Raises NotFound, and MissingRoute if the API has no services.

        If the API does not find the services, one more request reads the app. If its status is not changing, the API
        has no services, and that is remembered. A new app may not have its services yet.
        """
        if self.traffic.has_services is False:
            raise _no_services()
        try:
            listed = self._list(f"/apps/{path_segment(app_id)}/services")
        except (NotFound, MissingRoute):
            app = self.app(app_id)
            if not records.live([app]):
                raise
            if self.traffic.has_services or is_changing(app):
                return []
            self.traffic.has_services = False
            raise _no_services() from None
        self.traffic.has_services = True
        return listed

    def update_service(self, app_id: str, service_id: str, recheck: Recheck | None = None) -> Record:
        """Update a service to a newer version and return ``{id, serviceId, version, updated}``.

        ``recheck`` is as in ``Transport.call``. Raises AmbiguousOutcome if the service may have been updated.
        """
        path = f"/apps/{path_segment(app_id)}/services/{path_segment(service_id)}/update"
        data = self._call("POST", path, idempotent=False, recheck=recheck)
        return data if isinstance(data, dict) else {}

    def _of_app(self, app_id: str, call: Callable[[str], Any]) -> Any:
        """Return the result of ``call`` for the path of an app.

        Raises NotFound if the app does not exist, and MissingRoute if it exists and the API does not find the path.
        """
        try:
            return call(f"/apps/{path_segment(app_id)}")
        except (NotFound, MissingRoute) as error:
            if not records.live([self.app(app_id)]):
                raise
            raise MissingRoute(
                f"The API has the app {app_id} and not this request ({error.message})",
                code=error.code,
                request=error.request,
                advice="",
            ) from None

    def _call(
        self,
        method: str,
        path: str,
        body: Record | None = None,
        *,
        idempotent: bool,
        allow_unwrapped: bool = False,
        sink: Sink | None = None,
        recheck: Recheck | None = None,
    ) -> Any:
        self.traffic.calls += 1
        return self._transport.call(
            method, path, body, idempotent=idempotent, allow_unwrapped=allow_unwrapped, sink=sink, recheck=recheck
        )

    def _list(self, path: str) -> list[Record]:
        data = self._call("GET", path, idempotent=True)
        if not isinstance(data, list) or not all(is_record(item) for item in data):
            raise Unreadable("The API did not return a list of records", request=self._transport.described("GET", path))
        self.traffic.has_succeeded = True
        return data

    def _record(self, path: str) -> Record:
        data = self._call("GET", path, idempotent=True)
        if not is_record(data):
            raise Unreadable("The API did not return a record", request=self._transport.described("GET", path))
        self.traffic.has_succeeded = True
        return data

    def _create(
        self,
        path: str,
        body: Record,
        *,
        allow_unwrapped: bool,
        sink: Sink | None = None,
        recheck: Recheck | None = None,
    ) -> Record:
        data = self._call(
            "POST", path, body, idempotent=False, allow_unwrapped=allow_unwrapped, sink=sink, recheck=recheck
        )
        if not is_record(data):
            raise AmbiguousOutcome(
                "The API did not return the id of a created object", request=self._transport.described("POST", path)
            )
        return data


def _no_services() -> MissingRoute:
    return MissingRoute("This API has no services; use nodana_app with state: latest", code=404, advice="")


def is_record(item: Any) -> bool:
    """Return whether a value of a response is an object with an id."""
    return isinstance(item, dict) and isinstance(item.get("id"), (str, int)) and item["id"] != ""


def path_segment(identifier: str) -> str:
    """Return an id quoted for a URL path. Raises Invalid if the id would change the rest of the path."""
    identifier = str(identifier)
    if identifier.strip() in ("", ".", "..") or "/" in identifier or "\\" in identifier or not identifier.isprintable():
        raise Invalid(
            f"{identifier!r} is not a valid id", advice="An id looks like app-1234. The *_info modules list the ids."
        )
    return quote(identifier, safe="")


def list_projects(api: Api) -> list[Record]:
    """List the projects of the account."""
    return [records.project(item) for item in records.live(api.projects())]


def list_apps(api: Api, project_id: str) -> list[Record]:
    """List the apps of a project. Raises NotFound."""
    return [records.app({"projectId": project_id, **item}) for item in records.live(api.apps(project_id))]


def list_apps_of_projects(api: Api, projects_: list[Record]) -> list[Record]:
    """List the apps of several projects. A project that was deleted in the meantime has none.

    Raises NotFound if the API does not find the apps of a project that it still lists.
    """
    found: list[Record] = []
    for project in projects_:
        try:
            found += list_apps(api, project["id"])
        except NotFound:
            if project["id"] in [left["id"] for left in list_projects(api)]:
                raise  # its apps are hidden, not deleted: an empty list would make a caller create them again
    return found


def list_services(api: Api, app_id: str) -> list[Record]:
    """List the services of an app. Raises NotFound."""
    return [records.service({"appId": app_id, **item}) for item in records.live(api.services(app_id))]


def prove_absence(api: Api) -> None:
    """Check that the host has projects and apps, so that its NotFound proves that an object does not exist.

    The host has them if it returned a record or a list in this run. Otherwise its projects are listed once.
    Raises MissingRoute if the host does not have projects and apps.
    """
    if not api.traffic.has_succeeded:
        api.projects()
