# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts and what they own: projects, apps, services. Times of changes are seconds of a monotonic clock."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from .settings import Settings


def timestamp() -> str:
    """Now, as the API writes it: ISO 8601 in UTC with milliseconds."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_id(prefix: str, digits: int) -> str:
    """An id with a random suffix, as ``prj-5fd3``."""
    return f"{prefix}-{secrets.token_hex(digits)[:digits]}"


@dataclass
class Project:
    """A group of apps."""

    id: str
    name: str
    made_at: float = 0.0
    shown: bool = False  # by a list, which it then stays in
    deleted: bool = False
    created_at: str = field(default_factory=timestamp)
    updated_at: str = field(default_factory=timestamp)

    def touch(self) -> None:
        """Note that it changed now."""
        self.updated_at = timestamp()


@dataclass
class Service:
    """A program of an app. It settles on ``status`` at ``until`` and shows ``passing`` before."""

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
        """What it shows at this time."""
        return self.passing if now < self.until else self.status

    def version_at(self, now: float) -> str:
        """The version it runs at this time: the former one while it updates."""
        return self.former_version if self.status_at(now) == "updating" else self.version

    def start(self, now: float, delay: float) -> None:
        """Begin to start, unless it runs or will."""
        self._settle_on("running", "starting", now + delay)

    def stop(self, now: float, delay: float) -> None:
        """Begin to stop, unless it is stopped or will be."""
        self._settle_on("stopped", "stopping", now + delay)

    def update(self, version: str, now: float, delay: float) -> None:
        """Begin to move to another version, unless it has it; then it is what it was."""
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
    """An instance of a template, with what the API never shows again: params and one-time secrets."""

    id: str
    project_id: str
    template: str
    rate: float
    url: str
    params: dict[str, Any]
    secrets: dict[str, Any]
    services: list[Service]
    made_at: float = 0.0
    shown: bool = False  # by a list, which it then stays in
    deleted: bool = False
    forced_status: str | None = None
    created_at: str = field(default_factory=timestamp)
    updated_at: str = field(default_factory=timestamp)

    def touch(self) -> None:
        """Note that it changed now."""
        self.updated_at = timestamp()

    def status_at(self, now: float, settings: Settings) -> str:
        """What it shows at this time. A stopped app has no word of its own in the reference: see ``Settings``."""
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
    """Who a key belongs to, what it owns and how its key behaved. ``label`` names it in the log, never the key."""

    label: str
    user_id: str
    projects: dict[str, Project] = field(default_factory=dict)
    apps: dict[str, App] = field(default_factory=dict)
    last_arrival: float | None = None
    violations: int = 0
    banned: bool = False

    def live_projects(self) -> list[Project]:
        """The projects that are not deleted, oldest first."""
        return [project for project in self.projects.values() if not project.deleted]

    def apps_of(self, project_id: str) -> list[App]:
        """The apps of a project, deleted ones too, oldest first."""
        return [app for app in self.apps.values() if app.project_id == project_id]

    def live_apps(self, project_id: str) -> list[App]:
        """The apps of a project that are not deleted, oldest first."""
        return [app for app in self.apps_of(project_id) if not app.deleted]


def open_accounts(keys: list[str]) -> dict[str, Account]:
    """An empty account a key, by key, labelled ``account-1`` and so on in their order."""
    return {key: Account(f"account-{number}", new_id("usr", 8)) for number, key in enumerate(dict.fromkeys(keys), 1)}
