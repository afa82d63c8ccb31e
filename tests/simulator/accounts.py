# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Model accounts and their projects, apps and services. Times of changes are seconds of a monotonic clock."""

from __future__ import annotations

import secrets
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from .settings import Settings

if TYPE_CHECKING:
    from .nodes import Node


def timestamp() -> str:
    """Return the current time in the format of the API: ISO 8601 in UTC with milliseconds."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_id(prefix: str, digits: int) -> str:
    """Return an id with a random hexadecimal suffix, for example ``prj-5fd3``."""
    return f"{prefix}-{secrets.token_hex(digits)[:digits]}"


def unused_id(prefix: str, digits: int, taken: Container[str]) -> str:
    """Return a new id that is not in ``taken``."""
    while (fresh := new_id(prefix, digits)) in taken:
        pass
    return fresh


@dataclass
class Project:
    """A project: a group of apps."""

    id: str
    name: str
    made_at: float = 0.0
    shown: bool = False  # A list has shown it; from then on every list does.
    deleted: bool = False
    created_at: str = field(default_factory=timestamp)
    updated_at: str = field(default_factory=timestamp)

    def touch(self) -> None:
        """Set the time of the last update to now."""
        self.updated_at = timestamp()


@dataclass
class Service:
    """A service: one program of an app. It reports ``passing`` until the time ``until``, then ``status``."""

    id: str
    service: str
    slug: str
    version: str
    passing: str
    until: float
    status: str = "running"
    region: str = "ewr"
    former_version: str = ""
    created_at: str = field(default_factory=timestamp)
    updated_at: str = field(default_factory=timestamp)

    def status_at(self, now: float) -> str:
        """Return the status that the service reports at this time."""
        return self.passing if now < self.until else self.status

    def version_at(self, now: float) -> str:
        """Return the version that the service reports at this time: the former version during an update."""
        return self.former_version if self.status_at(now) == "updating" else self.version

    def start(self, now: float, delay: float) -> None:
        """Start the service, unless it is running or starting."""
        self._settle_on("running", "starting", now + delay)

    def stop(self, now: float, delay: float) -> None:
        """Stop the service, unless it is stopped or stopping."""
        self._settle_on("stopped", "stopping", now + delay)

    def restart(self, now: float, delay: float) -> None:
        """Start the service again, whatever it does now."""
        self.status, self.passing, self.until = "running", "starting", max(self.until, now + delay)
        self.updated_at = timestamp()

    def update(self, version: str, now: float, delay: float) -> None:
        """Update the service to another version. Do nothing if it already has this version."""
        if version != self.version:
            self.former_version, self.version = self.version_at(now), version
            self.passing, self.until = "updating", max(self.until, now + delay)
            self.updated_at = timestamp()

    def _settle_on(self, status: str, passing: str, until: float) -> None:
        if status != self.status:
            self.status, self.passing, self.until = status, passing, until
            self.updated_at = timestamp()


@dataclass
class App:
    """An app: an instance of a template.

    The API never shows ``params``, and shows the one-time ``secrets`` only once.
    """

    id: str
    project_id: str
    template: str
    rate: float
    url: str
    params: dict[str, Any]
    secrets: dict[str, Any]
    services: list[Service]
    made_at: float = 0.0
    shown: bool = False  # A list has shown it; from then on every list does.
    deleted: bool = False
    forced_status: str | None = None
    created_at: str = field(default_factory=timestamp)
    updated_at: str = field(default_factory=timestamp)

    def touch(self) -> None:
        """Set the time of the last update to now."""
        self.updated_at = timestamp()

    def status_at(self, now: float, settings: Settings) -> str:
        """Return the status that the app reports at this time.

        The reference defines no status for a stopped app, so ``Settings.stopped_status`` sets it.
        """
        if self.deleted:
            return "deleted"
        if self.forced_status:
            return self.forced_status
        shown = {service.status_at(now) for service in self.services}
        if "starting" in shown:
            return settings.starting_status
        return settings.stopped_status if shown == {"stopped"} else settings.ready_status


@dataclass
class Account:
    """The owner of an API key, its projects, apps and nodes, and the state of its rate limit.

    ``label`` identifies the account in the log, so that the log never contains the key.
    """

    label: str
    user_id: str
    projects: dict[str, Project] = field(default_factory=dict)
    apps: dict[str, App] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    last_arrival: float | None = None
    violations: int = 0
    banned: bool = False

    def live_projects(self) -> list[Project]:
        """Return the projects that are not deleted, oldest first."""
        return [project for project in self.projects.values() if not project.deleted]

    def apps_of(self, project_id: str) -> list[App]:
        """Return all apps of a project, oldest first, including deleted ones."""
        return [app for app in self.apps.values() if app.project_id == project_id]

    def live_apps(self, project_id: str) -> list[App]:
        """Return the apps of a project that are not deleted, oldest first."""
        return [app for app in self.apps_of(project_id) if not app.deleted]


def open_accounts(keys: list[str]) -> dict[str, Account]:
    """Return an empty account for each key, by key. The labels are ``account-1``, ``account-2`` and so on."""
    return {key: Account(f"account-{number}", new_id("usr", 8)) for number, key in enumerate(dict.fromkeys(keys), 1)}
