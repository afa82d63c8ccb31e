# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Base class of the action plugins that create apps: run the module and store the secrets on the controller."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from ansible.errors import AnsibleError
from ansible_collections.nodana.cloud.plugins.module_utils._argspec import SECRETS_OPTIONS
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Invalid, NodanaError
from ansible_collections.nodana.cloud.plugins.module_utils._local import lease, state_dir
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import (
    INTERNAL_OPTIONS,
    STATES_THAT_CREATE,
    AppSecrets,
    Owner,
    Record,
    Settlement,
)

from .._secrets import file_format, masking
from .._secrets.store import SecretsFolder
from . import progress
from .base import NodanaAction
from .result import (
    add_file,
    add_secrets,
    add_stored,
    add_warnings,
    apps_of,
    describe_location,
    mark_failed,
    take_handover,
    update_apps,
)

NOT_IN_SECOND_RUN = ("params", "apps", *SECRETS_OPTIONS)
"""Options that the second run of the module does not need."""


class Storing(NodanaAction):
    """Runs ``module``, stores the secrets that it hands over, and then runs it again to wait for the apps.

    The secrets of a new app exist only once. They are stored before the wait, so that a wait that times out or is
    interrupted cannot lose them.
    """

    module = ""
    options = SECRETS_OPTIONS
    _internal: Mapping[str, Any] = {}

    def arguments(self) -> Record:
        """Return the options for secrets; the module validates all others."""
        return {name: value for name, value in self._task.args.items() if name in self.options}

    def perform(self, result: Record, options: Record) -> None:
        """Run the module, store the secrets, and run it again. Raises NodanaError."""
        arguments = dict(self._task.args)
        _refuse_internal(self.module, arguments)
        folder = self._folder(options)
        if folder is None:
            arguments.pop("secrets_dir", None)
        with self._leased() as owner, self._progress() as self._internal:
            self._run(result, options, folder, arguments, owner)
        if folder is not None:
            _report_files(result, folder)

    def _run(
        self, result: Record, options: Record, folder: SecretsFolder | None, arguments: Record, owner: Owner | None
    ) -> None:
        """Run the module, store the secrets, and run it again to wait for the apps. Fill the result."""
        owned = {"_owner": owner.to_json()} if owner else {}
        result.update(self._module({**arguments, **owned}))
        handover = take_handover(result)
        if options["return_secrets"]:
            self._return(result, handover.secrets)
        if not self._task.check_mode:
            stored = self._store(folder, result, handover.secrets) if folder else _returned(result, handover.secrets)
            pending = [] if result.get("failed") else handover.pending
            self._settle(result, arguments, Settlement(stored, pending))

    @contextmanager
    def _leased(self) -> Iterator[Owner | None]:
        """Hold a lease in the state folder of the module during the block. Yield None if that folder is out of reach.

        It is out of reach if the module runs on another machine or as another user. Then another run there may store
        the same secrets at the same time, which loses nothing: a file with the same content is accepted.
        """
        with ExitStack() as stack:
            owner = None
            with suppress(OSError, NodanaError):
                folder = state_dir.folder({**os.environ, **self._task_environment()})
                owner = Owner(stack.enter_context(lease.held(folder)))
            yield owner

    def _task_environment(self) -> Record:
        """Return the keyword ``environment`` of the task, templated."""
        environment: Record = {}
        compute = getattr(self, "_compute_environment_string", None)  # Ansible promises no interface for this
        if compute is not None:
            compute(environment)
        return environment

    @contextmanager
    def _progress(self) -> Iterator[Record]:
        """Return the internal options for the progress of the module, and show it meanwhile.

        The module must run on this machine, because its progress is in a file.
        """
        is_local = getattr(self._connection, "transport", None) == "local"
        if not is_local or self._task.check_mode or self._task.no_log or not progress.is_wanted():
            yield {}
            return
        host = (self.task_vars or {}).get("inventory_hostname", "localhost")
        with progress.followed(progress.Progress(self._display, host)) as path:
            yield {"_progress": path} if path else {}

    def _folder(self, options: Record) -> SecretsFolder | None:
        """Return the secrets folder, or None if none is set or usable. Raises Invalid if the task may need it."""
        if not options["secrets_dir"]:
            return None
        folder = SecretsFolder.from_options(options, self._loader)
        try:
            folder.check(dry=self._task.check_mode)
        except Invalid:
            if _may_create(self._task.args):
                raise
            return None  # the task creates no app, so it needs no vault password
        return folder

    def _module(self, arguments: Record) -> Record:
        with self._silent():
            arguments = {**arguments, **self._internal}
            result: Record = self._execute_module(self.module, arguments, task_vars=self.task_vars)
        return result

    @contextmanager
    def _silent(self) -> Iterator[None]:
        """Keep the connection from logging the module's output, which holds secrets. ssh logs it with -vvv."""
        contexts = [self._play_context, getattr(self._connection, "_play_context", self._play_context)]
        before = [context.no_log for context in contexts]
        for context in contexts:
            context.no_log = True
        try:
            yield
        finally:
            for context, no_log in zip(contexts, before):
                context.no_log = no_log

    def _return(self, result: Record, secrets: list[AppSecrets]) -> None:
        """Add the secrets of the apps that this task created to its result, unmasked."""
        for app in secrets:
            if app.this_run:
                add_secrets(result, app.app_id, app.secrets)
        if result.get("created") and not self._task.no_log:
            self._display.warning(
                "return_secrets: true without no_log: true shows the secrets of a new app on the screen and in every "
                "log of this task. Set no_log: true, or use secrets_dir instead of return_secrets."
            )

    def _store(self, folder: SecretsFolder, result: Record, secrets: list[AppSecrets]) -> list[str]:
        """Store the secrets of apps. Return the paths of the receipts that can be removed."""
        stored = []
        for app in secrets:
            content = file_format.content_of(app)
            try:
                path = folder.store(content)
            except Exception as error:  # after any error, the result must name the app and its receipt
                self._report_unstored(result, app, error)
                continue
            masking.mask(content["secrets"], [path, app.app_id, app.project_id, app.template, app.url, app.api_url])
            stored.append(app.receipt)
            if app.this_run:
                add_stored(result, app.app_id, path, sorted(content["secrets"]), file_format.checksum(content))
            else:
                self._display.warning(
                    f"{app.app_id} ({app.template}) was created at {app.created_at} by a run that did not finish. Its "
                    f"secrets are now in {path}."
                )
        return stored

    def _report_unstored(self, result: Record, app: AppSecrets, error: Exception) -> None:
        """Fail the task because secrets could not be stored. Add them to the result if that is their only copy."""
        if not isinstance(error, NodanaError):
            error = Invalid(f"nodana.cloud has a defect, {type(error).__name__}", advice="Please report it.")
        if app.on_disk:
            place = f"They are unencrypted in {app.receipt} on {self._host()}. The next run stores them from there."
        else:
            place = "They could not be written to any disk. This result contains them, under secrets: keep them now."
            add_secrets(result, app.app_id, app.secrets)
        message = f"{app.app_id} ({app.template}) was created, and its secrets could not be stored: {error.message}"
        mark_failed(result, Invalid(message, advice=f"{error.advice} {place}".strip()))

    def _host(self) -> str:
        return str(self._task.delegate_to or self._play_context.remote_addr or "the task's host")

    def _settle(self, result: Record, arguments: Record, settlement: Settlement) -> None:
        """Run the module again to remove receipts and to wait for apps. Update the result.

        A failure to remove receipts is only a warning, because the secrets are stored. A failed wait fails the task.
        """
        if not settlement.receipts and not settlement.pending:
            return
        kept = {name: value for name, value in arguments.items() if name not in NOT_IN_SECOND_RUN}
        try:
            later = self._module({**kept, "_settled": settlement.to_json()})
        except AnsibleError as error:
            later = {"failed": True, "msg": f"{self.module} could not be run a second time: {error}"}
        add_warnings(result, later)
        if later.get("failed") and settlement.pending:
            mark_failed(result, {**later, "msg": f"{later.get('msg')} {describe_location(result)}".strip()})
        elif later.get("failed"):
            self._display.warning(
                f"The secrets are stored, but could not be removed from {', '.join(settlement.receipts)}: "
                f"{later.get('msg')}"
            )
        else:
            update_apps(result, later)


def _refuse_internal(module: str, arguments: Record) -> None:
    """Refuse options that only this plugin passes to the module, as Ansible refuses unknown ones. Raises Invalid."""
    found = [name for name in INTERNAL_OPTIONS if name in arguments]
    if found:
        raise Invalid(f"Unsupported parameters for ({module}) module: {', '.join(found)}")


def _may_create(arguments: Record) -> bool:
    """Return whether a task with these arguments may create an app. If that is unclear, return True."""
    if arguments.get("id") is not None or arguments.get("state", "present") not in STATES_THAT_CREATE:
        return False
    apps = arguments.get("apps")
    if not isinstance(apps, list) or not all(isinstance(entry, dict) for entry in apps):
        return True
    return any(entry.get("state", "present") in STATES_THAT_CREATE for entry in apps)


def _returned(result: Record, secrets: list[AppSecrets]) -> list[str]:
    """Return the paths of the receipts that can be removed because the task returns their secrets.

    The result is then the only copy of these secrets, so they are not masked. After a failure, the receipts stay and
    the message names them: the playbook may end before it uses the result.
    """
    kept = [app.receipt for app in secrets if app.this_run and app.on_disk]
    if not result.get("failed"):
        return kept
    if kept:
        place = (
            f"The secrets are in this result, and unencrypted in {', '.join(kept)}. Remove that once you saved them."
        )
        result["msg"] = f"{result.get('msg', '')} {place}"
    return []


def _report_files(result: Record, folder: SecretsFolder) -> None:
    """Add the paths of all existing secrets files of the apps to the result, also those of earlier runs."""
    for app in apps_of(result):
        path = folder.existing_file_of(app["template"], app["id"])
        if path:
            add_file(result, app["id"], path)
