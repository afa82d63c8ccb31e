# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The arguments of action plugins that run only on the controller."""

from __future__ import annotations

import os
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.nodana.cloud.plugins.module_utils._argspec import CONNECTION_OPTIONS, SECRETS_OPTIONS
from ansible_collections.nodana.cloud.plugins.module_utils._errors import Invalid

from .._apps.client import App
from .._apps.credentials import CLAIMS, KnownSecrets
from .._secrets.file_format import native
from .._secrets.store import SecretsFolder
from .._secrets.vault import Vault

Record = dict[str, Any]

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
GROUP_OPTIONS: dict[str, dict[str, Any]] = {
    name: {option: value for option, value in spec.items() if option != "fallback"}
    for name, spec in CONNECTION_OPTIONS.items()
}
"""The connection options of the modules in the action group, so that its ``module_defaults`` fit every module."""
ENCRYPTION_OPTIONS = {name: SECRETS_OPTIONS[name] for name in ("secrets_vault_id", "secrets_encryption")}


def check_arguments(arguments: Record, options: Record) -> Record:
    """Return the validated options, with those of the action group. Raises Invalid with all errors that it finds."""
    given = _plain(arguments)
    if isinstance(given.get("app"), dict):  # a record that a module returned; the plugins need only these fields
        given["app"] = {name: value for name, value in given["app"].items() if name in APP_OPTIONS["app"]["options"]}
    validated = ArgumentSpecValidator({**GROUP_OPTIONS, **options}).validate(given)
    if validated.error_messages:
        raise Invalid("; ".join(validated.error_messages))
    return dict(validated.validated_parameters)


def _plain(value: Any) -> Any:
    """Return plain Python values for Ansible's own types. Vaulted strings are decrypted."""
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value if value is None or isinstance(value, (bool, int, float)) else native(str(value))


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
    path = loader.path_dwim(options["secrets_dir"])
    encrypt, vault_id = options.get("secrets_encryption", "vault") == "vault", options.get("secrets_vault_id")
    folder, claims = (
        SecretsFolder(where, Vault(loader), encrypt, vault_id) for where in (path, os.path.join(path, CLAIMS))
    )
    return KnownSecrets(folder, claims, options["secrets"])
