# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find credentials in parameters and options, and replace them in text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

HIDDEN = "********"

_CREDENTIAL = re.compile(
    r"macaroon|pass(word|wd|phrase|code)?$|password|secret|token|seed|mnemonic|credential|private|(^|_|-|[a-z](?=K))key$|auth$|rune$",
    re.IGNORECASE,
)


def credentials(value: Any, name: str = "") -> Iterator[str]:
    """Yield the texts in ``value`` that look like credentials, by their key or as a part of a URL."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from credentials(inner, name if _CREDENTIAL.search(name) else str(key))
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from credentials(inner, name)
    elif value is not None and not isinstance(value, bool) and value != "":
        yield from ([str(value)] if _CREDENTIAL.search(name) else _in_url(str(value)))


def parameters(options: dict[str, Any], known: Collection[str]) -> list[Any]:
    """Return the values in the options of a module that may hold credentials.

    These are the template parameters of an app or of each app of a stack, or the wrong value that was passed in their
    place. Options that are not ``known`` also count, such as a parameter that belongs in ``params``.
    """
    apps = options.get("apps") or []
    entries = apps if isinstance(apps, list) else [apps]
    inner = [entry.get("params") for entry in entries if isinstance(entry, dict)]
    unknown = {name: value for name, value in options.items() if name not in known}
    return [options.get("params"), *entries, *inner, unknown]


def credentials_in(given: Iterable[Any]) -> set[str]:
    """Return the credentials in the values that ``parameters`` returned."""
    found: set[str] = set()
    for params in given:
        unread = not isinstance(params, dict)  # Ansible refuses this value, and any part of it may be a credential
        found.update(credentials({"secret": params} if unread else params))
    return found


def without(text: str, hidden: Iterable[str]) -> str:
    """Return ``text`` with all strings of ``hidden`` replaced, the longest first, also where they are escaped."""
    for secret in sorted(hidden, key=len, reverse=True):
        text = text.replace(secret, HIDDEN).replace(repr(secret)[1:-1], HIDDEN)
    return text


def masked(value: Any, hidden: Collection[str]) -> Any:
    """Return a copy of ``value`` in which the texts of ``hidden`` are replaced at any depth."""
    if isinstance(value, dict):
        return {key: masked(inner, hidden) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [masked(inner, hidden) for inner in value]
    if isinstance(value, str):
        return without(value, hidden)
    return HIDDEN if str(value) in hidden else value


def _in_url(value: str) -> Iterator[str]:
    try:
        parts = urlsplit(value)
        password = parts.password or parts.username  # a user name without a password is a token
    except ValueError:
        return
    if password:
        yield password
    for field in parts.query.split("&"):
        name, _equals, given = field.partition("=")
        if given and _CREDENTIAL.search(name):
            yield given
