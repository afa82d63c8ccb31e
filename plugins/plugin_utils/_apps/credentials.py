# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sources of an app's secrets: the task's options and the secrets files."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._errors import Conflict, Invalid, NotFound

from .._secrets import masking
from .._secrets.store import SecretsFolder
from .client import App

CLAIMS = "claims"
"""The subfolder of the secrets folder for credentials that this collection generates."""


@dataclass(frozen=True)
class KnownSecrets:
    """The secrets of apps. Those in ``given`` take precedence. ``folder`` is None if there are no files."""

    folder: SecretsFolder | None
    claims: SecretsFolder | None
    given: Mapping[str, Any]

    def of(self, app_id: str) -> dict[str, Any]:
        """Return all known secrets of an app, possibly none.

        Raises Invalid if a file cannot be read, and Conflict if several files belong to the app.
        """
        found: dict[str, Any] = {}
        for folder in (self.folder, self.claims):
            if folder is not None and os.path.isdir(folder.path):
                try:
                    content = folder.of_app(app_id)
                except NotFound:
                    continue
                found.update(content["secrets"])
        found.update(self.given)
        masking.mask(found, [app_id])
        return found

    def has_generated(self, app: App) -> bool:
        """Return whether there is a file with credentials that this collection generated for the app."""
        return self.claims is not None and self.claims.existing_file_of(app.template, app.id) is not None

    def was_claimed(self, app: App) -> bool:
        """Return whether the app has accepted our credentials in an earlier run."""
        return self.claims is not None and os.path.isfile(_mark(self.claims, app))

    def mark_claimed(self, app: App) -> None:
        """Record, in the folder of generated credentials if it exists, that the app has accepted our credentials.

        A later run then knows that an unclaimed app was reset. Without the mark, it is less certain, so a failure to
        write it is ignored.
        """
        if self.claims is not None and not self.was_claimed(app):
            with contextlib.suppress(OSError):
                os.close(os.open(_mark(self.claims, app), os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600))

    def keep(self, app: App, credentials: dict[str, str], *, dry: bool) -> dict[str, Any]:
        """Store generated credentials for an app and return the ones to use.

        If another run stored credentials first, return those, so that both runs send the same ones. The returned
        credentials are on disk. With ``dry``, only check that they can be stored. Raises Invalid if they cannot.
        """
        if self.folder is None or self.claims is None:
            raise Invalid(
                f"{app} needs credentials, and there is no folder to store them in",
                advice="Set secrets_dir or secrets.",
            )
        for folder in (self.folder, self.claims):
            folder.check(dry=dry)
        if dry:
            return credentials
        made = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        known = {"app_id": app.id, "project_id": app.project_id, "template": app.template, "url": app.url}
        try:
            self.claims.store({**known, "created_at": made, "secrets": credentials})
        except Conflict:
            return dict(self.claims.of_app(app.id)["secrets"])
        masking.mask(credentials, known.values())
        return credentials


def _mark(claims: SecretsFolder, app: App) -> str:
    """Return the path of the empty file that marks an app as claimed by us."""
    name = os.path.basename(claims.file_of(app.template, app.id)).removesuffix(".yml")
    return os.path.join(claims.path, f".{name}.claimed")
