# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The secrets folder on the controller, with one file per app."""

from __future__ import annotations

import contextlib
import fnmatch
import glob
import os
import secrets
from dataclasses import dataclass
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._errors import Conflict, Invalid, NodanaError, NotFound
from ansible_collections.nodana.cloud.plugins.module_utils._local import atomic_file
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record

from . import file_format, password_check, private_folder, regular_file
from .vault import Vault, is_encrypted

_PROBE = ".probe-"
_PROBE_LASTS = 3600.0
"""Seconds. A probe file exists for a moment, and an older one is that of a killed run."""


@dataclass(frozen=True)
class SecretsFolder:
    """A folder of secrets files. With ``encrypt``, new files are encrypted with the vault identity ``vault_id``."""

    path: str
    vault: Vault
    encrypt: bool = True
    vault_id: str | None = None

    @classmethod
    def from_options(cls, options: Record, loader: Any, *below: str) -> SecretsFolder:
        """Return the folder of the option ``secrets_dir``, or the folder ``below`` it.

        A relative path is relative to the playbook's folder. ``loader`` is the data loader of the plugin.
        """
        path = os.path.join(loader.path_dwim(options["secrets_dir"]), *below)
        encrypt = options.get("secrets_encryption", "vault") == "vault"
        return cls(path, Vault(loader), encrypt, options.get("secrets_vault_id"))

    def check(self, *, dry: bool) -> None:
        """Check that a secret can be stored. Create the folder unless ``dry``.

        The check covers the vault password, which must be that of the existing files, and the folder's owner and
        permissions. It runs before an app is created, because its secrets exist only once. Raises Invalid if it fails.
        """
        self._encrypted(b"probe")
        if os.path.lexists(self.path) and not os.path.isdir(self.path):
            raise Invalid(f"secrets_dir {self.path} is not a folder", advice="Set another path, or move the file.")
        private_folder.check(self.path)
        if self.encrypt and os.path.isdir(self.path):
            password_check.check(self.files(), self.vault, self.vault_id)
        if dry:
            self._check_writable()
        else:
            self._write_probe()

    def file_of(self, template: str, app_id: str) -> str:
        """Return the path of an app's file, whether it exists or not."""
        return os.path.join(self.path, file_format.name_of(template, app_id))

    def existing_file_of(self, template: str, app_id: str) -> str | None:
        """Return the path of an app's file, or None if it does not exist."""
        path = self.file_of(template, app_id)
        return path if os.path.isfile(path) else None

    def files(self) -> list[str]:
        """Return the sorted paths of the files that are named like secrets files.

        Raises Invalid if the folder cannot be read.
        """
        try:
            names = sorted(os.listdir(self.path))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise Invalid(f"The folder {self.path} cannot be read: {_said(error)}") from error
        return [os.path.join(self.path, name) for name in names if fnmatch.fnmatchcase(name, "[!.]*-?*.yml")]

    def store(self, content: Record) -> str:
        """Write an app's secrets to its file and return the path. When it returns, they are on disk.

        An existing file with the same content is accepted: a run that was killed has written it. Raises Conflict if the
        file has other content, and Invalid if it cannot be written.
        """
        path = self.file_of(content["template"], content["app_id"])
        text = self._encrypted(file_format.to_yaml(content))
        try:
            atomic_file.write_new(path, text)
        except (FileExistsError, FileNotFoundError):  # the latter if another run removed the temporary file
            self._compare(path, content)
        except OSError as error:
            raise Invalid(f"{path} cannot be written: {_said(error)}") from error
        atomic_file.sweep_file(path)
        return path

    def read(self, path: str) -> Record:
        """Return the content of a secrets file. Raises NotFound if there is none, and Invalid if it cannot be read."""
        text = self.text_of(path)
        try:
            return file_format.from_yaml(self.vault.decrypt(text) if is_encrypted(text) else text)
        except NodanaError as error:
            raise Invalid(f"{path} cannot be read: {error.message}", advice=error.advice) from error
        except ValueError as error:
            raise Invalid(f"{path} cannot be read: {error}") from error

    def text_of(self, path: str) -> bytes:
        """Return a secrets file as it is on disk.

        Raises NotFound if there is none, and Invalid if it cannot be read or is not a small regular file.
        """
        try:
            return regular_file.read(path)
        except FileNotFoundError as error:
            raise NotFound(f"There is no file {path}", advice="") from error
        except OSError as error:
            raise Invalid(f"{path} cannot be read: {_said(error)}") from error

    def of_app(self, app_id: str) -> Record:
        """Return the content of an app's file.

        Raises NotFound if there is none, Conflict if there are several, and Invalid if a file cannot be read.
        """
        if not os.path.isdir(self.path):
            raise NotFound(
                f"There is no folder {self.path}", advice="A relative path starts at the folder of the playbook."
            )
        name = glob.escape(file_format.name_of("", app_id))
        paths = sorted(glob.glob(os.path.join(glob.escape(self.path), f"?*{name}")))
        found = [content for content in map(self.read, paths) if content["app_id"] == app_id]
        if not found:
            raise NotFound(
                f"No file in {self.path} holds secrets of the app {app_id!r}",
                advice="nodana_app and nodana_stack write such a file, phoenixd-ID.yml for example, with secrets_dir.",
            )
        if len(found) > 1:
            raise Conflict(
                f"Several files hold secrets of {app_id}: {', '.join(paths)}", advice="Remove the wrong ones."
            )
        return found[0]

    def _encrypted(self, plain: bytes) -> bytes:
        return self.vault.encrypt(plain, self.vault_id) if self.encrypt else plain

    def _check_writable(self) -> None:
        """Check, without any change on disk, that a file can be created. Raises Invalid if it cannot."""
        folder = self.path
        while not os.path.lexists(folder):
            folder = os.path.dirname(folder)
        if not os.path.isdir(folder) or not os.access(folder, os.W_OK | os.X_OK):
            raise Invalid(f"secrets_dir {self.path} cannot be written to: {folder} is not a writable folder")

    def _write_probe(self) -> None:
        """Create the folder, and write a probe file the same way as a secrets file. Raises Invalid if that fails."""
        probe = os.path.join(self.path, f"{_PROBE}{secrets.token_hex(8)}")
        try:
            os.makedirs(self.path, mode=0o700, exist_ok=True)
            private_folder.check(self.path)  # another user may have created it since the first check
            atomic_file.write_new(probe, b"")
            self._sweep_probes(os.stat(probe).st_mtime)
            os.unlink(probe)
        except (OSError, ValueError) as error:
            raise Invalid(f"secrets_dir {self.path} cannot be written to: {_said(error)}") from error

    def _sweep_probes(self, now: float) -> None:
        """Remove the probe files of killed runs. ``now`` is the time of a file that was just written.

        The pids of other containers that share the folder are unknown here, so the age decides. Raises OSError.
        """
        for name in os.listdir(self.path):
            path = os.path.join(self.path, name)
            if name.lstrip(".").startswith(_PROBE[1:]):
                with contextlib.suppress(FileNotFoundError):
                    if os.lstat(path).st_mtime < now - _PROBE_LASTS:
                        os.unlink(path)

    def _compare(self, path: str, content: Record) -> None:
        """Check that the existing file has this content.

        Raises Conflict if it differs or is unencrypted although ``encrypt`` is set, and Invalid if it cannot be read.
        """
        if self.read(path) != content:
            raise Conflict(f"{path} exists with other content", advice="It was not changed. Move it to another folder.")
        if self.encrypt and not is_encrypted(self.text_of(path)):
            raise Conflict(
                f"{path} exists with these secrets, but is not encrypted",
                advice="Encrypt it (ansible-vault encrypt), or set secrets_encryption: none.",
            )


def _said(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
