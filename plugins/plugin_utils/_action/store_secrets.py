# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Base class of the action plugins that create apps: run the module and store the secrets on the controller."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible_collections.nodana.cloud.plugins.module_utils._argspec import SECRETS_OPTIONS
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Invalid, NodanaError
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import STATES_THAT_CREATE, Record

from .._secrets import file_format, masking
from .._secrets.store import SecretsFolder
from .._secrets.vault import Vault
from . import source_context
from .result import (
    add_file,
    add_secrets,
    add_stored,
    add_warnings,
    apps_of,
    describe_location,
    failure_of,
    mark_failed,
    take_handover,
    update_apps,
)

NAMES = ("secrets_dir", "secrets_vault_id", "secrets_encryption", "return_secrets")
OPTIONS = {name: SECRETS_OPTIONS[name] for name in NAMES}
NOT_FOR_THE_END = ("params", "apps", *NAMES)


class Storing(ActionBase):
    """Runs ``module``, stores the secrets that it hands over, and then runs it again to wait for the apps.

    The secrets of a new app exist only once. They are stored before the wait, so that a wait that times out or is
    interrupted cannot lose them.
    """

    module = ""
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: Record | None = None) -> Record:
        """Return the result of the task."""
        source_context.hide_credentials(self._task)
        result: Record = super().run(tmp, task_vars)
        arguments = dict(self._task.args)
        try:
            options = _checked(arguments)
            folder = self._folder(arguments, options)
        except NodanaError as error:
            return {**result, **failure_of(error)}
        if folder is None:
            arguments.pop("secrets_dir", None)
        owner = {"host": os.uname().nodename, "pid": os.getpid()}
        result.update(self._module({**arguments, "_owner": owner}, task_vars))
        try:
            receipts, awaited = take_handover(result)
        except NodanaError as error:
            mark_failed(result, failure_of(error))
            return result
        if options["return_secrets"]:
            self._return(result, receipts)
        if not self._task.check_mode:
            safe = self._stored(folder, result, receipts) if folder else _returned(result, receipts)
            self._end(result, arguments, safe, [] if result.get("failed") else awaited, task_vars)
        if folder is not None:
            _tell_files(result, folder)
        return result

    def _folder(self, arguments: Record, options: Record) -> SecretsFolder | None:
        """Return the secrets folder, or None if none is set or usable. Raises Invalid if the task may need it."""
        if not options["secrets_dir"]:
            return None
        path = self._loader.path_dwim(options["secrets_dir"])  # a relative path is relative to the playbook
        encrypt = options["secrets_encryption"] == "vault"
        folder = SecretsFolder(path, Vault(self._loader), encrypt, options["secrets_vault_id"])
        try:
            folder.check(dry=self._task.check_mode)
        except Invalid:
            if _may_create(arguments):
                raise
            return None  # the task creates no app, so it needs no vault password
        return folder

    def _module(self, arguments: Record, task_vars: Record | None) -> Record:
        with self._silent():
            result: Record = self._execute_module(self.module, dict(arguments), task_vars=task_vars)
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

    def _return(self, result: Record, receipts: list[Record]) -> None:
        """Add the secrets of the apps that this task created to its result, unmasked."""
        for receipt in receipts:
            if receipt["this_run"]:
                add_secrets(result, receipt["app"]["id"], receipt["secrets"])
        if result.get("created") and not self._task.no_log:
            self._display.warning(
                "return_secrets: true without no_log: true shows the secrets of a new app on the screen and in every "
                "log of this task. Set no_log: true, or use secrets_dir instead of return_secrets."
            )

    def _stored(self, folder: SecretsFolder, result: Record, receipts: list[Record]) -> list[str]:
        """Store the secrets in the receipts. Return the paths of the receipts that can be removed."""
        settled = []
        for receipt in receipts:
            content = file_format.content_of(receipt)
            try:
                path = folder.store(content)
            except Exception as error:  # after any error, the result must name the app and its receipt
                self._not_stored(result, receipt, error)
                continue
            masking.mask(content["secrets"], [path, *receipt["app"].values(), receipt["api_url"]])
            settled.append(receipt.get("marker") or receipt["path"])
            if receipt["this_run"]:
                names, checksum = sorted(content["secrets"]), file_format.checksum(content)
                add_stored(result, content["app_id"], path, names, checksum)
            else:
                self._display.warning(
                    f"{content['app_id']} ({content['template']}) was created at {content['created_at']} by a run that "
                    f"broke off. Its secrets are in {path} now."
                )
        return [path for path in settled if path]

    def _not_stored(self, result: Record, receipt: Record, error: Exception) -> None:
        if not isinstance(error, NodanaError):
            error = Invalid(f"nodana.cloud has a defect, {type(error).__name__}", advice="Please report it.")
        app = receipt["app"]
        if receipt["path"]:
            place = f"They are unencrypted in {receipt['path']} on {self._host()}, where the next run takes them from."
        else:
            place = "They could not be written down anywhere: they are in this result, under secrets. Keep them now."
            add_secrets(result, app["id"], receipt["secrets"])
        trouble = Invalid(
            f"{app['id']} ({app['template']}) was created, and its secrets could not be stored: {error.message}",
            advice=f"{error.advice} {place}".strip(),
        )
        mark_failed(result, failure_of(trouble))

    def _host(self) -> str:
        return str(self._task.delegate_to or self._play_context.remote_addr or "the task's host")

    def _end(
        self, result: Record, arguments: Record, safe: list[str], awaited: list[str], task_vars: Record | None
    ) -> None:
        """Run the module again to remove the receipts in ``safe`` and to wait for apps. Update the result.

        A failure to remove receipts is only a warning, because the secrets are stored. A failed wait fails the task.
        """
        if not safe and not awaited:
            return
        kept = {name: value for name, value in arguments.items() if name not in NOT_FOR_THE_END}
        try:
            later = self._module({**kept, "_settled": {"receipts": safe, "await": awaited}}, task_vars)
        except AnsibleError as error:
            later = {"failed": True, "msg": f"{self.module} could not be run once more: {error}"}
        add_warnings(result, later)
        if later.get("failed") and awaited:
            message = f"{later.get('msg')} {describe_location(result)}".strip()
            mark_failed(result, {**later, "msg": message})
        elif later.get("failed"):
            self._display.warning(
                f"Secrets that are stored were not removed from {', '.join(safe)}: {later.get('msg')}"
            )
        else:
            update_apps(result, later)


def _checked(arguments: Record) -> Record:
    """Return the validated options of the action plugin. Raises Invalid if one is wrong."""
    given = {name: value for name, value in arguments.items() if name in OPTIONS}
    validated = ArgumentSpecValidator(OPTIONS).validate(given)
    if validated.error_messages:
        raise Invalid("; ".join(validated.error_messages))
    return dict(validated.validated_parameters)


def _may_create(arguments: Record) -> bool:
    """Return whether a task with these options may create an app. If that is unclear, return True."""
    if arguments.get("id") is not None or arguments.get("state", "present") not in STATES_THAT_CREATE:
        return False
    apps = arguments.get("apps")
    if not isinstance(apps, list) or not all(isinstance(entry, dict) for entry in apps):
        return True
    return any(entry.get("state", "present") in STATES_THAT_CREATE for entry in apps)


def _returned(result: Record, receipts: list[Record]) -> list[str]:
    """Return the paths of the receipts that can be removed because the task returns their secrets.

    The result is then the only copy of these secrets, so they are not masked. After a failure, the receipts stay and
    the message names them: the playbook may end before it uses the result.
    """
    kept = [receipt["path"] for receipt in receipts if receipt["this_run"] and receipt["path"]]
    if not result.get("failed"):
        return kept
    if kept:
        place = f"The secrets are in this result, and unencrypted in {', '.join(kept)} until you remove that"
        result["msg"] = f"{result.get('msg', '')} {place}."
    return []


def _tell_files(result: Record, folder: SecretsFolder) -> None:
    """Add the paths of all existing secrets files of the apps to the result, also those of earlier runs."""
    for app in apps_of(result):
        path = folder.existing_file_of(app["template"], app["id"])
        if path:
            add_file(result, app["id"], path)
