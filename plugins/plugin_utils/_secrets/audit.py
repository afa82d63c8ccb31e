# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check that secrets files can be decrypted and contain valid seed phrases. The results contain no secret."""

from __future__ import annotations

from ansible_collections.nodana.cloud.plugins.module_utils._errors import NodanaError
from ansible_collections.nodana.cloud.plugins.module_utils._protocol import Record

from . import bip39
from .file_format import FIELDS
from .store import SecretsFolder
from .vault import is_encrypted

_KEPT = tuple(name for name in FIELDS if name != "secrets")
_PHOENIXD_WORDS = (12,)


def check_files(folder: SecretsFolder) -> list[Record]:
    """Check every file in a folder and return a record for each. Raises Invalid if the folder cannot be read."""
    return [_check_file(folder, path) for path in folder.files()]


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
    if "seed" not in secrets:
        return "it is missing" if template == "phoenixd" else None
    return bip39.problem(secrets["seed"], _PHOENIXD_WORDS if "phoenixd" in template else bip39.LENGTHS)
