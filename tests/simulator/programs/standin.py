# Copyright (c) 2026, nodana.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Define the interface of the stand-ins: they receive a ``Request`` and return a ``Reply``."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Request:
    """An HTTP request. The names of ``headers`` are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def password(self) -> str | None:
        """Return the password of a Basic authorization for any user name, or None if there is none."""
        scheme, _space, credentials = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            _user, colon, password = base64.b64decode(credentials, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return password if colon else None

    def bearer(self) -> str:
        """Return the token of a Bearer authorization, or an empty string if there is none."""
        scheme, _space, token = self.headers.get("authorization", "").partition(" ")
        return token if scheme.lower() == "bearer" else ""

    def fields(self) -> dict[str, Any]:
        """Return the object in the body.

        Return an empty dict if the body is not a JSON object or not declared as JSON.
        """
        if self.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return {}
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class Reply:
    """An HTTP response. A text body is sent as it is, any other body as JSON."""

    status: int
    body: Any = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class StandIn:
    """The base class of the stand-ins. ``version`` is the simulated version.

    ``started`` is the time of the last start, which distinguishes one run of the program from the next.
    """

    version = ""
    started = 0.0

    def answer(self, request: Request) -> Reply:
        """Return the reply to a request."""
        raise NotImplementedError

    def change(self, values: Mapping[str, Any]) -> None:
        """Change attributes that tests can set. Raises ``ValueError`` for any other attribute."""
        raise ValueError(f"nothing can be set here: {', '.join(values) or 'nothing was named'}")


def set_known(stand_in: StandIn, values: Mapping[str, Any], **kinds: tuple[type, ...]) -> None:
    """Set these attributes of a stand-in. Raises ``ValueError``, and sets none, if a name or a type is not known."""
    for name, value in values.items():
        if not isinstance(value, kinds.get(name, ())):
            raise ValueError(f"{name} is unknown, or not with this value")
    for name, value in values.items():
        setattr(stand_in, name, value)
