# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is secret: in what goes to the API, and in what comes back from a create."""

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
    """Give the texts in ``value`` that look like credentials: by the key they stand under, or as part of a URL."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from credentials(inner, name if _CREDENTIAL.search(name) else str(key))
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from credentials(inner, name)
    elif value is not None and not isinstance(value, bool) and value != "":
        yield from ([str(value)] if _CREDENTIAL.search(name) else _in_url(str(value)))


def parameters(options: dict[str, Any], known: Collection[str]) -> list[Any]:
    """Return where the options of a task may hold credentials.

    These are the parameters for templates, of an app or of each app of a stack, what stands in their place, and the
    options that are not ``known``, such as a parameter that belongs in ``params``.
    """
    apps = options.get("apps") or []
    entries = apps if isinstance(apps, list) else [apps]
    inner = [entry.get("params") for entry in entries if isinstance(entry, dict)]
    unknown = {name: value for name, value in options.items() if name not in known}
    return [options.get("params"), *entries, *inner, unknown]


def credentials_in(given: Iterable[Any]) -> set[str]:
    """Return the credentials in ``parameters``."""
    found: set[str] = set()
    for params in given:
        unread = not isinstance(params, dict)  # refused by Ansible; any part of it may be a credential
        found.update(credentials({"secret": params} if unread else params))
    return found


def without(text: str, hidden: Iterable[str]) -> str:
    """Give ``text`` with every string of ``hidden`` replaced, longest first, also where it stands quoted."""
    for secret in sorted(hidden, key=len, reverse=True):
        text = text.replace(secret, HIDDEN).replace(repr(secret)[1:-1], HIDDEN)
    return text


def masked(value: Any, hidden: Collection[str]) -> Any:
    """Give a copy of ``value`` with the texts of ``hidden`` replaced wherever they stand."""
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
        password = parts.password or parts.username  # a name alone is a token
    except ValueError:
        return
    if password:
        yield password
    for field in parts.query.split("&"):
        name, _equals, given = field.partition("=")
        if given and _CREDENTIAL.search(name):
            yield given
