# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mask secrets in Ansible's output. This needs ansible-core 2.22 or newer and does nothing on older versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

try:
    from ansible.module_utils.secrets import register_secrets
except ImportError:
    register_secrets = None

SHORTEST = 8
"""Characters. Shorter texts are not masked: they would also be masked in unrelated output."""


def mask(secrets: Any, public: Iterable[Any] = ()) -> None:
    """Register the texts in ``secrets`` with ansible-core, which masks them in all output. Variables stay unchanged.

    A text that is part of a value in ``public`` is not masked.
    """
    if register_secrets is not None:
        register_secrets(maskable(secrets, public))


def maskable(secrets: Any, public: Iterable[Any] = ()) -> list[str]:
    """Return the texts in ``secrets`` that can be masked without hiding unrelated output."""
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
