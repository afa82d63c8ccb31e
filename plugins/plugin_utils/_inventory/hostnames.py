# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Host names: unique, and independent of the order of the apps and of the run."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from typing import Any

Warn = Callable[[str], None]


def templates(option: Any) -> list[str]:
    """Return the templates in the option ``hostname``, a template or a list. Raises ValueError for other values."""
    found = [option] if isinstance(option, str) else option or []
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise ValueError("hostname must be a template or a list of templates")
    return [text for text in found if text]


def wanted(templates_: list[str], render: Callable[[str], Any], app_id: str, otherwise: str, warn: Warn) -> str:
    """Return the first valid name that a template renders for an app, or ``otherwise``.

    An invalid name is skipped with a warning. Raises whatever ``render`` raises.
    """
    for text in templates_:
        made = render(text)
        name = "" if made is None else str(made).strip()
        if is_name(name):
            return name
        if name:
            warn(f"The app {app_id!r} cannot be named {name[:100]!r}: use letters, digits, dots, - and _ only.")
    return otherwise


def distinct(wanted_: dict[str, str], taken: Collection[str]) -> dict[str, str]:
    """Return the host name of each app by app id. ``wanted_`` has the wanted names by app id, '' for no name.

    If several apps want the same name, or the name is in ``taken``, the app id is appended to it. An app without a
    wanted name is named by its id.
    """
    times = Counter(wanted_.values())
    found = {app_id: name for app_id, name in wanted_.items() if name and times[name] == 1 and name not in taken}
    used = {*taken, *found.values()}
    for app_id, name in sorted(wanted_.items()):
        if app_id not in found:
            found[app_id] = next(other for other in _others(app_id, name) if other not in used)
            used.add(found[app_id])
    return found


def remarks(wanted_: dict[str, str], names: dict[str, str]) -> list[str]:
    """Return at most two sentences that name the apps without their wanted name, and the reason."""
    other = [app_id for app_id in sorted(names) if names[app_id] != wanted_[app_id]]
    lacking = [f"{app_id!r}: {names[app_id]}" for app_id in other if not wanted_[app_id]]
    shared = [f"{app_id!r}: {names[app_id]}" for app_id in other if wanted_[app_id]]
    sentences = (
        "have no usable URL and are named by their ids",
        "have no unique name, so their ids are appended",
    )
    return [f"These apps {words}: {_some(apps)}." for words, apps in zip(sentences, (lacking, shared)) if apps]


def _some(words: list[str]) -> str:
    more = f", and {len(words) - 10} more" if len(words) > 10 else ""
    return ", ".join(words[:10]) + more


def _others(app_id: str, name: str) -> Iterator[str]:
    yield from filter(is_name, [f"{name}-{app_id}"] if name else [])
    yield from filter(is_name, [app_id])
    digest = app_id.encode(errors="surrogatepass")
    while True:
        digest = hashlib.sha256(digest).digest()
        yield f"app-{digest.hex()[:16]}"


_NAME = re.compile(r"[^\W_][\w.-]*")


def is_name(text: str) -> bool:
    """Return whether the text can be a host name: letters, digits, dots, hyphens and underscores.

    These characters form no host pattern and no template.
    """
    return _NAME.fullmatch(text) is not None
