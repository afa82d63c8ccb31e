# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugin of nodana_setup, which runs only on the controller and reads statuses with the info modules."""

from __future__ import annotations

import threading
from functools import partial

from ansible_collections.nodana.cloud.plugins.module_utils._client import records
from ansible_collections.nodana.cloud.plugins.module_utils._errors import NodanaError
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record
from ansible_collections.nodana.cloud.plugins.plugin_utils._action.arguments import ENCRYPTION_OPTIONS, secrets_of
from ansible_collections.nodana.cloud.plugins.plugin_utils._action.base import GROUP_OPTIONS, ControllerAction
from ansible_collections.nodana.cloud.plugins.plugin_utils._action.progress import Progress
from ansible_collections.nodana.cloud.plugins.plugin_utils._apps import health
from ansible_collections.nodana.cloud.plugins.plugin_utils._apps.claim import Claim
from ansible_collections.nodana.cloud.plugins.plugin_utils._apps.client import App
from ansible_collections.nodana.cloud.plugins.plugin_utils._apps.credentials import KnownSecrets
from ansible_collections.nodana.cloud.plugins.plugin_utils._apps.job import Job
from ansible_collections.nodana.cloud.plugins.plugin_utils._apps.watch import Watch
from ansible_collections.nodana.cloud.plugins.plugin_utils._reports import setup
from ansible_collections.nodana.cloud.plugins.plugin_utils._reports.deployments import Settings, settings_of
from ansible_collections.nodana.cloud.plugins.plugin_utils._secrets import masking

from .nodana_app_claim import WAYS, reset_note

OPTIONS: Record = {
    "apps": {"type": "list", "elements": "dict", "required": True},
    "deployments": {"type": "list", "elements": "dict", "required": True},
    "created": {"type": "list", "elements": "str", "default": []},
    "skip": {"type": "list", "elements": "str", "default": []},
    "known_secrets": {"type": "dict", "default": {}},
    "secrets_dir": {"type": "path", "required": True},
    "external_store": {"type": "bool", "default": False},
    "credentials_only": {"type": "bool", "default": False},
    "timeout": {"type": "float", "default": 300.0},
    "app_request_timeout": {"type": "float", "default": 10.0},
    "app_validate_certs": {"type": "bool", "default": True},
    **ENCRYPTION_OPTIONS,
}
_API_TIMEOUTS = {"request_timeout": 10.0, "retry_timeout": 5.0}
"""Seconds. A slow API must not delay the rest of the work for long."""


class ActionModule(ControllerAction):
    """Claims apps and verifies that they are healthy, all at the same time."""

    options = OPTIONS
    _requires_connection = True

    def perform(self, result: Record, options: Record) -> None:
        """Set up the apps and fill the result. A failure of an app is reported in it, and raises nothing."""
        self._options, self._storing = options, threading.Lock()
        apps = {str(app["id"]): app for app in options["apps"] if app.get("id")}
        settings = {app_id: settings_of(options["deployments"], app) for app_id, app in apps.items()}
        running = [app_id for app_id, app in apps.items() if self._must_run(app, settings[app_id])]
        jobs: dict[str, Job] = {}
        errors: dict[str, NodanaError] = {}
        for app_id in running:
            try:
                jobs[app_id] = self._job(apps[app_id], settings[app_id])
            except NodanaError as error:
                errors[app_id] = error
        if options["credentials_only"]:
            self._store_credentials(list(jobs.values()))
        else:
            self._watch(list(jobs.values()))
        errors.update({app_id: job.error for app_id, job in jobs.items() if job.error is not None})
        unclaimed = [str(job.app) for job in jobs.values() if job.may_be_unclaimed and job.error is not None]
        unclaimed += [
            f"{apps[app_id]['template']} {app_id}"
            for app_id in errors.keys() - jobs.keys()
            if settings[app_id].claim and apps[app_id]["template"] in WAYS
        ]
        result["apps"] = [
            setup.report(jobs[app_id].record if app_id in jobs else app, settings[app_id], jobs.get(app_id))
            for app_id, app in apps.items()
        ]
        for report in result["apps"]:
            report.update(self._files(report))
        result["changed"] = any(report["done"] for report in result["apps"])
        result["failures"] = setup.failures(errors, unclaimed, settings)

    def _must_run(self, app: Record, settings: Settings) -> bool:
        is_left_stopped = settings.state == "present" and app.get("running") is False
        return settings.state != "stopped" and not is_left_stopped and app["id"] not in self._options["skip"]

    def _job(self, app: Record, settings: Settings) -> Job:
        """Return the work on an app. Raises NodanaError if its URL or its secrets files are not valid."""
        options = self._options
        client = App(
            str(app["id"]),
            app["template"],
            str(app.get("url") or ""),
            validate_certs=options["app_validate_certs"],
            request_timeout=options["app_request_timeout"],
            project_id=app.get("project_id") or "",
        )
        stored = self._stored(app)
        known = stored.of(client.id)
        rule = health.rule(client.template) if settings.verify else health.alive
        expected = health.Expected(settings.params, client.id in options["created"])
        claim = self._claim(client, settings, stored, known) if settings.claim else None
        return Job(client, app, rule, expected, known, claim, partial(stored.mark_claimed, client))

    def _claim(self, app: App, settings: Settings, stored: KnownSecrets, existing: Record) -> Claim | None:
        way = WAYS.get(app.template)
        if way is None:
            return None
        token = settings.first_install_token
        masking.mask(token)
        fresh = way.new({"username": settings.username})
        known = {name: existing[name] for name in fresh} if set(fresh) <= set(existing) else {}

        def keep() -> Record:
            with self._storing:
                credentials = stored.keep(app, fresh, dry=self._task.check_mode)
            claim.done.append("store credentials")
            return credentials

        reset = reset_note(stored, app, known)
        claim = Claim(app, way, known, keep, 0.0, self._display.warning, token, self._task.check_mode, reset=reset)
        claim.was_claimed = stored.was_claimed(app)
        claim.must_know = self._is_new(app) or not self._options["external_store"]
        return claim

    def _is_new(self, app: App) -> bool:
        """Return whether the secrets of an app are still in their file: no external store has taken them over."""
        return bool(self._files({"id": app.id, "template": app.template})["secrets_file"])

    def _store_credentials(self, jobs: list[Job]) -> None:
        """Store credentials for the claims of new apps, before an external store takes over their secrets."""
        for job in jobs:
            if job.claim is not None and not job.claim.known and self._is_new(job.app):
                try:
                    job.claim.keep()
                except NodanaError as error:
                    job.error = error

    def _watch(self, jobs: list[Job]) -> None:
        host = (self.task_vars or {}).get("inventory_hostname", "localhost")
        progress = Progress(self._display, host, self.clock)
        Watch(jobs, self._read, progress.show, self._options["timeout"], self.clock).run()

    def _read(self, apps: list[Record]) -> dict[str, Record]:
        """Return the current records of apps and nodes by id. Raises NodanaError if the API cannot be read."""
        given = {name: self._task.args[name] for name in GROUP_OPTIONS if name in self._task.args}
        given.update(_API_TIMEOUTS)
        calls: list[tuple[str, Record]] = []
        if any(records.is_node(app) for app in apps):
            calls.append(("nodana_node_info", given))
        projects = dict.fromkeys(app["project_id"] for app in apps if not records.is_node(app))
        calls += [("nodana_app_info", {**given, "project": project}) for project in projects]
        found: dict[str, Record] = {}
        for module, arguments in calls:
            read = self._execute_module(f"nodana.cloud.{module}", arguments, task_vars=self.task_vars)
            if read.get("failed"):
                raise NodanaError(str(read.get("msg")))
            found.update({app["id"]: app for app in read.get("apps") or read.get("nodes") or []})
        return found

    def _stored(self, app: Record) -> KnownSecrets:
        given = self._options["known_secrets"].get(app["id"]) or {}
        return secrets_of({**self._options, "secrets": given}, self._loader)

    def _files(self, app: Record) -> Record:
        stored = self._stored(app)
        folders = {"secrets_file": stored.folder, "credentials_file": stored.claims}
        return {
            name: folder and folder.existing_file_of(app["template"], app["id"]) for name, folder in folders.items()
        }
