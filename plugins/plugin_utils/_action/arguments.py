# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The arguments of action plugins that run only on the controller."""

from __future__ import annotations

from typing import Any

from ansible_collections.nodana.cloud.plugins.module_utils._argspec import SECRETS_OPTIONS
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record

from .._apps.client import App
from .._apps.credentials import CLAIMS, KnownSecrets
from .._secrets.store import SecretsFolder

APP_OPTIONS: dict[str, dict[str, Any]] = {
    "app": {
        "type": "dict",
        "required": True,
        "options": {
            "id": {"type": "str", "required": True},
            "template": {"type": "str", "required": True},
            "url": {"type": "str", "required": True},
            "project_id": {"type": "str"},
        },
    },
    "secrets": {"type": "dict", "default": {}},
    "secrets_dir": {"type": "path"},
    "timeout": {"type": "float", "default": 120.0},
    "request_timeout": {"type": "float", "default": 10.0},
}
ENCRYPTION_OPTIONS = {name: SECRETS_OPTIONS[name] for name in ("secrets_vault_id", "secrets_encryption")}


def app_of(options: Record) -> App:
    """Return the client for the app. Raises Invalid if ``App`` does not accept its URL or the request timeout."""
    app = options["app"]
    return App(
        app["id"],
        app["template"],
        app["url"],
        validate_certs=options["validate_certs"],
        request_timeout=options["request_timeout"],
        project_id=app["project_id"] or "",
    )


def secrets_of(options: Record, loader: Any) -> KnownSecrets:
    """Return the source of the app's secrets. A relative ``secrets_dir`` is relative to the playbook's folder."""
    if not options["secrets_dir"]:
        return KnownSecrets(None, None, options["secrets"])
    folder, claims = SecretsFolder.from_options(options, loader), SecretsFolder.from_options(options, loader, CLAIMS)
    return KnownSecrets(folder, claims, options["secrets"])
