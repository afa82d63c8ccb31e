# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder on the controller where the secrets of apps are kept, one file an app."""

from __future__ import annotations

import contextlib
import fnmatch
import glob
import os
import re
import secrets
from dataclasses import dataclass
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._errors import Conflict, Invalid, NodanaError, NotFound
from ansible_collections.nodana.cloud.plugins.module_utils._local import atomic_file, process

from . import file_format, password_check, private_folder, regular_file
from .vault import Vault, is_encrypted

Record = dict[str, Any]


@dataclass(frozen=True)
class SecretsFolder:
    """A folder of secrets files. ``encrypt`` says whether new ones are encrypted, with the identity ``vault_id``."""

    path: str
    vault: Vault
    encrypt: bool = True
    vault_id: str | None = None

    def check(self, *, dry: bool) -> None:
        """Check that a secret could be stored now, next to others of the same password. Make the folder unless ``dry``.

        Raise Invalid.
        """
        self._encrypted(b"probe")
        if os.path.lexists(self.path) and not os.path.isdir(self.path):
            raise Invalid(f"secrets_dir {self.path} is not a folder", advice="Name another one, or move that away.")
        private_folder.check(self.path)
        if self.encrypt and os.path.isdir(self.path):
            password_check.check(self.files(), self.vault, self.vault_id)
        if dry:
            self._look()
        else:
            self._try()

    def file_of(self, template: str, app_id: str) -> str:
        """Give the path of the file of an app, whether it exists or not."""
        return os.path.join(self.path, file_format.name_of(template, app_id))

    def existing_file_of(self, template: str, app_id: str) -> str | None:
        """Give the path of the file of an app if it exists."""
        path = self.file_of(template, app_id)
        return path if os.path.isfile(path) else None

    def files(self) -> list[str]:
        """Give the paths of the files that are named like secrets files, sorted. Raises Invalid."""
        try:
            names = sorted(os.listdir(self.path))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise Invalid(f"The folder {self.path} cannot be read: {_said(error)}") from error
        return [os.path.join(self.path, name) for name in names if fnmatch.fnmatchcase(name, "[!.]*-?*.yml")]

    def store(self, content: Record) -> str:
        """Put an app's secrets into its file and give the path; they are on disk then.

        A file with the same content is fine: a killed run came that far. Raises Conflict when there is another one, and
        Invalid when it cannot be written.
        """
        path = self.file_of(content["template"], content["app_id"])
        text = self._encrypted(file_format.to_yaml(content))
        try:
            atomic_file.write_new(path, text)
        except (FileExistsError, FileNotFoundError):  # the latter when another run swept
            self._compare(path, content)
        except OSError as error:
            raise Invalid(f"{path} cannot be written: {_said(error)}") from error
        atomic_file.sweep_file(path)
        return path

    def read(self, path: str) -> Record:
        """Give the content of a secrets file. Raises NotFound and Invalid."""
        text = self.text_of(path)
        try:
            return file_format.from_yaml(self.vault.decrypt(text) if is_encrypted(text) else text)
        except NodanaError as error:
            raise Invalid(f"{path} cannot be read: {error.message}", advice=error.advice) from error
        except ValueError as error:
            raise Invalid(f"{path} cannot be read: {error}") from error

    def text_of(self, path: str) -> bytes:
        """Return a secrets file as it is on disk. Raise NotFound, and Invalid for what is not a small regular file."""
        try:
            return regular_file.read(path)
        except FileNotFoundError as error:
            raise NotFound(f"There is no file {path}", advice="") from error
        except OSError as error:
            raise Invalid(f"{path} cannot be read: {_said(error)}") from error

    def of_app(self, app_id: str) -> Record:
        """Give the content of the file of an app. Raises NotFound, Conflict and Invalid."""
        if not os.path.isdir(self.path):
            raise NotFound(
                f"There is no folder {self.path}", advice="A relative one is looked for beside the playbook."
            )
        name = glob.escape(file_format.name_of("", app_id))
        paths = sorted(glob.glob(os.path.join(glob.escape(self.path), f"?*{name}")))
        found = [content for content in map(self.read, paths) if content["app_id"] == app_id]
        if not found:
            raise NotFound(
                f"No file in {self.path} holds secrets of the app {app_id!r}",
                advice="It is named like phoenixd-ID.yml and written by nodana_app and nodana_stack with secrets_dir.",
            )
        if len(found) > 1:
            raise Conflict(f"Several files hold secrets of {app_id}: {', '.join(paths)}", advice="Keep the right one.")
        return found[0]

    def _encrypted(self, plain: bytes) -> bytes:
        return self.vault.encrypt(plain, self.vault_id) if self.encrypt else plain

    def _look(self) -> None:
        """Look, without a trace, whether a file could be made. Raises Invalid."""
        there = self.path
        while not os.path.lexists(there):
            there = os.path.dirname(there)
        if not os.path.isdir(there) or not os.access(there, os.W_OK | os.X_OK):
            raise Invalid(f"secrets_dir {self.path} could not be written to: {there} is not writable or no folder")

    def _try(self) -> None:
        """Make the folder, and a file in it the way that counts. Raises Invalid."""
        host = os.uname().nodename
        probe = os.path.join(self.path, f".probe-{host}-{os.getpid()}-{secrets.token_hex(8)}")
        try:
            os.makedirs(self.path, mode=0o700, exist_ok=True)
            private_folder.check(self.path)  # somebody else may have made it meanwhile
            self._sweep_probes(host)
            atomic_file.write_new(probe, b"")
            os.unlink(probe)
        except (OSError, ValueError) as error:
            raise Invalid(f"secrets_dir {self.path} cannot be written to: {_said(error)}") from error

    def _sweep_probes(self, host: str) -> None:
        """Remove what killed runs on this host left of their probes. Raises OSError."""
        for name in os.listdir(self.path):
            pid = re.match(rf"\.+probe-{re.escape(host)}-(\d+)-", name)
            if pid and not process.is_alive({"host": host, "pid": int(pid[1])}):
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(os.path.join(self.path, name))

    def _compare(self, path: str, content: Record) -> None:
        """Find out whether the file that is in the way is this one. Raises Conflict and Invalid."""
        if self.read(path) != content:
            raise Conflict(f"{path} exists and holds something else", advice="It was not touched. Move it away.")
        if self.encrypt and not is_encrypted(self.text_of(path)):
            raise Conflict(
                f"{path} holds these secrets already, unencrypted",
                advice="Encrypt it (ansible-vault encrypt), or set secrets_encryption: none.",
            )


def _said(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
