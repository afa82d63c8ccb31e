# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Probe a node at its own URL, for the case that its status does not tell whether it runs."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from .connection import is_loopback

TIMEOUT = 5.0
"""Seconds for the whole request, also if the response arrives byte by byte."""
_ALIVE = (200, 401)  # phoenixd wants a password and answers 401 without one


def is_alive(url: str | None, *, verify: Any = True) -> bool:
    """Return whether the phoenixd of a node answers ``GET /getinfo`` at this URL. No password is sent.

    ``verify`` is as in ``requests``. A plain http URL is only used for an address of this machine.
    """
    try:
        parts = urlsplit(url or "")
        is_local = is_loopback(parts.hostname or "")
    except ValueError:
        return False
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and is_local)):
        return False
    import requests  # the modules report it if it is missing

    from .adapter import mount

    with requests.Session() as session:
        deadline = mount(session)
        session.trust_env = not is_local
        session.auth = _without_password
        try:
            target = f"{str(url).rstrip('/')}/getinfo"
            options: dict[str, Any] = {"timeout": TIMEOUT, "verify": verify, "allow_redirects": False, "stream": True}
            with deadline.within(TIMEOUT), session.get(target, **options) as response:
                # the deadline closes the connection, which may look like the end of a response
                return response.status_code in _ALIVE and not deadline.passed
        except (requests.RequestException, OSError, ValueError):
            return False


def _without_password(request: Any) -> Any:
    """Return the request unchanged. Without a hook, ``requests`` would send a password from a netrc file."""
    return request
