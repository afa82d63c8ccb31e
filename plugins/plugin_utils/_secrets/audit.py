# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check that secrets files can be decrypted and contain valid seed phrases. The results contain no secret."""

from __future__ import annotations

from collections.abc import Collection

from ansible_collections.nodana.cloud.plugins.module_utils._errors import NodanaError
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record

from . import bip39
from .file_format import FIELDS, name_of
from .store import SecretsFolder
from .vault import is_encrypted

_KEPT = tuple(name for name in FIELDS if name != "secrets")
_PHOENIXD_WORDS = (12,)
_SEED_FIELDS = ("seed", "mnemonic")
"""Possible names of the seed phrase: the API does not document the name."""


def check_files(folder: SecretsFolder, app_ids: Collection[str] | None = None) -> list[Record]:
    """Check the files in a folder, or those that are named for these apps, and return a record for each.

    Raises Invalid if the folder cannot be read.
    """
    paths = folder.files()
    if app_ids is not None:
        ends = tuple(name_of("", app_id) for app_id in app_ids)
        paths = [path for path in paths if path.endswith(ends)]
    return [_check_file(folder, path) for path in paths]


def _check_file(folder: SecretsFolder, path: str) -> Record:
    seen: Record = dict.fromkeys(("path", "problem", "encrypted", *_KEPT, "fields", "seed_problem"))
    try:
        content, encrypted = folder.read(path), is_encrypted(folder.text_of(path))
    except NodanaError as error:
        return {**seen, "path": path, "problem": str(error).removeprefix(f"{path} ")}
    secrets = content["secrets"]
    return {
        **seen,
        **{name: content.get(name) for name in _KEPT},
        "path": path,
        "problem": "",
        "encrypted": encrypted,
        "fields": sorted(secrets),
        "seed_problem": _seed_problem(secrets, str(content.get("template"))),
    }


def _seed_problem(secrets: Record, template: str) -> str | None:
    """Return the problem of the seed phrases, '' if they are valid, or None if the app needs none and has none."""
    found = [secrets[name] for name in _SEED_FIELDS if name in secrets]
    if not found:
        return "it is missing" if template == "phoenixd" else None
    lengths = _PHOENIXD_WORDS if "phoenixd" in template else bip39.LENGTHS
    return next(filter(None, (bip39.problem(phrase, lengths) for phrase in found)), "")
