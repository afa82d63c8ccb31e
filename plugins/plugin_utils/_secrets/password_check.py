# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check that the vault password for new secrets files is the password of the existing ones."""

from __future__ import annotations

import contextlib
import os
import shlex
import stat
from collections.abc import Iterable

from ansible_collections.nodana.cloud.plugins.module_utils._errors import Invalid

from . import regular_file
from .vault import Vault, is_encrypted, label_of

_HEADER = 1024  # bytes; the first line of a vault text is shorter


def check(paths: Iterable[str], vault: Vault, vault_id: str | None) -> None:
    """Check that the password for new files decrypts the newest of these files with the same label.

    Files with another label may have another password. If the password was changed, the newest file has the current
    one. Other passwords of the run do not count, because they do not encrypt new files. Raises Invalid if the password
    does not decrypt that file, or if the file cannot be read.
    """
    label = vault.label(vault_id)
    for path in _newest_first(paths):
        try:
            header = regular_file.start(path, _HEADER)
            if is_encrypted(header) and label_of(header) == label:
                _check_opens(path, regular_file.read(path), vault, vault_id)
                return
        except FileNotFoundError:  # another run has removed it
            continue
        except OSError as error:
            raise Invalid(f"{path} cannot be read: {error.strerror}") from error


def _check_opens(path: str, text: bytes, vault: Vault, vault_id: str | None) -> None:
    label = vault.label(vault_id)
    try:
        if vault.opens(text, vault_id):
            return
        opening = vault.opening(text)
    except Invalid as error:
        raise Invalid(
            f"The vault password {label} cannot be checked with {path}: {error.message}",
            advice="Restore that file from a copy, or move it to another folder.",
        ) from error
    others = f", but {', '.join(opening)} does" if opening else ""
    raise Invalid(
        f"The vault password {label} does not open {path}{others}. It may be mistyped. New secrets would be "
        "encrypted with it",
        advice=(
            "Use the password of that file. If the password was changed, run ansible-vault rekey on all files first "
            f"({shlex.quote(path)}). If the file is damaged, restore it from a copy."
        ),
    )


def _newest_first(paths: Iterable[str]) -> list[str]:
    """Return the regular files among these paths, sorted by modification time, newest first."""
    found = []
    for path in paths:
        with contextlib.suppress(OSError):
            status = os.stat(path)
            if stat.S_ISREG(status.st_mode):
                found.append((status.st_mtime_ns, path))
    return [path for _time, path in sorted(found, reverse=True)]
