# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the account of a request from its key, and check the scopes of the key."""

from __future__ import annotations

import base64
import binascii

from .accounts import Account
from .errors import Forbidden
from .settings import Settings
from .world import World


def account_of(world: World, authorization: str, kind: str | None) -> Account | None:
    """Return the account of the key in an ``Authorization`` header, or None.

    ``kind`` is the kind of the route. The routes of projects and apps take Basic with an empty user and the key as
    password, those of nodes take Bearer. Missing routes have no kind and take both.
    """
    scheme, _space, credentials = authorization.partition(" ")
    if scheme.lower() == "basic" and kind != "nodes":
        key = _password(credentials)
    elif scheme.lower() == "bearer" and kind != "apps":
        key = credentials
    else:
        return None
    keys = list(world.accounts)
    if world.settings.separate_keys and kind is not None:
        keys = keys[1::2] if kind == "nodes" else keys[::2]
    return world.accounts[key] if key in keys else None


def check_scope(method: str, settings: Settings) -> None:
    """Raise ``Forbidden`` if keys do not have the scope that this method needs for nodes."""
    scope = "nodes:read" if method == "GET" else "nodes:write"
    if scope not in settings.scopes:
        raise Forbidden(f"API key does not have the scope {scope}")


def _password(credentials: str) -> str | None:
    """Return the password of a Basic authorization with an empty user name, or None."""
    try:
        user, _colon, key = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return key if not user else None
