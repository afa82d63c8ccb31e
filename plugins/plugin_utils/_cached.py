# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers from a cache, asked for only where it has none."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

from ansible_collections.nodana.cloud.plugins.plugin_utils import _answers

Record = dict[str, Any]


def answers(
    cache: MutableMapping[str, Any], key: str, renew: bool, ask: Callable[[], Record], warn: Callable[[str], None]
) -> Record:
    """Give what the cache has under the key, else what ``ask`` gives, which is kept; always so with ``renew``.

    Reading changes nothing in the cache, so it does not make an entry younger. What fails is not kept.
    """
    kept = None if renew else _kept(cache, key, warn)
    if kept is None:
        kept = ask()
        cache[key] = kept
    return kept


def _kept(cache: MutableMapping[str, Any], key: str, warn: Callable[[str], None]) -> Record | None:
    try:
        kept = cache[key]
    except KeyError:
        return None
    except Exception as error:  # whatever a cache plugin raises over what it finds
        warn(f"The API is asked, since the cache cannot be read: {error}")
        return None
    return kept if _answers.is_readable(kept) else None
