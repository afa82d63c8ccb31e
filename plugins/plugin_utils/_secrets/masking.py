# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets in Ansible's output, where ansible-core itself can keep them out of it (2.22 and newer)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

try:
    from ansible.module_utils.secrets import register_secrets
except ImportError:
    register_secrets = None

SHORTEST = 8
"""Shorter texts are left alone: they would be masked wherever else they stand."""


def mask(secrets: Any, public: Iterable[Any] = ()) -> None:
    """Let ansible-core mask the texts in ``secrets`` wherever it prints something. Variables keep their values.

    What also stands in ``public`` values is no secret, whatever field it came in.
    """
    if register_secrets is not None:
        register_secrets(worth_masking(secrets, public))


def worth_masking(secrets: Any, public: Iterable[Any] = ()) -> list[str]:
    """Give the texts in ``secrets`` that can be masked without hiding something else."""
    known = [str(value) for value in public]
    return [text for text in _texts(secrets) if len(text) >= SHORTEST and not any(text in value for value in known)]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value
