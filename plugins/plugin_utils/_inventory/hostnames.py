# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Host names: unique, and independent of the order of the apps and nodes, and of the run."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from typing import Any, NamedTuple

Warn = Callable[[str], None]


class HostKey(NamedTuple):
    """The app or the node of a host. An app and a node may have the same id."""

    id: str
    kind: str = "app"

    def __str__(self) -> str:
        """Return the key for messages, such as ``app 'app-1234'``."""
        return f"{self.kind} {self.id!r}"


def templates(option: Any) -> list[str]:
    """Return the templates in the option ``hostname``, a template or a list. Raises ValueError for other values."""
    found = [option] if isinstance(option, str) else option or []
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise ValueError("hostname must be a template or a list of templates")
    return [text for text in found if text]


def wanted(templates_: list[str], render: Callable[[str], Any], key: HostKey, otherwise: str, warn: Warn) -> str:
    """Return the first valid name that a template renders for a host, or ``otherwise``.

    An invalid name is skipped with a warning. Raises whatever ``render`` raises.
    """
    for text in templates_:
        made = render(text)
        name = "" if made is None else str(made).strip()
        if is_name(name):
            return name
        if name:
            warn(f"The {key} cannot be named {name[:100]!r}: use letters, digits, dots, - and _ only.")
    return otherwise


def distinct(wanted_: dict[HostKey, str], taken: Collection[str]) -> dict[HostKey, str]:
    """Return the name of each host by its key. ``wanted_`` has the wanted names by key, '' for no name.

    If several hosts want the same name, or the name is in ``taken``, the id is appended to it. A host without a wanted
    name is named by its id.
    """
    times = Counter(wanted_.values())
    found = {key: name for key, name in wanted_.items() if name and times[name] == 1 and name not in taken}
    used = {*taken, *found.values()}
    for key, name in sorted(wanted_.items()):
        if key not in found:
            found[key] = next(other for other in _others(key, name) if other not in used)
            used.add(found[key])
    return found


def remarks(wanted_: dict[HostKey, str], names: dict[HostKey, str]) -> list[str]:
    """Return at most two sentences that name the apps and nodes without their wanted name, and the reason."""
    other = [key for key in sorted(names) if names[key] != wanted_[key]]
    kinds = " and ".join(f"{kind}s" for kind in sorted({key.kind for key in other}))
    lacking = [f"{key.id!r}: {names[key]}" for key in other if not wanted_[key]]
    shared = [f"{key.id!r}: {names[key]}" for key in other if wanted_[key]]
    sentences = (
        "have no usable URL and are named by their ids",
        "have no unique name, so their ids are appended",
    )
    return [f"These {kinds} {words}: {_some(hosts)}." for words, hosts in zip(sentences, (lacking, shared)) if hosts]


def _some(words: list[str]) -> str:
    more = f", and {len(words) - 10} more" if len(words) > 10 else ""
    return ", ".join(words[:10]) + more


def _others(key: HostKey, name: str) -> Iterator[str]:
    yield from filter(is_name, [f"{name}-{key.id}"] if name else [])
    yield from filter(is_name, [key.id])
    digest = key.id.encode(errors="surrogatepass")
    while True:
        digest = hashlib.sha256(digest).digest()
        yield f"{key.kind}-{digest.hex()[:16]}"


_NAME = re.compile(r"[^\W_][\w.-]*")


def is_name(text: str) -> bool:
    """Return whether the text can be a host name: letters, digits, dots, hyphens and underscores.

    These characters form no host pattern and no template.
    """
    return _NAME.fullmatch(text) is not None
